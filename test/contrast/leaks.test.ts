import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import * as room from "../../src/contrast";
import { createParameter, gradients } from "../../src/engine";
import { withEngine } from "./numbers";

withEngine();

const x: tf.Tensor2D = tf.tensor2d([1, 2, 0, -1, 0.5, 1, 0.3, -2, 1, 1, 1, 0.2], [4, 3]);
const y: tf.Tensor2D = tf.tensor2d([1, 1, 0.2, -1, 0.1, 1, 2, -1, 0, 0, 1, 1], [4, 3]);
const cube: tf.Tensor3D = tf.ones([4, 2, 3]);
const one: tf.Tensor2D = tf.ones([1, 3]);
const matrix: tf.Tensor2D = tf.tensor2d([1, 0, 0, 1, 1, 1, 0, 1], [4, 2]);
const vector: tf.Tensor1D = tf.zeros([2]);
const labels = [0, 1, 0, 1];
const pairs = [
  [0, 2],
  [1, 3],
] as const;
const lists = [[1, 3], [0], [1], [0, 2]];
const tau = { temperature: 0.5 };

type Made = tf.Tensor | object;

const calls: Readonly<Record<string, () => Made>> = {
  adaptiveThreshold: () => room.adaptiveThreshold().loss({ logits: matrix, labelMatrix: matrix }),
  adaptiveThresholdContrasts: () => room.adaptiveThresholdContrasts({ logits: matrix, labelMatrix: matrix }),
  alignment: () => room.alignment(x, y),
  alignmentUniformity: () => room.alignmentUniformity().loss({ anchor: x, positive: y }),
  classSimilarities: () => room.classSimilarities({ embeddings: x }, [[0], [1], [0], [1]], 2, 0.2),
  clgs: () => room.clgs(tau).loss({ text: x, graphs: cube }),
  clgsInput: () => room.clgsInput({ text: x, graphs: cube }, tau),
  clner: () => room.clner(tau).loss({ tokens: x, tags: labels }),
  clnerInput: () => room.clnerInput({ tokens: x, tags: labels }, tau),
  contrast: () => room.contrast({ similarities: matrix, positives: matrix, temperature: 1 }),
  crossEntropy: () => room.crossEntropy().loss({ logits: matrix, labels }),
  crossEntropyContrast: () => room.crossEntropyContrast({ logits: matrix, labels }),
  diagonalClgs: () => room.diagonalClgs(tau).loss({ text: cube, graphs: cube }),
  diagonalClgsInput: () => room.diagonalClgsInput({ text: cube, graphs: cube }, tau),
  exemNce: () => room.exemNce(tau).loss({ anchor: x, exemplars: [y], assignments: [[0, 1, 2, 3]] }),
  exemNceInput: () => room.exemNceInput({ anchor: x, exemplars: [y], assignments: [[0, 1, 2, 3]] }, 0, tau),
  fineClEntity: () =>
    room.fineClEntity(tau).loss({
      entities: x,
      pairs,
      documents: [
        [0, 1, 2],
        [1, 3],
      ],
    }),
  fineClEntityInput: () =>
    room.fineClEntityInput(
      {
        entities: x,
        pairs,
        documents: [
          [0, 1, 2],
          [1, 3],
        ],
      },
      tau,
    ),
  fineClRelation: () =>
    room.fineClRelation(tau).loss({ embeddings: x, pairs, negatives: [[1], [0]], weights: [1, 1, 1, 1] }),
  fineClRelationInput: () =>
    room.fineClRelationInput({ embeddings: x, pairs, negatives: [[1], [0]], weights: [1, 1, 1, 1] }, tau),
  hiNce: () => room.hiNce(tau).loss({ anchor: x, positive: y, exemplars: [y], assignments: [[0, 1, 2, 3]] }),
  infoNce: () => room.infoNce(tau).loss({ anchor: x, positive: y }),
  infoNceContrast: () =>
    room.infoNceContrast({ anchor: x, positive: y, negatives: cube }, { ...tau, negatives: "own" }),
  infoNceInput: () => room.infoNceInput({ anchor: x, positive: y, queue: y }, tau),
  listSimilarities: () => room.listSimilarities(x, cube, "cosine"),
  mccl: () => room.mccl().loss({ embeddings: x, labels, bias: vector, proxies: tf.slice(y, [0, 0], [2, 3]) }),
  mcclContrast: () => room.mcclContrast({ embeddings: x, labels, bias: vector }),
  mtb: () => room.mtb(tau).loss({ embeddings: x, pairs, negatives: lists }),
  mtbInput: () => room.mtbInput({ embeddings: x, pairs, negatives: lists }, tau),
  mtbPair: () => room.mtbPair().loss({ embeddings: x, pairs, same: [1, 0] }),
  mtbPairInput: () => room.mtbPairInput({ embeddings: x, pairs, same: [1, 0] }),
  mtbSelf: () => room.mtbSelf(tau).loss({ anchor: x, positive: y, anchors: [0] }),
  multiLabelMccl: () =>
    room.multiLabelMccl().loss({ embeddings: x, labelSets: [[0], [], [1], [0, 1]], bias: vector }),
  multiLabelSupCon: () => room.multiLabelSupCon(tau).loss({ embeddings: x, labelMatrix: matrix }),
  multiLabelSupConInput: () => room.multiLabelSupConInput({ embeddings: x, labelMatrix: matrix }, tau),
  gradientPerturbation: () => room.gradientPerturbation(x, { epsilon: 2 }),
  hiClre: () => room.hiClre(tau).loss({ anchor: x, positive: y }),
  hiClreContrast: () => room.hiClreContrast({ anchor: x, positive: y }, tau),
  hiClreInput: () => room.hiClreInput({ anchor: x, positive: y }, tau),
  inertia: () => room.inertia(x, y, { epoch: 1, epochs: 2 }),
  ntXent: () => room.ntXent(tau).loss({ anchor: x, positive: y }),
  ntXentContrast: () => room.ntXentContrast({ anchor: x, positive: y }, tau),
  ntXentInput: () => room.ntXentInput({ anchor: x, positive: y }, tau),
  pairedSimilarities: () => room.pairedSimilarities(x, y, "cosine"),
  reduce: () => room.reduce({ perAnchor: vector, mask: vector }),
  similarities: () => room.similarities(x, y, "cosine"),
  supCon: () => room.supCon(tau).loss({ embeddings: x, labels }),
  supConContrast: () => room.supConContrast({ embeddings: x, labels }, tau),
  supConInput: () => room.supConInput({ embeddings: x, labels }, tau),
  uniformity: () => room.uniformity(x),
  unitVectors: () => room.unitVectors(x),
};

/** Functions of the room that make no tensor, or none of their own. */
const OTHERS = [
  "balancedCandidates",
  "contrastStats",
  "corruptedGraphs",
  "corruptedPairs",
  "crossEntropyInput",
  "objective",
  "predictAboveThreshold",
  "tidyInput",
  "wrongPartners",
];

/** Tensors anywhere in what a call gave back. */
function tensorsIn(made: Made): tf.Tensor[] {
  return made instanceof tf.Tensor
    ? [made]
    : Object.values(made).flatMap((part) =>
        part !== null && typeof part === "object" ? tensorsIn(part as Made) : [],
      );
}

describe("the contrast room", () => {
  it("is known to this test as a whole", () => {
    const functions = Object.entries(room).flatMap(([name, value]) =>
      typeof value === "function" && !/^[A-Z]/.test(name) ? [name] : [],
    );
    expect([...Object.keys(calls), ...OTHERS].sort()).toEqual(functions.sort());
  });

  it.each(Object.keys(calls).filter((name) => name !== "mccl"))("leaks no tensor in %s", (name) => {
    const before = tf.memory().numTensors;
    tf.dispose(tensorsIn(calls[name]!()));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("leaves no tensor behind when a loss fails within a gradient", () => {
    const weights = createParameter("weights", x);
    const before = tf.memory().numTensors;
    const both = room.supCon(tau).plus(room.infoNce(tau));
    const failing = () =>
      gradients(
        () => both.loss({ embeddings: weights.value() as tf.Tensor2D, labels, anchor: x, positive: one }),
        [weights],
      );
    expect(failing).toThrow('"positive" has shape [1, 3], expected [4, 3]');
    expect(tf.memory().numTensors).toBe(before);
    weights.dispose();
  });
});
