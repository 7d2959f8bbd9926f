import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matrix, Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { writeSafetensors } from "../../../src/encoders";
import { nearestPairs, type EmbeddedPairs } from "../../../src/papers/mccl/inference/predictions";
import {
  nearestStoredPairs,
  openPairStore,
  writePairStore,
} from "../../../src/papers/mccl/inference/pair-store";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mccl-store-"));
beforeAll(() => startEngine());
afterAll(() => fs.rmSync(folder, { recursive: true }));

const WIDTH = 5;
const RELATIONS = 4;

/** Pairs with 0 to 2 relations among 1 and 2; relation 3 never occurs, some pairs are unseen or no candidates. */
function cloud(count: number, seed: number): EmbeddedPairs {
  const random = new Random(seed);
  const data = Float32Array.from({ length: count * WIDTH }, () => random.normal());
  const pairs = Array.from({ length: count }, (_, row) => ({
    document: 0,
    head: row,
    tail: 0,
    labels: [1, 2].filter(() => random.uniform() < 0.3),
    isCandidate: random.uniform() < 0.9,
  }));
  return { vectors: matrix(data, count, WIDTH), pairs, isVisible: pairs.map(() => random.uniform() < 0.9) };
}

/** Cosine means by a plain loop in float64. */
function byLoop(train: EmbeddedPairs, queries: EmbeddedPairs, relation: number, k: number): number[] {
  const rowOf = ({ vectors: { data } }: EmbeddedPairs, row: number) =>
    Array.from(data.subarray(row * WIDTH, (row + 1) * WIDTH));
  const norm = (x: readonly number[]) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
  return queries.pairs.map((_, q) => {
    const own = rowOf(queries, q);
    const cosines = train.pairs.flatMap(({ labels, isCandidate }, row) => {
      const holds = relation === 0 ? labels.length === 0 : labels.includes(relation);
      if (!holds || !isCandidate || !train.isVisible[row]) return [];
      const other = rowOf(train, row);
      return [other.reduce((sum, value, i) => sum + value * own[i]!, 0) / norm(own) / norm(other)];
    });
    const nearest = cosines.sort((a, b) => b - a).slice(0, k);
    return nearest.reduce((sum, value) => sum + value, 0) / nearest.length;
  });
}

describe("stored pairs", () => {
  const [train, queries] = [cloud(200, 1), cloud(40, 2)];
  const file = path.join(folder, "pairs.safetensors");
  const options = { relations: RELATIONS, isMultiLabel: true };

  it.each([7, 64, 8192])("give the scores of a plain loop, in blocks of %d", (rows) => {
    writePairStore(file, train, options, rows);
    const store = openPairStore(file);
    const before = tf.memory().numTensors;
    const ks = [1, 5, 500];
    const scores = store.scoresFor(queries.vectors, ks);
    expect(tf.memory().numTensors).toBe(before);
    ks.forEach((k, at) => {
      for (const relation of [0, 1, 2])
        byLoop(train, queries, relation, k).forEach((wanted, q) =>
          expect(scores[at]![q * RELATIONS + relation]).toBeCloseTo(wanted, 5),
        );
    });
    expect(store.counts[3]).toBe(0);
    expect(scores[0]![3]).toBeNaN();
  });

  it.each([true, false])(
    "predict what the pairs in memory predict (several relations: %s)",
    (isMultiLabel) => {
      const own = { relations: RELATIONS, isMultiLabel };
      const one = isMultiLabel
        ? train
        : { ...train, pairs: train.pairs.map((pair) => ({ ...pair, labels: pair.labels.slice(0, 1) })) };
      writePairStore(file, one, own, 33);
      const bias = [0.05, 0, -0.02, 0];
      expect(nearestStoredPairs(openPairStore(file), queries, [1, 3, 10], bias)).toEqual(
        nearestPairs(one, queries, [1, 3, 10], own, bias),
      );
    },
  );

  it("refuse what does not fit", () => {
    writePairStore(file, train, options);
    expect(() => openPairStore(file).scoresFor(matrix(new Float32Array(6), 2, 3), [1])).toThrow(
      /queries of stored pairs/,
    );
    expect(() => openPairStore(file).scoresFor(queries.vectors, [0])).toThrow(/k is 0/);
    expect(() => writePairStore(file, train, options, 0)).toThrow(/rowsPerBlock is 0/);
    expect(() =>
      writePairStore(file, { ...train, isVisible: train.pairs.map(() => false) }, options),
    ).toThrow(/no pair to store is a visible candidate/);
    const other = path.join(folder, "other.safetensors");
    writeSafetensors(other, [{ name: "x", shape: [1], data: () => new Float32Array(1) }]);
    expect(() => openPairStore(other)).toThrow(/holds no pairs/);
  });
});
