// Affinity propagation on a matrix of similarities: messages until the exemplars stay, then points join exemplars.

import { OptionError, Random, type OnProgress } from "../../core";
import { FastMessages } from "./fast-messages";
import { PlainMessages, type Messages } from "./messages";

/** When and how the search goes on. */
export interface PropagationOptions {
  /** Share of the old messages that is kept, 0.5 to below 1 (default 0.5; below 0.5 messages may swing for ever). */
  readonly damping?: number;
  /**
   * If exemplars still change after this many iterations, or the answer is worse than a single cluster, the search
   * starts again with damping 0.9 (default 100; `Infinity`: never). An answer that is still worse is a single cluster.
   */
  readonly raiseDampingAfter?: number;
  /** Most iterations (default 400). */
  readonly iterations?: number;
  /** The search has converged when the exemplars stayed for this many iterations (default 10). */
  readonly patience?: number;
  /** Seed of the tiny noise on the similarities that decides ties (default 0). */
  readonly seed?: number | string;
}

/** Who is told and who may stop a long search. */
export interface Watcher {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Exemplars in order of index, and the place of each point's exemplar among them. */
export interface Propagation {
  readonly exemplars: Int32Array;
  readonly labels: Int32Array;
  readonly iterations: number;
  readonly hasConverged: boolean;
}

/** Up to this many points float64 loops are quick enough; beyond, the float32 kernel is several times faster. */
export const EXACT_POINTS = 400;

/** Throws one sentence for an option out of range. */
export function checkPropagation({
  damping = 0.5,
  iterations = 400,
  patience = 10,
  raiseDampingAfter = 100,
}: PropagationOptions): void {
  if (!(damping >= 0.5 && damping < 1))
    throw new OptionError(
      `damping is ${damping}: it must be at least 0.5 and below 1, or the messages swing for ever`,
    );
  for (const [name, value] of Object.entries({ iterations, patience }))
    if (!(Number.isInteger(value) && value > 0))
      throw new OptionError(`${name} is ${value}: it must be a whole number, 1 or more`);
  if (!(raiseDampingAfter > 0))
    throw new OptionError(`raiseDampingAfter is ${raiseDampingAfter}: it must be above 0`);
}

/**
 * Adds to each similarity a random share of the range of all, the same for the same seed: 1e-9 in float64, 1e-6 in
 * float32. Without it equal points send equal messages and never agree on an exemplar.
 */
function breakTies(s: Float64Array | Float32Array, seed: number | string): void {
  let [least, most] = [Infinity, -Infinity];
  for (const value of s) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const size = ((s instanceof Float64Array ? 1e-9 : 1e-6) * (most - least)) / 2147483648;
  let state = new Random(seed).fork("affinity propagation").word() | 1;
  for (let i = 0; i < s.length; i++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    s[i]! += size * state;
  }
}

/** The best of `among` for each point by similarity; an exemplar is its own. */
function join(s: Float64Array | Float32Array, n: number, exemplars: Int32Array): Int32Array {
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let k = 1; k < exemplars.length; k++)
      if (s[i * n + exemplars[k]!]! > s[i * n + exemplars[best]!]!) best = k;
    labels[i] = best;
  }
  exemplars.forEach((index, k) => (labels[index] = k));
  return labels;
}

/** The member of each cluster with the largest summed similarity from all members, as scikit-learn refines exemplars. */
function refine(s: Float64Array | Float32Array, n: number, labels: Int32Array, count: number): Int32Array {
  const members: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, index) => members[label]!.push(index));
  return Int32Array.from(members, (own) => {
    const sums = new Float64Array(own.length);
    for (const i of own) own.forEach((j, at) => (sums[at]! += s[i * n + j]!));
    return own[sums.indexOf(sums.reduce((top, sum) => Math.max(top, sum), -Infinity))]!;
  });
}

function settle(s: Float64Array | Float32Array, n: number, found: Uint8Array): Clusters {
  const first = Int32Array.from(found.keys()).filter((k) => found[k] === 1);
  if (first.length === 0) {
    // nobody wants to be an exemplar: one cluster around the medoid
    const medoid = refine(s, n, new Int32Array(n), 1);
    return { exemplars: medoid, labels: new Int32Array(n) };
  }
  const exemplars = refine(s, n, join(s, n, first), first.length).sort();
  return { exemplars, labels: join(s, n, exemplars) };
}

/**
 * Affinity propagation (Frey & Dueck 2007) on similarities `[n, n]`, row i = how well each point would stand for i.
 * `preference` goes on the diagonal: the larger, the more exemplars. All similarities and preferences equal: every
 * point by itself if the preference is above the similarity, else one cluster around point 0.
 *
 * Yields to the event loop between iterations; stops with `signal.reason` when aborted.
 */
export async function propagate(
  similarities: Float64Array | Float32Array,
  n: number,
  preference: ArrayLike<number>,
  options: PropagationOptions = {},
  { onProgress, signal }: Watcher = {},
): Promise<Propagation> {
  const { damping = 0.5, raiseDampingAfter = 100, iterations = 400, patience = 10, seed = 0 } = options;
  checkPropagation(options);
  const trivial = trivialCase(similarities, n, preference);
  if (trivial !== undefined) return trivial;
  const s = similarities.slice();
  for (let k = 0; k < n; k++) s[k * n + k] = preference[k]!;
  breakTies(s, seed);
  const watch = { onProgress, signal };
  const first = await attempt(
    s,
    n,
    { damping, iterations: Math.min(iterations, raiseDampingAfter), patience },
    watch,
  );
  const left = iterations - first.iterations;
  if (damping >= STRONG || left <= 0 || raiseDampingAfter === Infinity) return first;
  const least = worthOfOne(s, n);
  const isBelieved = (found: Clusters): boolean => worth(s, n, found) >= least;
  if (first.hasConverged && isBelieved(first)) return first;
  // from the start: messages that have swung for long can settle on nonsense
  const second = await attempt(s, n, { damping: STRONG, iterations: left, patience, isBelieved }, watch);
  const { exemplars, labels } = isBelieved(second) ? second : settle(s, n, new Uint8Array(n));
  return { ...second, exemplars, labels, iterations: first.iterations + second.iterations };
}

const STRONG = 0.9;

type Clusters = Pick<Propagation, "exemplars" | "labels">;

/** One search. */
interface Attempt {
  readonly damping: number;
  readonly iterations: number;
  readonly patience: number;
  /** Whether clusters around exemplars that stayed end the search (default: always). */
  readonly isBelieved?: (found: Clusters) => boolean;
}

/** Messages until the exemplars stay, then clusters. */
async function attempt(
  s: Float64Array | Float32Array,
  n: number,
  { damping, iterations, patience, isBelieved }: Attempt,
  { onProgress, signal }: { onProgress: OnProgress | undefined; signal: AbortSignal | undefined },
): Promise<Propagation> {
  const messages: Messages = n <= EXACT_POINTS ? new PlainMessages(s, n) : new FastMessages(s, n);
  try {
    let current = new Uint8Array(n);
    let [stable, done, hasConverged] = [0, 0, false];
    while (done < iterations && !hasConverged) {
      signal?.throwIfAborted();
      messages.step(damping);
      done++;
      const next = messages.exemplars();
      stable = next.every((flag, k) => flag === current[k]) ? stable + 1 : 1;
      current = new Uint8Array(next);
      const isSteady = stable >= patience && done > patience && current.includes(1);
      hasConverged = isSteady && (isBelieved === undefined || isBelieved(settle(s, n, current)));
      // steady but not believed: they must change, or stay as long again
      if (isSteady && !hasConverged) stable = 0;
      onProgress?.({ label: "affinity propagation", done, total: iterations, unit: "iteration" });
      if (n > EXACT_POINTS || done % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...settle(s, n, current), iterations: done, hasConverged };
  } finally {
    messages.dispose();
  }
}

/** What affinity propagation makes large: preferences of the exemplars and similarities of all others to theirs. */
function worth(s: Float64Array | Float32Array, n: number, { labels, exemplars }: Clusters): number {
  return labels.reduce((sum, label, i) => sum + s[i * n + exemplars[label]!]!, 0);
}

/** The worth of a single cluster around the best of all points: no answer worse than that is one. */
function worthOfOne(s: Float64Array | Float32Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) sums[k]! += s[i * n + k]!;
  return sums.reduce((best, sum) => Math.max(best, sum), -Infinity);
}

function trivialCase(
  s: Float64Array | Float32Array,
  n: number,
  preference: ArrayLike<number>,
): Propagation | undefined {
  const whole = { exemplars: Int32Array.of(0), labels: new Int32Array(n), iterations: 0, hasConverged: true };
  if (n === 1) return whole;
  const common = s[1]!;
  for (let i = 0; i < n; i++) {
    if (preference[i] !== preference[0]) return undefined;
    for (let j = 0; j < n; j++) if (i !== j && s[i * n + j] !== common) return undefined;
  }
  const each = Int32Array.from({ length: n }, (_, index) => index);
  return preference[0]! > common ? { ...whole, exemplars: each, labels: each.slice() } : whole;
}
