// A linear probe on pairs of words: softmax regression on [x_a ; x_b], without ever forming the pairs' vectors.
//
// W [x_a ; x_b] = W_1 x_a + W_2 x_b: each word is scored once for either side, and a pair adds two rows.

import * as tf from "@tensorflow/tfjs";
import { DataError, OptionError, ShapeError, type Matrix, type Random } from "../core";
import { AdamW, gradients } from "../engine";
import { linearHead, type LinearHead } from "./linear-head";
import { checkPairs, type PairList } from "./pair-list";

/** How a probe is trained. */
export interface PairProbeOptions {
  /** Order of the groups and first weights. */
  readonly random: Random;
  /** Passes over the groups (default 20). */
  readonly epochs?: number;
  /** Rate of Adam (default 1e-3). */
  readonly rate?: number;
  /** Groups in a step (default 32). */
  readonly batch?: number;
  /** Whether each feature of the words is brought to mean 0 and deviation 1 first (default true). */
  readonly standardise?: boolean;
  /** Held-out pairs: the epoch with the best F1 on them is kept; default: the last epoch. */
  readonly development?: { readonly pairs: PairList; readonly labels: ArrayLike<number> };
}

/** A probe that was trained. */
export interface PairProbe {
  /** The class (0 or 1) of each pair. */
  predict(pairs: PairList): Uint8Array;
  /** The epoch that was kept, from 1. */
  readonly epoch: number;
}

interface Scale {
  readonly mean: tf.Tensor1D;
  readonly deviation: tf.Tensor1D;
}

const moments = ({ data, rows, columns }: Matrix): Scale => {
  const x = tf.tensor2d(data, [rows, columns]);
  const { mean, variance } = tf.moments(x, 0);
  return { mean: mean as tf.Tensor1D, deviation: tf.sqrt(tf.add(variance, 1e-12)) as tf.Tensor1D };
};

/** The words of some groups, and their pairs counted among these words. */
function partOf({ words, first, second, groups }: PairList, chosen: readonly number[]) {
  const place = new Map<number, number>();
  const rows: number[] = [];
  const pairs: number[] = [];
  const at = (word: number): number => {
    let found = place.get(word);
    if (found === undefined) {
      place.set(word, (found = rows.length));
      rows.push(word);
    }
    return found;
  };
  const [left, right]: [number[], number[]] = [[], []];
  for (const group of chosen)
    for (let pair = groups[group]!; pair < groups[group + 1]!; pair++) {
      pairs.push(pair);
      left.push(at(first[pair]!));
      right.push(at(second[pair]!));
    }
  const { columns } = words;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((word, row) =>
    data.set(words.data.subarray(word * columns, (word + 1) * columns), row * columns),
  );
  return {
    data,
    rows: rows.length,
    columns,
    pairs,
    left: Int32Array.from(left),
    right: Int32Array.from(right),
  };
}

type Part = ReturnType<typeof partOf>;

function logitsOf(head: LinearHead, scale: Scale | undefined, part: Part): tf.Tensor2D {
  const { data, rows, columns, left, right } = part;
  const raw = tf.tensor2d(data, [rows, columns]);
  const x = (scale === undefined ? raw : tf.div(tf.sub(raw, scale.mean), scale.deviation)) as tf.Tensor2D;
  const [weight, bias] = head.parameters as [LinearHead["parameters"][0], LinearHead["parameters"][0]];
  const whole = weight.value() as tf.Tensor2D;
  const side = (at: 0 | 1): tf.Tensor2D =>
    tf.matMul(x, tf.slice(whole, [0, at * columns], [2, columns]), false, true);
  const pick = (scores: tf.Tensor2D, of: Int32Array): tf.Tensor =>
    tf.gather(scores, tf.tensor1d(of, "int32"));
  return tf.add(tf.add(pick(side(0), left), pick(side(1), right)), bias.value());
}

type Held = NonNullable<PairProbeOptions["development"]>;

/** F1 of the relations. */
function scoreOn({ labels: gold }: Held, predicted: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < predicted.length; i++) {
    both += predicted[i]! * gold[i]!;
    either += predicted[i]! + gold[i]!;
  }
  return either === 0 ? 0 : (2 * both) / either;
}

/**
 * Trains a linear layer with softmax and cross-entropy over {0: none, 1: relation} on frozen words, by Adam (paper 003,
 * Table 3 [R9]: class weight 1).
 *
 * @example fitPairProbe(pairs, labels, { random }).predict(testPairs)
 */
export function fitPairProbe(
  pairs: PairList,
  labels: ArrayLike<number>,
  options: PairProbeOptions,
): PairProbe {
  const { random, epochs = 20, rate = 1e-3, batch = 32, standardise = true, development } = options;
  for (const [name, value] of Object.entries({ epochs, batch }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new OptionError(`${name} of the pair probe is ${value}: it must be a whole number, 1 or more`);
  checkPairs("the pair probe", pairs);
  if (labels.length !== pairs.first.length)
    throw new ShapeError("the labels of the pair probe", [labels.length], [pairs.first.length]);
  if (labels.length === 0) throw new DataError("the pair probe was given no pairs: it needs at least one");
  const { words } = pairs;
  const scale = standardise ? keptMoments(words) : undefined;
  const head = linearHead({ inputs: 2 * words.columns, outputs: 2, random: random.fork("probe") });
  const adam = new AdamW(head.parameters, { decay: 0 });
  const all = Array.from({ length: pairs.groups.length - 1 }, (_, group) => group);
  const plain = scale && {
    mean: scale.mean.dataSync<"float32">() as Float32Array,
    deviation: scale.deviation.dataSync<"float32">() as Float32Array,
  };
  const weights = (): Float32Array[] => head.parameters.map((one) => one.data());
  let best = { score: -1, epoch: epochs, weights: weights() };
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = random.fork(`epoch ${epoch}`).shuffle(all);
      for (let at = 0; at < order.length; at += batch)
        takeStep(head, scale, adam, partOf(pairs, order.slice(at, at + batch)), labels, rate);
      const score =
        development === undefined
          ? epoch
          : scoreOn(development, predictPlain(development.pairs, weights(), plain));
      if (score > best.score) best = { score, epoch, weights: weights() };
    }
    return { epoch: best.epoch, predict: (asked) => predictPlain(asked, best.weights, plain) };
  } finally {
    adam.dispose();
    head.dispose();
    scale?.mean.dispose();
    scale?.deviation.dispose();
  }
}

function keptMoments(words: Matrix): Scale {
  const { mean, deviation } = tf.tidy(() => moments(words) as unknown as tf.NamedTensorMap);
  return { mean: mean as tf.Tensor1D, deviation: deviation as tf.Tensor1D };
}

function takeStep(
  head: LinearHead,
  scale: Scale | undefined,
  adam: AdamW,
  part: Part,
  labels: ArrayLike<number>,
  rate: number,
): void {
  if (part.pairs.length === 0) return;
  tf.tidy(() => {
    const gold = Float32Array.from(part.pairs, (pair) => labels[pair]!);
    const loss = (): tf.Scalar => {
      const [none, relation] = tf.unstack(tf.logSoftmax(logitsOf(head, scale, part)), 1) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const isOne = tf.tensor1d(gold);
      return tf.neg(tf.mean(tf.add(none, tf.mul(isOne, tf.sub(relation, none))))) as tf.Scalar;
    };
    const { value, gradients: slopes } = gradients(loss, head.parameters);
    value.dispose();
    adam.step(slopes, rate);
  });
}

/** Which pairs score higher as a relation: the difference of both classes is a number a word and side. */
function predictPlain(
  { words, first, second }: PairList,
  [weight, bias]: readonly Float32Array[],
  scale: { readonly mean: Float32Array; readonly deviation: Float32Array } | undefined,
): Uint8Array {
  const { data, rows, columns } = words;
  if (2 * columns * 2 !== weight!.length)
    throw new ShapeError("the words of the pair probe", [rows, columns], [null, weight!.length / 4]);
  const sides = [0, 1].map((side) => {
    const slope = new Float64Array(columns);
    let offset = side === 0 ? bias![1]! - bias![0]! : 0;
    for (let i = 0; i < columns; i++) {
      const difference = weight![(2 + side) * columns + i]! - weight![side * columns + i]!;
      slope[i] = difference / (scale?.deviation[i] ?? 1);
      offset -= slope[i]! * (scale?.mean[i] ?? 0);
    }
    return { slope, offset };
  });
  const scores = sides.map(({ slope, offset }) =>
    Float64Array.from({ length: rows }, (_, word) => {
      let sum = offset;
      for (let i = 0; i < columns; i++) sum += slope[i]! * data[word * columns + i]!;
      return sum;
    }),
  );
  return Uint8Array.from(first, (word, pair) => (scores[0]![word]! + scores[1]![second[pair]!]! > 0 ? 1 : 0));
}
