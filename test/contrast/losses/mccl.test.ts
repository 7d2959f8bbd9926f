import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  adaptiveThreshold,
  adaptiveThresholdContrasts,
  classSimilarities,
  mccl,
  mcclContrast,
  multiLabelMccl,
  predictAboveThreshold,
} from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface Case {
  readonly name: string;
  readonly inputs: {
    z: unknown;
    bias: number[];
    proxies?: unknown;
    labels?: number[];
    label_matrix?: number[][];
  };
  readonly params: { tau1: number; tau2: number; num_relations: number };
  readonly expected: {
    value: number;
    class_similarity: (number | null)[][];
    per_anchor: number[];
    anchors_used?: number[];
    grad: Record<string, unknown>;
  };
}

eachCase<Case>("losses/mccl.json", ({ inputs, params, expected }) => {
  const { labels, label_matrix: matrix } = inputs;
  const labelSets = matrix?.map((row) => row.flatMap((flag, relation) => (flag === 1 ? [relation] : [])));
  const options = { memberTemperature: params.tau1, temperature: params.tau2 };
  const roles: Roles = {
    z: tensorOf(inputs.z),
    bias: tensorOf(inputs.bias),
    ...(inputs.proxies ? { proxies: tensorOf(inputs.proxies) } : {}),
  };
  const common = ({ z, bias, proxies }: Roles) => ({
    embeddings: z as tf.Tensor2D,
    bias: bias as tf.Tensor1D,
    ...(proxies === undefined ? {} : { proxies: proxies as tf.Tensor2D }),
  });
  const loss = (given: typeof options) => (tensors: Roles) =>
    labels
      ? mccl(given).loss({ ...common(tensors), labels })
      : multiLabelMccl(given).loss({ ...common(tensors), labelSets: labelSets! });
  expectLoss(loss(options), roles, expected);
  const sets = labels?.map((label) => [label]) ?? labelSets!.map((set) => (set.length === 0 ? [0] : set));
  const { similarity, exists } = classSimilarities(common(roles), sets, params.num_relations, params.tau1);
  expect(worstError(similarity.dataSync(), expected.class_similarity)).toBeLessThan(1e-5);
  const wanted = expected.class_similarity.flat().map((value) => (value === null ? 0 : 1));
  expect(Array.from(exists.dataSync())).toEqual(wanted);
  if (labels) {
    const { perAnchor, mask } = mcclContrast({ ...common(roles), labels }, options);
    const used = Array.from(mask.dataSync()).flatMap((flag, index) => (flag === 1 ? [index] : []));
    expect(used).toEqual(expected.anchors_used);
    const losses = perAnchor.dataSync();
    expect(
      worstError(
        used.map((index) => losses[index]!),
        expected.per_anchor,
      ),
    ).toBeLessThan(1e-5);
  } else
    expect(
      worstError([expected.per_anchor.reduce((a, b) => a + b) / expected.per_anchor.length], expected.value),
    ).toBeLessThan(1e-5);
  if (expected.value !== 0)
    expectFiniteDifferences(loss({ memberTemperature: 0.5, temperature: 0.5 }), roles, 3e-3);
});

interface ThresholdCase {
  readonly name: string;
  readonly inputs: { logits: number[][]; labels: number[][] };
  readonly params: { top_k?: number };
  readonly expected: {
    value: number;
    L1: number[];
    L2: number[];
    predicted: number[][];
    grad: Record<string, unknown>;
  };
}

eachCase<ThresholdCase>("losses/atlop_adaptive_threshold.json", ({ name, inputs, params, expected }) => {
  const labelMatrix = tensorOf<tf.Tensor2D>(inputs.labels);
  const batchOf = ({ logits }: Roles) => ({ logits: logits as tf.Tensor2D, labelMatrix });
  const roles = { logits: tensorOf(inputs.logits) };
  expectLoss((given) => adaptiveThreshold().loss(batchOf(given)), roles, expected);
  const { above, below } = adaptiveThresholdContrasts(batchOf(roles));
  expect(worstError(above.perAnchor.dataSync(), expected.L1)).toBeLessThan(1e-5);
  expect(worstError(below.perAnchor.dataSync(), expected.L2)).toBeLessThan(1e-5);
  expect(predictAboveThreshold(inputs.logits, params.top_k)).toEqual(expected.predicted);
  if (name !== "large_logits")
    expectFiniteDifferences((given) => adaptiveThreshold().loss(batchOf(given)), roles);
});

describe("MCCL", () => {
  const embeddings: tf.Tensor2D = tf.tensor2d([1, 0, 0.9, 0.2, 0, 1, 0.1, 0.8, -1, 0.3], [5, 2]);
  const sets = [[0], [0], [1], [1], [0]];

  it("is the nearest member as tau_1 goes to 0, the mean as it grows", () => {
    const cosines = (() => {
      const unit: tf.Tensor2D = tf.div(embeddings, tf.norm(embeddings, 2, 1, true));
      return tf.matMul<tf.Tensor2D>(unit, unit, false, true).arraySync();
    })();
    const cold = classSimilarities({ embeddings }, sets, 2, 1e-4).similarity.arraySync();
    const warm = classSimilarities({ embeddings }, sets, 2, 1e6).similarity.arraySync();
    sets.forEach((_, i) =>
      [0, 1].forEach((relation) => {
        const own = cosines[i]!.filter((_value, j) => j !== i && sets[j]![0] === relation);
        expect(cold[i]![relation]).toBeCloseTo(Math.max(...own), 5);
        expect(warm[i]![relation]).toBeCloseTo(own.reduce((a, b) => a + b) / own.length, 4);
      }),
    );
  });

  it("takes several proxies of a relation: rows beyond the first are members too", () => {
    const proxies: tf.Tensor2D = tf.tensor2d([1, 1, -1, 1, 0.3, -1, 1, -0.5], [4, 2]);
    const { similarity } = classSimilarities({ embeddings, proxies }, sets, 2, 0.5);
    const all: tf.Tensor2D = tf.concat([embeddings, proxies], 0);
    // the same by hand: proxies as further rows of relations 0, 1, 0, 1
    const asRows = classSimilarities({ embeddings: all }, [...sets, [0], [1], [0], [1]], 2, 0.5).similarity;
    expect(worstError(similarity.dataSync(), asRows.arraySync().slice(0, 5))).toBeLessThan(1e-6);
    const bias: tf.Tensor1D = tf.zeros([2]);
    const odd: tf.Tensor2D = tf.ones([3, 2]);
    expect(() => mccl().loss({ embeddings, labels: [0, 0, 1, 1, 0], bias, proxies: odd })).toThrow("proxies");
  });

  it("is, for two relations, the logistic loss of their difference", () => {
    const bias: tf.Tensor1D = tf.tensor1d([0.3, -0.1]);
    const labels = sets.map(([label]) => label!);
    const { similarity } = classSimilarities({ embeddings }, sets, 2, 0.2);
    const each = similarity.arraySync().map(([first, second], row) => {
      const margin = (first! + 0.3 - (second! - 0.1)) / 0.2;
      return Math.log(1 + Math.exp(labels[row] === 0 ? -margin : margin));
    });
    const value = mccl().loss({ embeddings, labels, bias }).dataSync();
    expect(worstError(value, [each.reduce((a, b) => a + b) / each.length])).toBeLessThan(1e-5);
  });

  it("leaves relations without another member out, also with several labels", () => {
    const wide: tf.Tensor1D = tf.tensor1d([0.1, 0.2, 5]);
    const bias: tf.Tensor1D = tf.tensor1d([0.1, 0.2]);
    const labelSets = [[], [], [1], [1], []];
    const narrow = multiLabelMccl().loss({ embeddings, labelSets, bias }).dataSync();
    expect(worstError(multiLabelMccl().loss({ embeddings, labelSets, bias: wide }).dataSync(), narrow)).toBe(
      0,
    );
    // a relation's only row has no one to find, and is no negative to itself
    const lone = multiLabelMccl().loss({ embeddings, labelSets: [[2], [], [1], [1], []], bias: wide });
    expect(Number.isFinite(lone.dataSync()[0])).toBe(true);
    const loss = (given: Roles) =>
      multiLabelMccl().loss({ embeddings: given["z"] as tf.Tensor2D, labelSets, bias: wide });
    expectFiniteDifferences(loss, { z: embeddings }, 3e-3);
  });

  it("of rows without relation is the second part of the threshold alone", () => {
    const logits: tf.Tensor2D = tf.tensor2d([0.4, 1, -0.3, 0.2, 0.1, 0.9], [2, 3]);
    const value = adaptiveThreshold()
      .loss({ logits, labelMatrix: tf.zeros([2, 3]) })
      .dataSync();
    const rows = logits
      .arraySync()
      .map((row) => Math.log(row.reduce((sum, x) => sum + Math.exp(x - row[0]!), 0)));
    expect(worstError(value, [(rows[0]! + rows[1]!) / 2])).toBeLessThan(1e-6);
  });

  it("leaks no tensor, and says what does not fit", () => {
    const bias: tf.Tensor1D = tf.zeros([2]);
    const before = tf.memory().numTensors;
    mccl()
      .loss({ embeddings, labels: [0, 0, 1, 1, 0], bias })
      .dispose();
    multiLabelMccl()
      .loss({ embeddings, labelSets: [[0], [], [1], [1], [0, 1]], bias })
      .dispose();
    expect(() => mccl().loss({ embeddings, labels: [0, 0, 1, 1, 2], bias })).toThrow(
      "a label of MCCL names row 2",
    );
    expect(() => mccl().loss({ embeddings, labels: [0], bias })).toThrow(
      "the labels of MCCL has shape [1], expected [5]",
    );
    expect(() => mccl({ memberTemperature: 0 })).toThrow("the member temperature of MCCL is 0");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses to predict the best of less than one", () => {
    expect(() => predictAboveThreshold([[0, 1]], 0)).toThrow("top is 0");
  });
});
