import { describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import { pairedBootstrap, scoreCounts, type UnitCounts } from "../../src/metrics";

const random = new Random(4);
const unitsOf = (right: number): UnitCounts[] =>
  Array.from({ length: 80 }, () => {
    const gold = 5 + random.integer(20);
    const correct = Array.from({ length: gold }, () => random.uniform()).filter((x) => x < right).length;
    return { correct, predicted: correct + random.integer(6), gold };
  });
const total = (units: readonly UnitCounts[], key: keyof UnitCounts): number =>
  units.reduce((sum, unit) => sum + unit[key], 0);
const f1 = (units: readonly UnitCounts[]): number =>
  scoreCounts({
    correct: total(units, "correct"),
    predicted: total(units, "predicted"),
    gold: total(units, "gold"),
  }).f1;

describe("pairedBootstrap", () => {
  const [strong, weak] = [unitsOf(0.7), unitsOf(0.5)];

  it("has the difference of micro-F1 within its interval, and its mirror image for the other order", () => {
    const found = pairedBootstrap(strong, weak, { random: new Random(1) });
    expect(found.gap).toBeCloseTo(f1(strong) - f1(weak), 12);
    expect(found.low).toBeLessThan(found.gap);
    expect(found.high).toBeGreaterThan(found.gap);
    expect(found.low).toBeGreaterThan(0);
    const back = pairedBootstrap(weak, strong, { random: new Random(1) });
    expect(back.gap).toBeCloseTo(-found.gap, 12);
    expect(back.low).toBeCloseTo(-found.high, 2);
  });

  it("has about the spread of the jackknife", () => {
    const { low, high } = pairedBootstrap(strong, weak, { random: new Random(2), rounds: 4000 });
    const without = strong.map((_, out) => {
      const kept = (units: readonly UnitCounts[]) => units.filter((_unit, at) => at !== out);
      return f1(kept(strong)) - f1(kept(weak));
    });
    const mean = without.reduce((a, b) => a + b, 0) / without.length;
    const variance =
      ((without.length - 1) / without.length) * without.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(Math.abs((high - low) / (2 * 1.96 * Math.sqrt(variance)) - 1)).toBeLessThan(0.15);
  });

  it("draws the same units for both: NumPy's interval where they go together, none against itself", () => {
    const first = Array.from({ length: 60 }, (_, at) => ({
      correct: 1 + (at % 4),
      predicted: 4 + (at % 5),
      gold: 5 + (at % 7),
    }));
    const second = first.map((unit, at) => ({ ...unit, correct: unit.correct - (at % 3 === 0 ? 1 : 0) }));
    const found = pairedBootstrap(first, second, { random: new Random(6), rounds: 4000 });
    // 400,000 draws of NumPy; drawn apart for each it would be -0.015 to 0.112
    expect(found.gap).toBeCloseTo(0.0479616, 6);
    expect(Math.abs(found.low - 0.03114)).toBeLessThan(0.002);
    expect(Math.abs(found.high - 0.06566)).toBeLessThan(0.002);
    expect(pairedBootstrap(first, first, { random: new Random(7) })).toEqual({ gap: 0, low: 0, high: 0 });
  });

  it("is exact where units do not differ, and the same for the same seed", () => {
    const same = Array.from({ length: 7 }, () => ({ correct: 1, predicted: 2, gold: 3 }));
    const none = same.map((unit) => ({ ...unit, correct: 0 }));
    const found = pairedBootstrap(same, none, { random: new Random(3) });
    expect([found.gap, found.low, found.high]).toEqual([0.4, 0.4, 0.4]);
    const [one, other] = [5, 5].map((seed) => pairedBootstrap(strong, weak, { random: new Random(seed) }));
    expect(one).toEqual(other);
    const wide = pairedBootstrap(strong, weak, { random: new Random(5), level: 0.99 });
    expect(wide.high - wide.low).toBeGreaterThan(one!.high - one!.low);
  });

  it("refuses other units, none, and options out of bounds", () => {
    const asked = { random: new Random(0) };
    expect(() => pairedBootstrap(strong, weak.slice(1), asked)).toThrow(/80 and 79 units/);
    expect(() => pairedBootstrap([], [], asked)).toThrow(OptionError);
    expect(() => pairedBootstrap(strong, weak, { ...asked, rounds: 0 })).toThrow(OptionError);
    expect(() => pairedBootstrap(strong, weak, { ...asked, level: 1 })).toThrow(OptionError);
  });
});
