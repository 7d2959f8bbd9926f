// L-BFGS: the minimum of a smooth function from its value and gradient (Nocedal & Wright 2006, algorithm 7.5).

/** A function of many numbers with its gradient. */
export type Smooth = (at: Float64Array) => { readonly value: number; readonly gradient: Float64Array };

/** When to stop. */
export interface MinimiseOptions {
  readonly iterations: number;
  /** Largest part of the gradient at which the search ends. */
  readonly tolerance: number;
}

/** Where the search ended, and whether the gradient was small enough there. */
export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
}

const MEMORY = 10;
/** A rise this small, relative to the value, may be rounding of a float32 function. */
const ROUNDING = 1e-7;
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const largest = (a: Float64Array): number => a.reduce((top, x) => Math.max(top, Math.abs(x)), 0);

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/** The direction of Newton's step as the last pairs of step and gradient change let us guess it. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((x) => -x);
  const factors: number[] = [];
  for (const { step, change, curvature } of [...pairs].reverse()) {
    const factor = dot(step, q) / curvature;
    factors.push(factor);
    for (let i = 0; i < q.length; i++) q[i]! -= factor * change[i]!;
  }
  const last = pairs.at(-1);
  const scale =
    last === undefined
      ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)))
      : last.curvature / dot(last.change, last.change);
  for (let i = 0; i < q.length; i++) q[i]! *= scale;
  for (const { step, change, curvature } of pairs) {
    const factor = factors.pop()! - dot(change, q) / curvature;
    for (let i = 0; i < q.length; i++) q[i]! += factor * step[i]!;
  }
  return q;
}

/** Searches from `start`, going down at every step (Armijo's rule, halving). */
export function minimise(
  smooth: Smooth,
  start: Float64Array,
  { iterations, tolerance }: MinimiseOptions,
): Minimum {
  let at = start;
  let { value, gradient } = smooth(at);
  let pairs: Pair[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (largest(gradient) <= tolerance) return { at, value, iterations: iteration, hasConverged: true };
    let way = direction(gradient, pairs);
    if (dot(way, gradient) >= 0) {
      pairs = [];
      way = direction(gradient, pairs);
    }
    const slope = dot(way, gradient);
    let next: { at: Float64Array; value: number; gradient: Float64Array } | undefined;
    for (let length = 1; length > 1e-10 && next === undefined; length /= 2) {
      const there = at.map((x, i) => x + length * way[i]!);
      const found = smooth(there);
      if (found.value <= value + 1e-4 * length * slope + ROUNDING * Math.abs(value))
        next = { at: there, ...found };
    }
    if (next === undefined) return { at, value, iterations: iteration, hasConverged: false };
    const step = next.at.map((x, i) => x - at[i]!);
    const change = next.gradient.map((x, i) => x - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change))
      pairs = [...pairs, { step, change, curvature }].slice(-MEMORY);
    ({ at, value, gradient } = next);
  }
  return { at, value, iterations, hasConverged: largest(gradient) <= tolerance };
}
