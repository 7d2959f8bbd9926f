import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { matrix, Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { silhouettesOf } from "../../../src/papers/mccl/inference/clusters";
import type { EmbeddedPairs } from "../../../src/papers/mccl/inference/predictions";
import { probed } from "../../../src/papers/mccl/inference/fitted-probe";
import { trainedProbe } from "../../../src/papers/mccl/inference/trained-probe";

beforeAll(() => startEngine());

const WIDTH = 6;

/** Random vectors; relation 1 where the first number is large, 2 where the second is. */
function cloud(count: number, seed: number, isMultiLabel: boolean): EmbeddedPairs {
  const random = new Random(seed);
  const data = Float32Array.from({ length: count * WIDTH }, () => random.normal());
  const labels = Array.from({ length: count }, (_, row) => {
    const all = [1, 2].filter((relation) => data[row * WIDTH + relation - 1]! > 0.8);
    return isMultiLabel ? all : all.slice(0, 1);
  });
  return {
    vectors: matrix(data, count, WIDTH),
    pairs: labels.map((own, head) => ({ document: 0, head, tail: 0, labels: own, isCandidate: true })),
    isVisible: labels.map(() => true),
  };
}

describe("probed", () => {
  it.each([true, false])("finds what a linear layer can tell (several relations: %s)", (isMultiLabel) => {
    const [known, queries] = [cloud(600, 1, isMultiLabel), cloud(200, 2, isMultiLabel)];
    const before = tf.memory().numTensors;
    const found = probed(known, queries, { relations: 3, isMultiLabel });
    expect(tf.memory().numTensors).toBe(before);
    const right = found.filter((labels, row) => labels.join() === queries.pairs[row]!.labels.join()).length;
    expect(right / found.length).toBeGreaterThan(isMultiLabel ? 0.95 : 0.85);
  });
});

describe("trainedProbe", () => {
  const loop = {
    epochs: 1,
    mostSteps: 400,
    leastSteps: 400,
    batchSize: 4,
    rate: 0.05,
    warmup: 0.06,
    decay: "linear",
    weightDecay: 0,
    clip: 1,
  } as const;
  const context = () => ({
    random: new Random(5),
    folder: "unused",
    signal: new AbortController().signal,
    onShare: () => undefined,
  });
  const spread = (pairs: EmbeddedPairs): EmbeddedPairs => ({
    ...pairs,
    pairs: pairs.pairs.map((pair, row) => ({ ...pair, document: row % 20 })),
  });

  it.each([true, false])(
    "learns by steps what the fitted layer finds (several: %s)",
    async (isMultiLabel) => {
      const [known, queries] = [spread(cloud(600, 1, isMultiLabel)), cloud(200, 2, isMultiLabel)];
      const options = { relations: 3, isMultiLabel };
      const before = tf.memory().numTensors;
      const found = await trainedProbe(known, queries, options, { ...loop, mostSteps: 300 }, context());
      expect(tf.memory().numTensors).toBe(before);
      const fitted = probed(known, queries, options);
      const same = found.filter((labels, row) => labels.join() === fitted[row]!.join()).length;
      expect(same / found.length).toBeGreaterThan(0.85);
      const none = await trainedProbe(known, queries, options, { ...loop, mostSteps: 1, rate: 0 }, context());
      expect(none).not.toEqual(found);
    },
  );

  it("says so where no training pair is visible", async () => {
    const known = { ...cloud(10, 1, false), isVisible: new Array<boolean>(10).fill(false) };
    await expect(
      trainedProbe(known, known, { relations: 3, isMultiLabel: false }, loop, context()),
    ).rejects.toThrow("no training pair is visible");
  });
});

describe("silhouettesOf", () => {
  it("gains from several centres where relations lie in several clusters, and not where in one", async () => {
    const random = new Random(3);
    const at = (centres: readonly (readonly number[])[]) => {
      const rows = centres.flatMap((centre) => Array.from({ length: 20 }, () => centre));
      const data = Float32Array.from(rows.flatMap((centre) => centre.map((x) => x + 0.05 * random.normal())));
      return matrix(data, rows.length, 4);
    };
    const relations = Array.from({ length: 80 }, (_, row) => Math.floor(row / 40));
    const many = at([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
    const few = at([
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ]);
    const [spread, tight] = [await silhouettesOf(many, relations), await silhouettesOf(few, relations)];
    expect(spread.several - spread.one).toBeGreaterThan(0.2);
    expect(tight.several - tight.one).toBeLessThan(0);
  });
});
