import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../../../src/engine";
import { halves, inStepOrder, joinRows, pairGroups } from "../../../src/papers/mccl/pairs/pair-batches";

beforeAll(() => startEngine());

describe("halves", () => {
  it("put short and long sequences apart only where a good part of the padding goes", () => {
    expect(halves([10, 100, 12, 98])).toEqual([
      [0, 2],
      [3, 1],
    ]);
    expect(halves([90, 100, 95])).toEqual([[0, 2, 1]]);
    expect(halves([7])).toEqual([[0]]);
  });
});

describe("groups of pairs", () => {
  const pairs = [
    { document: 1, head: 0, tail: 1 },
    { document: 0, head: 2, tail: 0 },
    { document: 2, head: 1, tail: 0 },
    { document: 0, head: 1, tail: 2 },
  ];

  it("hold every pair once, its document counted in the group", () => {
    const groups = pairGroups([10, 100, 11], pairs);
    expect(groups.map(({ documents }) => documents)).toEqual([[0, 2], [1]]);
    expect(groups.flatMap(({ rows }) => rows).sort()).toEqual([0, 1, 2, 3]);
    for (const { documents, rows, pairs: own } of groups)
      own.forEach((pair, at) =>
        expect({ ...pair, document: documents[pair.document] }).toEqual(pairs[rows[at]!]),
      );
  });

  it("are put together again in the order of the step, gradients included", () => {
    const groups = pairGroups([10, 100, 11], pairs);
    expect(
      inStepOrder(
        groups,
        groups.map(({ rows }) => rows.map((row) => `p${row}`)),
      ),
    ).toEqual(["p0", "p1", "p2", "p3"]);
    const parts = groups.map(({ rows }) => tf.tensor2d(rows.map((row) => [row, 10 * row])));
    const joined = joinRows(groups, parts);
    expect(joined.arraySync()).toEqual([0, 1, 2, 3].map((row) => [row, 10 * row]));
    const weights = tf.tensor2d([[1], [2], [3], [4]]);
    const slope = tf.grad((x) => tf.sum(tf.mul(joinRows(groups, [x as tf.Tensor2D, parts[1]!]), weights)))(
      parts[0]!,
    );
    expect((slope.arraySync() as number[][]).map(([first]) => first)).toEqual(
      groups[0]!.rows.map((row) => row + 1),
    );
    tf.dispose([joined, weights, slope, ...parts]);
  });
});
