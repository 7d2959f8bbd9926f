import { beforeAll, describe, expect, it } from "vitest";
import { affinityPropagation, pointSimilarities, similarityRange } from "../../src/cluster";
import { FastMessages } from "../../src/cluster/propagation/fast-messages";
import { PlainMessages } from "../../src/cluster/propagation/messages";
import { fromRows, matrix, Random, selectRows } from "../../src/core";
import { startEngine } from "../../src/engine";
import { eachCase, fixtureEntry, worstError } from "../support/fixtures";

beforeAll(async () => {
  await startEngine();
});

const FILE = "clustering_metrics/affinity_propagation.json";

/** Clusters as sorted lists of points, sorted: labels have no meaning of their own. */
function partitionOf(labels: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  labels.forEach((label, index) => groups.set(label, [...(groups.get(label) ?? []), index]));
  return [...groups.values()].sort((a, b) => a[0]! - b[0]!);
}

interface Case {
  readonly inputs: { points?: number[][]; similarity?: number[][] };
  readonly params: { preference: number; damping: number; max_iter: number; convergence_iter: number };
  readonly expected: { partition: number[][]; exemplars: number[]; clusters: number };
}

eachCase<Case>(FILE, async ({ inputs, params, expected }) => {
  const recipe = affinityPropagation({
    preference: params.preference,
    damping: params.damping,
    iterations: params.max_iter,
    patience: params.convergence_iter,
  });
  const found = inputs.points
    ? await recipe.fit(fromRows(inputs.points))
    : await recipe.fitSimilarities(fromRows(inputs.similarity!));
  const sorted = [...expected.partition].sort((a, b) => a[0]! - b[0]!);
  expect(partitionOf(found.labels)).toEqual(sorted);
  expect(Array.from(found.exemplars!).sort((a, b) => a - b)).toEqual(expected.exemplars);
  expect([found.count, found.hasConverged]).toEqual([expected.clusters, true]);
});

interface RangeCase {
  readonly points: number[][];
  readonly min_off_diagonal: number;
  readonly median_off_diagonal: number;
  readonly median_with_diagonal: number;
}

eachCase<RangeCase>(
  FILE,
  ({
    points,
    min_off_diagonal: minimum,
    median_off_diagonal: median,
    median_with_diagonal: withDiagonal,
  }) => {
    const all = pointSimilarities(fromRows(points), "euclidean");
    const range = similarityRange(all, points.length);
    // scikit-learn's default preference counts the zeros of the diagonal too; ours (and the paper's) does not
    const sorted = Array.from(all).sort((a, b) => a - b);
    const middle = (sorted[sorted.length / 2]! + sorted[sorted.length / 2 - 1]!) / 2;
    expect(worstError([range.minimum, range.median, middle], [minimum, median, withDiagonal])).toBeLessThan(
      1e-6,
    );
  },
  "median_and_min",
);

interface EqualCase {
  readonly points: number[][];
  readonly preference: number;
  readonly clusters: number;
}

eachCase<EqualCase>(
  FILE,
  async ({ points, preference, clusters }) => {
    expect((await affinityPropagation({ preference }).fit(fromRows(points))).count).toBe(clusters);
  },
  "all_equal_similarities",
);

interface Stored {
  readonly points: number[][];
  readonly preference: number;
  readonly damping: number;
  readonly after_iteration: { responsibility: number[][]; availability: number[][] }[];
}

describe("the messages", () => {
  it.each([
    ["in float64 loops", PlainMessages, 1e-6],
    ["in the float32 kernel", FastMessages, 1e-5],
  ] as const)("are those of three iterations without noise, %s", (_, Kind, tolerance) => {
    const stored = fixtureEntry<Stored>(FILE, "messages");
    const n = stored.points.length;
    const s = pointSimilarities(fromRows(stored.points), "euclidean");
    for (let k = 0; k < n; k++) s[k * n + k] = stored.preference;
    const messages = new Kind(s, n);
    for (const { responsibility, availability } of stored.after_iteration) {
      messages.step(stored.damping);
      const got = messages.read();
      expect(worstError(got.responsibility, responsibility)).toBeLessThan(tolerance);
      expect(worstError(got.availability, availability)).toBeLessThan(tolerance);
    }
  });

  it.each([2, 3, 4, 7, 65])("are the same in both forms for %i points, with damping that changes", (n) => {
    const random = new Random(n);
    const s = Float32Array.from({ length: n * n }, () => -random.uniform());
    const [plain, fast] = [new PlainMessages(s, n), new FastMessages(s, n)];
    for (const damping of [0.5, 0.5, 0.9, 0.9, 0.6]) {
      plain.step(damping);
      fast.step(damping);
    }
    expect(worstError(fast.read().responsibility, Array.from(plain.read().responsibility))).toBeLessThan(
      1e-5,
    );
    expect(worstError(fast.read().availability, Array.from(plain.read().availability))).toBeLessThan(1e-5);
    expect(Array.from(fast.exemplars())).toEqual(Array.from(plain.exemplars()));
  });
});

/** Points around `centres` in the plane. */
function blobs(centres: readonly (readonly [number, number])[], each: number, spread: number, seed = 1) {
  const random = new Random(seed);
  return fromRows(
    centres.flatMap(([x, y]) =>
      Array.from({ length: each }, () => [x + spread * random.normal(), y + spread * random.normal()]),
    ),
  );
}

describe("affinity propagation", () => {
  const three = blobs(
    [
      [0, 0],
      [10, 0],
      [0, 10],
    ],
    10,
    0.5,
  );

  it.each(
    [0.5, 0.9].flatMap((damping) =>
      (["minimum", "median"] as const).map((preference) => ({ damping, preference })),
    ),
  )(
    "finds three groups of ten with damping $damping and preference $preference",
    async ({ damping, preference }) => {
      const found = await affinityPropagation({ damping, preference }).fit(three);
      expect(found.score(Array.from({ length: 30 }, (_, i) => Math.floor(i / 10))).ari).toBe(1);
    },
  );

  it("finds the same clusters in any order of the points", async () => {
    const points = blobs(
      [
        [0, 0],
        [3, 0],
        [0, 3],
        [3, 3],
      ],
      30,
      0.7,
    );
    const order = new Random(2).shuffle(Array.from({ length: points.rows }, (_, index) => index));
    const there = await affinityPropagation().fit(points);
    const back = await affinityPropagation().fit(selectRows(points, order));
    expect(back.score(order.map((index) => there.labels[index]!)).ari).toBe(1);
  });

  it("finds the same clusters by the kernel as by the loops", async () => {
    const points = blobs(
      [
        [0, 0],
        [5, 0],
        [0, 5],
        [5, 5],
        [10, 10],
      ],
      90,
      1,
    );
    const gold = Array.from({ length: 450 }, (_, index) => Math.floor(index / 90));
    const found = await affinityPropagation({ preference: -400 }).fit(points);
    expect(found.score(gold).ari).toBeGreaterThan(0.9);
    expect(found.hasConverged).toBe(true);
  });

  it("takes one point, two points and identical points", async () => {
    expect(Array.from((await affinityPropagation().fit(fromRows([[1, 2]]))).labels)).toEqual([0]);
    expect((await affinityPropagation({ preference: -100 }).fit(fromRows([[0], [1]]))).count).toBe(1);
    const twins = fromRows([
      [0, 0],
      [0, 0],
      [0, 0],
      [9, 9],
      [9, 9],
      [9, 9],
    ]);
    const found = await affinityPropagation({ preference: -10 }).fit(twins);
    expect(partitionOf(found.labels)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("makes one cluster around the medoid when nobody wants to be an exemplar", async () => {
    const found = await affinityPropagation({ iterations: 1, preference: -1e6 }).fit(
      fromRows([[0], [1], [2], [10]]),
    );
    expect([found.count, found.hasConverged]).toEqual([1, false]);
    expect(Array.from(found.exemplars!)).toEqual([2]);
    expect(String(found)).toContain("stopped after 1 iterations without converging");
  });

  it("lets some points want to be exemplars more than others", async () => {
    const preference = Array.from({ length: 30 }, (_, index) => (index % 10 === 7 ? -1 : -1000));
    expect(Array.from((await affinityPropagation({ preference }).fit(three)).exemplars!)).toEqual([
      7, 17, 27,
    ]);
  });

  it("does not believe exemplars that are worse than a single cluster", async () => {
    // with damping 0.5 the messages of tight groups swing, and at times settle on every point by itself
    const tight = blobs(
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      30,
      0.02,
    );
    for (const preference of [-20, -50, -200]) {
      const found = await affinityPropagation({ preference }).fit(tight);
      expect(found.count).toBeLessThanOrEqual(4);
      expect(found.hasConverged).toBe(true);
    }
  });

  it("assigns unseen points to the nearest exemplar", async () => {
    const found = await affinityPropagation().fit(three);
    expect(Array.from(found.assign(three))).toEqual(Array.from(found.labels));
    expect(() => found.assign(fromRows([[1, 2, 3]]))).toThrow("expected [any, 2]");
  });

  it("compares directions with the cosine", async () => {
    const rays = matrix(Float32Array.from([1, 0, 5, 0.1, 9, 0.2, 0, 1, 0.1, 7, 0, 3]), 6, 2);
    const found = await affinityPropagation({ similarity: "cosine", preference: 0 }).fit(rays);
    expect(partitionOf(found.labels)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("can be stopped, and tells how far it is", async () => {
    await expect(
      affinityPropagation().fit(three, { signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
    const seen: number[] = [];
    await affinityPropagation().fit(three, { onProgress: ({ done }) => seen.push(done) });
    expect(seen[0]).toBe(1);
    expect(seen.length).toBeGreaterThan(10);
  });

  it("refuses options out of range and points that are not finite", async () => {
    expect(() => affinityPropagation({ damping: 0.2 })).toThrow("damping is 0.2");
    expect(() => affinityPropagation({ patience: 0 })).toThrow("patience is 0");
    expect(() => affinityPropagation({ preference: NaN })).toThrow("a preference is not finite");
    // @ts-expect-error an unknown preference does not compile
    expect(() => affinityPropagation({ preference: "mean" })).toThrow("must be median, minimum");
    await expect(affinityPropagation({ preference: [1] }).fit(three)).rejects.toThrow(
      "the preferences has shape [1], expected [30]",
    );
    await expect(affinityPropagation().fit(fromRows([]))).rejects.toThrow("was given no points");
    await expect(affinityPropagation().fit(fromRows([[NaN]]))).rejects.toThrow(
      "point 0 given to affinity propagation holds NaN",
    );
    await expect(affinityPropagation().fitSimilarities(fromRows([[1, 2]]))).rejects.toThrow(
      "the similarities has shape [1, 2]",
    );
  });
});
