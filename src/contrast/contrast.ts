// The one contrastive primitive: similarities, positives, candidates, a temperature and two choices.
//
// With s = similarity / temperature, positive weights P and candidate weights C, anchor i has
//   log Z_i = log sum_j C_ij e^{s_ij}                                        (what is in Z: `denominator`)
//   outside:  loss_i = 1/|P_i| sum_p P_ip (log Z_i - s_ip)                   Khosla et al. 2020, eq. 2
//   inside:   loss_i = log Z_i - log(1/|P_i| sum_p P_ip e^{s_ip})            Khosla et al. 2020, eq. 3
// Value and gradient are closed forms of soft-maxima, so both are finite for every finite input.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError } from "../core/errors";
import { withGradient } from "./custom-gradient";

/** What the primitive is given. All matrices are `[anchors, candidates]`. */
export interface ContrastInput {
  /** Similarities, not yet divided by the temperature. */
  readonly similarities: tf.Tensor2D;
  /** Weight of each candidate as a positive of the anchor; 0: it is none. A constant: no function of what is trained. */
  readonly positives: tf.Tensor2D;
  /** Weight of each candidate in the denominator; 0: left out. Default: 1 everywhere. A constant. */
  readonly candidates?: tf.Tensor2D | undefined;
  /** One number above 0, or a tensor that broadcasts to the similarities (a temperature per candidate, or learnt). */
  readonly temperature: number | tf.Tensor;
  /**
   * What Z holds: `all` (default) every candidate, positives among them; `negatives` only those that are no positive;
   * `own` the negatives and, for each positive, that positive alone.
   */
  readonly denominator?: "all" | "negatives" | "own";
  /** Whether the sum over positives stands `outside` (default) or `inside` the logarithm. */
  readonly sum?: "outside" | "inside";
  /** Whether that sum is divided by the weight of the positives (default true). */
  readonly average?: boolean;
  /** Factor of each anchor's loss `[anchors]`; 0 leaves the anchor out. A constant. */
  readonly anchorWeights?: tf.Tensor1D;
}

/**
 * Runs `build` in a scope of its own: what the input does not hold is released. The caller disposes of its tensors, or
 * works inside `tf.tidy`.
 */
export function tidyInput(build: () => ContrastInput): ContrastInput {
  let input: ContrastInput | undefined;
  tf.tidy(() => {
    input = build();
    const { similarities, positives, candidates, temperature, anchorWeights } = input;
    return [similarities, positives, candidates, anchorWeights, temperature].filter(
      (part) => part instanceof tf.Tensor,
    );
  });
  return input!;
}

/** The loss of each anchor `[anchors]`, and 1 where the anchor counts or 0 where it has no loss to speak of. */
export type Contrast = {
  readonly perAnchor: tf.Tensor1D;
  readonly mask: tf.Tensor1D;
};

const NEVER = -1e30;

/** Weighted log-sum-exp over rows `[n, 1]` and its gradient `[n, m]`; a row without weights gives gradient 0. */
function softMaximum(s: tf.Tensor, weights: tf.Tensor | undefined): { value: tf.Tensor; share: tf.Tensor } {
  if (weights === undefined) {
    const top = tf.max(s, 1, true);
    const powers = tf.exp(tf.sub(s, top));
    const total = tf.sum(powers, 1, true);
    return { value: tf.add(top, tf.log(total)), share: tf.div(powers, total) };
  }
  const isIn = tf.greater(weights, 0);
  const top = tf.max(tf.where(isIn, s, NEVER), 1, true);
  const powers = tf.mul(weights, tf.exp(tf.where(isIn, tf.sub(s, top), NEVER)));
  const total = tf.sum(powers, 1, true);
  const safeTotal = tf.add(total, tf.cast(tf.lessEqual(total, 0), "float32"));
  return { value: tf.add(top, tf.log(safeTotal)), share: tf.div(powers, safeTotal) };
}

/** The constants of the loss: who is in Z, each positive's share, and which anchors count. */
interface Roles {
  readonly inZ: tf.Tensor | undefined;
  readonly hasZ: tf.Tensor;
  /** Positive weights, divided by their sum when averaged `[n, m]`; that divisor `[n, 1]`; their sum `[n, 1]`. */
  readonly target: tf.Tensor;
  readonly divisor: tf.Tensor;
  readonly total: tf.Tensor;
  /** 1 where the anchor counts `[n, 1]`, and its factor there, else 0. */
  readonly counts: tf.Tensor;
  readonly factor: tf.Tensor;
}

const indicator = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, "float32");

function rolesOf({
  positives,
  candidates,
  denominator = "all",
  average = true,
  anchorWeights,
}: ContrastInput): Roles {
  const weight = tf.sum(positives, 1, true);
  const hasPositive = indicator(tf.greater(weight, 0));
  const divisor = average ? tf.add(weight, tf.sub(1, hasPositive)) : tf.onesLike(weight);
  const isNegative = indicator(tf.lessEqual(positives, 0));
  const negatives = candidates === undefined ? isNegative : tf.mul(candidates, isNegative);
  const inZ = denominator === "all" ? candidates : negatives;
  const hasZ = inZ === undefined ? tf.onesLike(weight) : indicator(tf.greater(tf.max(inZ, 1, true), 0));
  const hasLoss = denominator === "own" ? hasPositive : tf.mul(hasPositive, hasZ);
  const given = anchorWeights === undefined ? undefined : tf.expandDims(anchorWeights, 1);
  const counts = given === undefined ? hasLoss : tf.mul(hasLoss, indicator(tf.notEqual(given, 0)));
  const target = tf.div(positives, divisor);
  const factor = given === undefined ? counts : tf.mul(counts, given);
  return { inZ, hasZ, target, divisor, total: tf.sum(target, 1, true), counts, factor };
}

/** Loss `[n, 1]` and its gradient with respect to `s` `[n, m]`, right where the anchor counts. */
function solve(s: tf.Tensor, roles: Roles, { positives, denominator, sum }: ContrastInput) {
  const { inZ, hasZ, target, divisor, total } = roles;
  const z = softMaximum(s, inZ);
  const isPositive = tf.greater(target, 0);
  if (denominator === "own") {
    // log(e^s + Z) - s = softplus(log Z - s)
    const margin = tf.sub(z.value, s);
    const softplus = tf.add(tf.relu(margin), tf.log1p(tf.exp(tf.neg(tf.abs(margin)))));
    const loss = tf.sum(tf.where(isPositive, tf.mul(target, softplus), 0), 1, true);
    const pull = tf.mul(hasZ, tf.mul(target, tf.sigmoid(margin)));
    return { loss: tf.mul(loss, hasZ), gradient: tf.sub(tf.mul(tf.sum(pull, 1, true), z.share), pull) };
  }
  if (sum === "inside") {
    const p = softMaximum(s, positives);
    return { loss: tf.add(tf.sub(z.value, p.value), tf.log(divisor)), gradient: tf.sub(z.share, p.share) };
  }
  const attraction = tf.sum(tf.where(isPositive, tf.mul(target, s), 0), 1, true);
  return {
    loss: tf.sub(tf.mul(total, z.value), attraction),
    gradient: tf.sub(tf.mul(total, z.share), target),
  };
}

function checkInput(input: ContrastInput): void {
  const { similarities: s, positives, candidates, temperature, anchorWeights } = input;
  const [n, m] = s.shape;
  if (m === 0) throw new ShapeError("the similarities", s.shape, [null, null]);
  for (const [name, given] of [
    ["positives", positives],
    ["candidates", candidates],
  ] as const)
    if (given !== undefined && (given.shape[0] !== n || given.shape[1] !== m))
      throw new ShapeError(`the ${name}`, given.shape, [n, m]);
  if (anchorWeights !== undefined && anchorWeights.shape[0] !== n)
    throw new ShapeError("the anchor weights", anchorWeights.shape, [n]);
  if (typeof temperature === "number" && !(Number.isFinite(temperature) && temperature > 0))
    throw new OptionError(`the temperature is ${temperature}: it must be a finite number above 0`);
  if (input.denominator === "own" && input.sum === "inside")
    throw new OptionError(
      'denominator "own" has one positive in each logarithm: it goes with sum "outside" only',
    );
}

/**
 * The loss of every anchor. An anchor without positive, or with nothing in its denominator, gets loss 0, gradient 0
 * and mask 0 (with denominator `own` and no negative: loss 0 and mask 1, as -log 1). The caller disposes of both
 * tensors, or works inside `tf.tidy`.
 *
 * @example contrast({ similarities, positives: tf.eye(8), temperature: 0.1 }).perAnchor
 */
export function contrast(input: ContrastInput): Contrast {
  checkInput(input);
  return tf.tidy(() => {
    const roles = rolesOf(input);
    const isCounted = tf.cast(roles.counts, "bool");
    const losses = withGradient(tf.div(input.similarities, input.temperature), (s) => {
      const { loss, gradient } = solve(s, roles, input);
      const slope = tf.where(isCounted, tf.mul(gradient, roles.factor), 0);
      return {
        value: tf.where(isCounted, tf.mul(loss, roles.factor), 0),
        saved: [slope],
        gradient: (upstream, [saved]) => tf.mul(upstream, saved!),
      };
    });
    return {
      perAnchor: tf.squeeze<tf.Tensor1D>(losses, [1]),
      mask: tf.squeeze<tf.Tensor1D>(roles.counts, [1]),
    };
  });
}

/** `mean` over the anchors that count, `sum`, or `mean-over-all` anchors of the batch. No anchor counts: 0. */
export type Reduction = "mean" | "sum" | "mean-over-all";

/** One number out of the losses of the anchors. */
export function reduce({ perAnchor, mask }: Contrast, how: Reduction = "mean"): tf.Scalar {
  return tf.tidy(() => {
    const total: tf.Scalar = tf.sum(perAnchor);
    if (how === "sum") return total;
    if (how === "mean-over-all") return tf.div(total, Math.max(1, perAnchor.size));
    return tf.div(total, tf.maximum(tf.sum(mask), 1));
  });
}

/** What a look at the similarities tells, as plain numbers; `undefined` where there is no such pair. */
export interface ContrastStats {
  readonly anchors: number;
  readonly anchorsWithPositive: number;
  /** Mean similarity of the positives, weighted. */
  readonly positive: number | undefined;
  /** Mean similarity of the candidates that are no positive, weighted. */
  readonly negative: number | undefined;
}

/** Numbers that show whether positives and negatives come apart; reads from the engine, so not for every step. */
export function contrastStats({ similarities: s, positives, candidates }: ContrastInput): ContrastStats {
  const [pulled, pullers, pushed, pushers, withPositive] = tf.tidy(() => {
    const isNegative = tf.cast(tf.lessEqual(positives, 0), "float32");
    const negatives = candidates === undefined ? isNegative : tf.mul(candidates, isNegative);
    const has = tf.cast(tf.greater(tf.sum(positives, 1), 0), "float32");
    const masked = (weights: tf.Tensor) => tf.sum(tf.where(tf.greater(weights, 0), tf.mul(weights, s), 0));
    const sums = [masked(positives), tf.sum(positives), masked(negatives), tf.sum(negatives), tf.sum(has)];
    return tf.stack(sums.map((sum) => tf.cast(sum, "float32"))).dataSync();
  }) as Float32Array;
  return {
    anchors: s.shape[0],
    anchorsWithPositive: withPositive!,
    positive: pullers! > 0 ? pulled! / pullers! : undefined,
    negative: pushers! > 0 ? pushed! / pushers! : undefined,
  };
}
