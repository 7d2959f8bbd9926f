import { describe, expect, it } from "vitest";
import { judge } from "../../src/experiments";

const rule = { margin: 1, unit: "points" };

describe("judge", () => {
  it("holds from the margin on, where the mean is above its standard error", () => {
    expect(judge([1, 1, 1], rule).status).toBe("held");
    expect(judge([0.9, 0.9, 0.9], rule).status).toBe("undecided");
    // mean 2, standard error 2.5
    expect(judge([-3, 4, 5], rule).status).toBe("undecided");
    expect(judge([1, 2, 3], rule).evidence).toBe(
      "mean +2.00 ± 0.58 points (standard error; seeds +1.00, +2.00, +3.00; wanted +1.00)",
    );
  });

  it("does not hold at or below 0 by the same rule", () => {
    expect(judge([-1, -2, -1], rule).status).toBe("not-held");
    expect(judge([0, 0, 0], rule).status).toBe("not-held");
    expect(judge([-4, 3, 0.5], rule).status).toBe("undecided");
  });

  it("cannot tell where one seed alone differs, whichever it is and by how much", () => {
    // The mean is as large as its standard error, but for rounding.
    for (const value of [84, -84, 83, 1 / 3])
      for (let at = 0; at < 5; at++) {
        const differences = Array.from({ length: 5 }, (_, seed) => (seed === at ? value : 0));
        expect(judge(differences, { margin: 0, unit: "steps" }).status).toBe("undecided");
      }
  });

  it("takes equality for at least, not for above", () => {
    expect(judge([0, 0], { margin: 0, unit: "points" }).status).toBe("not-held");
    expect(judge([0, 0], { margin: 0, unit: "points", isAtLeast: true }).status).toBe("held");
  });

  it("cannot tell from one seed, none, or a missing number", () => {
    for (const differences of [[3], [], [3, NaN]]) expect(judge(differences, rule).status).toBe("undecided");
  });
});
