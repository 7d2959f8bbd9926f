import { describe, expect, it } from "vitest";
import { similarityRange } from "../../src/cluster";
import { Random } from "../../src/core";

describe("the range of similarities", () => {
  it.each([2, 3, 4, 7, 30, 61])("has the median of all pairs but the diagonal, %i points", (n) => {
    const random = new Random(n);
    for (const round of [0, 1, 2]) {
      const draw = (): number =>
        round === 0 ? random.integer(4) : round === 1 ? random.normal() : Math.exp(9 * random.normal());
      const all = Float64Array.from({ length: n * n }, draw);
      const sorted = Array.from(all)
        .filter((_, at) => at % (n + 1) !== 0)
        .sort((a, b) => a - b);
      const half = sorted.length / 2;
      const median = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(half)]!) / 2;
      const found = similarityRange(all, n);
      expect(found).toEqual({
        minimum: sorted[0],
        median: expect.closeTo(median, 12) as number,
        maximum: sorted.at(-1),
      });
    }
  });
});
