import { describe, expect, it } from "vitest";
import { Random } from "../../src/core";

const draw = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.uniform());

describe("Random", () => {
  it("repeats itself for the same seed and not for another", () => {
    expect(draw(new Random(1), 5)).toEqual(draw(new Random(1), 5));
    expect(draw(new Random(1), 5)).not.toEqual(draw(new Random(2), 5));
  });
  it("forks by name alone, whatever was drawn before", () => {
    const used = new Random(1);
    draw(used, 100);
    expect(draw(used.fork("a"), 3)).toEqual(draw(new Random(1).fork("a"), 3));
    expect(draw(used.fork("a"), 3)).not.toEqual(draw(used.fork("b"), 3));
    expect(draw(used.fork("a").fork("b"), 3)).not.toEqual(draw(used.fork("b").fork("a"), 3));
  });
  it("goes on from a saved state, also through JSON", () => {
    const random = new Random(3);
    draw(random, 7);
    const copy = Random.from(JSON.parse(JSON.stringify(random.state)) as typeof random.state);
    expect(draw(copy, 5)).toEqual(draw(random, 5));
    expect(draw(copy.fork("x"), 2)).toEqual(draw(random.fork("x"), 2));
  });
  it("is uniform and normal in mean and variance", () => {
    const random = new Random(4);
    const n = 40_000;
    const uniform = draw(random, n);
    const normal = Array.from({ length: n }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / n;
    const variance = (values: number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(variance(uniform.slice(0, n))).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(mean(normal))).toBeLessThan(0.02);
    expect(Math.abs(mean(normal.map((value) => value * value)) - 1)).toBeLessThan(0.03);
  });
  it("shuffles fairly and keeps every item", () => {
    const random = new Random(5);
    const first = new Array<number>(4).fill(0);
    for (let i = 0; i < 8000; i++) first[random.shuffle([0, 1, 2, 3])[0]!]!++;
    for (const count of first) expect(Math.abs(count - 2000)).toBeLessThan(200);
    expect(random.shuffle([3, 1, 2]).sort()).toEqual([1, 2, 3]);
    expect(() => random.choice([])).toThrow(/empty list/);
  });
});
