import { describe, expect, it } from "vitest";
import { DataFrame } from "danfojs-node";
import { sentencesFrom } from "../../src/data";

describe("frames of danfojs", () => {
  it("become sentences, and sentences become frames again", () => {
    const frame = new DataFrame([
      { text: "Rain caused floods.", head: "Rain", tail: "floods", relation: "cause" },
      { text: "Ann met Bo.", head: "Ann", tail: "Bo", relation: "meet" },
    ]);
    const set = sentencesFrom(frame, { name: "framed" });
    expect(set.relations).toEqual(["cause", "meet"]);
    const again = new DataFrame(set.rows());
    expect(again.shape).toEqual([2, 9]);
    expect(again.values).toEqual(set.rows().map((row) => Object.values(row)));
    expect(sentencesFrom(again).items).toEqual(set.items);
  });
});
