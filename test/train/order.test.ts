import { describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { plan } from "../../src/train/order";

const options = { size: 10, batchSize: 2, accumulate: 2, random: new Random(1) };

describe("plan", () => {
  it("visits every item once an epoch, in another order each epoch", () => {
    const { steps, stepsPerEpoch, batches } = plan({ ...options, epochs: 2 });
    expect([steps, stepsPerEpoch]).toEqual([6, 3]);
    const epochs = [0, 1].map((epoch) => [0, 1, 2].flatMap((step) => batches(epoch * 3 + step).flat()));
    for (const order of epochs)
      expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });
  it("gives the same items for a step whatever was asked before", () => {
    const one = plan({ ...options, epochs: 3 });
    const other = plan({ ...options, epochs: 3 });
    one.batches(0);
    expect(one.batches(7)).toEqual(other.batches(7));
  });
  it("splits a step into micro-batches, the last one smaller", () => {
    const { batches } = plan({ ...options, size: 7, epochs: 1 });
    expect(batches(0).map((batch) => batch.length)).toEqual([2, 2]);
    expect(batches(1).map((batch) => batch.length)).toEqual([2, 1]);
  });
  it("counts steps before epochs", () => {
    expect(plan({ ...options, epochs: 9, steps: 4 }).steps).toBe(4);
  });
});
