// Multi-head attention of a post-norm block (Vaswani et al. 2017), in two operations: probabilities, then the mixture.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient, type Named, type Parameter } from "../engine";
import { keptWhere, maskFor, maskToSave, readWeights, type BlockDropout, type BlockShape } from "./block";
import { layerNormSlopes, normalise, scaleAndShift } from "./layer-norm";
import { affine, affineSlopes } from "./linear";

/** The weights of `attend`. */
export type AttendWeights = Readonly<Record<"query" | "queryBias" | "key" | "keyBias", Parameter>>;

/** The weights of `mix`. */
export type MixWeights = Readonly<
  Record<"value" | "valueBias" | "output" | "outputBias" | "gamma" | "beta", Parameter>
>;

/** `[rows, hidden]` to `[batch * heads, length, hidden / heads]`; rows are those of `BlockShape.packing`. */
function toHeads(x: tf.Tensor, { batch, length, heads, hidden, packing }: BlockShape): tf.Tensor3D {
  const size = hidden / heads;
  return tf.tidy(() =>
    (packing === undefined ? x : packing.pad(x))
      .reshape([batch, length, heads, size])
      .transpose([0, 2, 1, 3])
      .reshape([batch * heads, length, size]),
  );
}

/** The way back of `toHeads`. */
function fromHeads(x: tf.Tensor, { batch, length, heads, hidden, packing }: BlockShape): tf.Tensor {
  const rows = x
    .reshape([batch, heads, length, hidden / heads])
    .transpose([0, 2, 1, 3])
    .reshape([batch * length, hidden]);
  return packing === undefined ? rows : packing.drop(rows);
}

/**
 * Attention probabilities `softmax(q k' / sqrt(d) + bias)`, `[batch, heads, length, length]`, from hidden states
 * `[rows, hidden]`. `bias` `[batch, 1, 1, length]` hides keys; it is left out where nothing is hidden.
 */
export function attend(
  x: tf.Tensor,
  parameters: AttendWeights,
  shape: BlockShape,
  bias: tf.Tensor | undefined,
): tf.Tensor4D {
  const { batch, heads, length, hidden } = shape;
  const scale = 1 / Math.sqrt(hidden / heads);
  const { weights, trained } = readWeights(parameters);
  return differentiable({ x, ...trained }, () => {
    const query = toHeads(affine(x, weights.query, weights.queryBias, scale), shape);
    const key = toHeads(affine(x, weights.key, weights.keyBias), shape);
    const probabilities = tf.tidy(() => {
      const scores = tf.matMul(query, key, false, true).reshape([batch, heads, length, length]);
      return tf.softmax(bias === undefined ? scores : scores.add(bias));
    });
    const saved = { x, query, key, probabilities, queryWeight: weights.query, keyWeight: weights.key };
    return withGradient(probabilities, saved, (slope, saved) => {
      const scoreSlope = tf.tidy(() => {
        const weighted = tf.mul(slope, saved.probabilities);
        const shared = tf.mul(saved.probabilities, tf.sum(weighted, -1, true));
        return tf.sub(weighted, shared).reshape([batch * heads, length, length]) as tf.Tensor3D;
      });
      const querySlope = fromHeads(tf.matMul(scoreSlope, saved.key as tf.Tensor3D), shape);
      const keySlope = fromHeads(tf.matMul(scoreSlope, saved.query as tf.Tensor3D, true, false), shape);
      const byQuery = affineSlopes(querySlope, saved.x, saved.queryWeight, scale);
      const byKey = affineSlopes(keySlope, saved.x, saved.keyWeight);
      return {
        x: () => tf.add(byQuery.x(), byKey.x()),
        query: byQuery.weight,
        queryBias: byQuery.bias,
        key: byKey.weight,
        keyBias: byKey.bias,
      };
    });
  }) as tf.Tensor4D;
}

/**
 * `layerNorm(x + output(heads(dropout(probabilities) value(x))))`, `[rows, hidden]`: the values mixed by
 * the probabilities, projected, added to `x` and normalised.
 */
export function mix(
  x: tf.Tensor,
  probabilities: tf.Tensor4D,
  parameters: MixWeights,
  shape: BlockShape,
  epsilon: number,
  dropout: BlockDropout | undefined,
): tf.Tensor {
  const { batch, heads, length } = shape;
  const { weights, trained } = readWeights(parameters);
  const flat = [batch * heads, length, length] as const;
  // What is kept by dropout is scaled up: attention through the values, hidden states through the projection.
  const [keepAttention, keepHidden] = [1 / (1 - (dropout?.attention ?? 0)), 1 / (1 - (dropout?.hidden ?? 0))];
  return differentiable({ x, probabilities, ...trained }, () => {
    const shares = probabilities.reshape([...flat]);
    const attentionMask = maskFor(dropout, "attention", flat);
    const value = toHeads(affine(x, weights.value, weights.valueBias, keepAttention), shape);
    const kept = keptWhere(attentionMask, shares) as tf.Tensor3D;
    const context = fromHeads(tf.matMul(kept, value), shape);
    const projected = affine(context, weights.output, weights.outputBias, keepHidden);
    const hiddenMask = maskFor(dropout, "hidden", projected.shape);
    const { normal, factor } = normalise(tf.add(x, keptWhere(hiddenMask, projected)), epsilon);
    const { gamma, output } = weights;
    const tensors = { x, shares, value, context, normal, factor, gamma, output, valueWeight: weights.value };
    const saved = {
      ...tensors,
      ...maskToSave("attentionMask", attentionMask),
      ...maskToSave("hiddenMask", hiddenMask),
    };
    return withGradient(
      scaleAndShift(normal, gamma, weights.beta),
      saved as Named & typeof tensors,
      (slope, saved) => {
        const byNorm = layerNormSlopes(slope, saved.normal, saved.factor, saved.gamma);
        const sumSlope = byNorm.x();
        const projectedSlope = keptWhere(saved["hiddenMask"], sumSlope);
        const byOutput = affineSlopes(projectedSlope, saved.context, saved.output, keepHidden);
        const contextSlope = toHeads(byOutput.x(), shape);
        const keptShares = keptWhere(saved["attentionMask"], saved.shares) as tf.Tensor3D;
        const valueSlope = fromHeads(tf.matMul(keptShares, contextSlope, true, false), shape);
        const byValue = affineSlopes(valueSlope, saved.x, saved.valueWeight, keepAttention);
        return {
          x: () => tf.add(sumSlope, byValue.x()),
          probabilities: () => {
            const shareSlope = tf.matMul(contextSlope, saved.value as tf.Tensor3D, false, true);
            return keptWhere(saved["attentionMask"], shareSlope).reshape(probabilities.shape);
          },
          value: byValue.weight,
          valueBias: byValue.bias,
          output: byOutput.weight,
          outputBias: byOutput.bias,
          gamma: byNorm.gamma,
          beta: byNorm.beta,
        };
      },
    );
  });
}
