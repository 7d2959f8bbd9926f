// A process that trains while signals arrive: run by signals.test.ts under the profiler, whose clock is a signal.

import * as tf from "@tensorflow/tfjs";
import { loadEncoder } from "../../src/encoders";
import { gradients, startEngine } from "../../src/engine";
import { getModel } from "../../src/models";

const STEPS = 60;
const [size, length] = [32, 24];

async function main(): Promise<void> {
  await startEngine();
  const encoder = await loadEncoder(await getModel("tiny"));
  const whole = size * length;
  const batch = {
    size,
    length,
    ids: Int32Array.from({ length: whole }, (_, at) => 5 + (at % 100)),
    mask: new Int32Array(whole).fill(1),
    typeIds: new Int32Array(whole),
  };
  const norms = Array.from({ length: STEPS }, () =>
    tf.tidy(() => {
      const { gradients: slopes } = gradients(
        () => tf.sum(tf.mul(encoder.forward(batch).last, 0.01)) as tf.Scalar,
        encoder.parameters,
      );
      const squares = [...slopes.values()].map((slope) => tf.sum(tf.square(slope)) as tf.Scalar);
      return tf.addN(squares).dataSync()[0]!;
    }),
  );
  // The same step again and again: a number that differs was damaged on its way.
  process.stdout.write(new Set(norms).size === 1 ? "same\n" : `differ: ${[...new Set(norms)].join(", ")}\n`);
  process.exit(0);
}

void main();
