// What this library has to reach in tfjs: its record of operations while gradients are taken.

import * as tf from "@tensorflow/tfjs";

interface Recorder {
  readonly state: {
    activeTape: { readonly saved: readonly tf.Tensor[] }[] | null;
    /** How many gradients are being taken, one inside another. */
    gradientDepth: number;
    /** How many operations are being run, one inside another: only the outermost is recorded. */
    kernelDepth: number;
  };
  gradients(
    value: () => tf.Tensor,
    by: readonly tf.Tensor[],
    slope?: undefined,
    allowNone?: boolean,
  ): { readonly value: tf.Tensor; readonly grads: (tf.Tensor | null | undefined)[] };
  startTape(): void;
  endTape(): void;
}

/** The engine of tfjs as a recorder. */
export const recorder = (): Recorder => tf.engine() as unknown as Recorder;

/** Forgets what was saved for the way back, where no gradient is being taken any more. */
export function releaseTape(): void {
  const { state } = recorder();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) for (const tensor of node.saved) tensor.dispose();
  state.activeTape = null;
}

/**
 * Runs `work`, which may take `innerGradients`, where no gradient is taken around it.
 *
 * @example const [slope] = recorded(() => { const h = encode(batch); return innerGradients(task(h), [h]); });
 */
export function recorded<T>(work: () => T): T {
  const engine = recorder();
  engine.startTape();
  try {
    return work();
  } finally {
    engine.endTape();
    releaseTape();
  }
}
