// AdamW on plain numbers, one at a time, as its equations say.

export interface AdamLoopOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly decay: number;
  readonly biasCorrection?: boolean;
}

/** A step function over `start`; `values` gives what the numbers are by now. */
export function adamLoop(
  start: readonly number[],
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay, biasCorrection = true }: AdamLoopOptions,
): ((slopes: readonly number[], rate: number) => void) & { values(): number[] } {
  const p = [...start];
  const m = p.map(() => 0);
  const v = p.map(() => 0);
  let t = 0;
  const step = (slopes: readonly number[], rate: number): void => {
    t++;
    slopes.forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const first = biasCorrection ? m[i]! / (1 - beta1 ** t) : m[i]!;
      const second = biasCorrection ? v[i]! / (1 - beta2 ** t) : v[i]!;
      const update = (rate * first) / (Math.sqrt(second) + epsilon);
      p[i] = biasCorrection ? p[i]! * (1 - rate * decay) - update : (p[i]! - update) * (1 - rate * decay);
    });
  };
  return Object.assign(step, { values: () => [...p] });
}
