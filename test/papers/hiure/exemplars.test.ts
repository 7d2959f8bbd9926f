import { beforeAll, describe, expect, it } from "vitest";
import { meansOf } from "../../../src/cluster";
import { fromRows, Random, row, selectRows, type Matrix } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { findExemplars, unitRows } from "../../../src/papers/hiure/exemplars";
import { hiureSettings } from "../../../src/papers/hiure/profiles";

beforeAll(async () => void (await startEngine()));

/** Unit vectors in noisy groups. */
function groups(size: number, count = 4, noise = 0.35): Matrix {
  const random = new Random(7);
  return unitRows(
    fromRows(
      Array.from({ length: size }, (_, index) =>
        Array.from({ length: 8 }, (__, at) => (at === index % count ? 1 : 0) + noise * random.normal()),
      ),
    ),
  );
}

const settings = hiureSettings("quick", { preferencePoints: null });
const labelsOf = async (points: Matrix, changes: object = {}) =>
  (await findExemplars(points, { ...settings, ...changes })).clusterings.map(({ labels }) => [...labels]);

describe("exemplars of hierarchical propagation", () => {
  it("are the paper's where as many sentences are clustered as preferences are for", async () => {
    const points = groups(60);
    expect(await labelsOf(points, { preferencePoints: 60 })).toEqual(await labelsOf(points));
    expect(await labelsOf(points, { preferencePoints: 15 })).not.toEqual(await labelsOf(points));
  });

  it("do not grow in number with the sentences once preferences do", async () => {
    const counts = async (size: number, preferencePoints: number | null) =>
      (await findExemplars(groups(size, 4, 0.8), { ...settings, preferencePoints })).clusterings.at(-1)!
        .count;
    const [few, many] = [await counts(60, null), await counts(240, null)];
    const [fewByPoints, manyByPoints] = [await counts(60, 60), await counts(240, 60)];
    expect(fewByPoints).toBe(few);
    expect(many).toBeGreaterThan(1.5 * few);
    expect(manyByPoints).toBeLessThan(1.5 * fewByPoints);
  });

  it("have preferences by the number of the sample where only a sample is clustered [R8]", async () => {
    const points = groups(240, 4, 0.8);
    const changes = { ...settings, sample: 60 };
    const [plain, scaled] = [
      await findExemplars(points, { ...changes, preferencePoints: null }),
      await findExemplars(points, { ...changes, preferencePoints: 60 }),
    ];
    const preferences = ({ hierarchy }: typeof plain) =>
      hierarchy!.levels.map(({ preference }) => preference);
    preferences(scaled).forEach((one, l) => expect(one).toBeCloseTo(preferences(plain)[l]!, 5));
  });

  it("follow the sentences into another order", async () => {
    const points = groups(60);
    const order = new Random(3).sample([...Array(60).keys()], 60);
    const [plain, turned] = [await labelsOf(points), await labelsOf(selectRows(points, order))];
    plain.forEach((labels, l) => {
      const pairs = new Set(order.map((index, at) => `${labels[index]} ${turned[l]![at]}`));
      expect(pairs.size).toBe(new Set(labels).size);
      expect(new Set(turned[l]).size).toBe(new Set(labels).size);
    });
  });

  it("give way to the means of their clusters where that is wanted", async () => {
    const points = groups(60, 4, 0.6);
    const found = await findExemplars(points, { ...settings, centres: "mean" });
    found.clusterings.forEach((clustering, l) => {
      const own = found.hierarchy!.levels[l]!.features;
      const wanted = meansOf(own, clustering.labels, clustering.count);
      for (let cluster = 0; cluster < clustering.count; cluster++)
        row(wanted, cluster).forEach((value, at) =>
          expect(row(clustering.centres, cluster)[at]).toBeCloseTo(value, 5),
        );
      expect(clustering.exemplars).toBeUndefined();
    });
  });

  it("of one layer have the last preference, of two the first and the last", async () => {
    const points = groups(60, 4, 0.8);
    const counts = async (layers: number) =>
      (await findExemplars(points, { ...settings, layers, preferencePoints: 30 })).clusterings.map(
        ({ count }) => count,
      );
    const [one, two] = [await counts(1), await counts(2)];
    expect(one).toHaveLength(1);
    expect(two).toHaveLength(2);
    expect(one[0]).toBeGreaterThanOrEqual(two[0]!);
  });
});
