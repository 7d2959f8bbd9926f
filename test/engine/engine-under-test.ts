// The engines that a test can run on here, each in its own process: one engine runs in a process.

import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";

/** Runs `work` and expects it to leave as many tensors as there were. */
export function expectNoLeak<T>(work: () => T): T {
  const before = tf.memory().numTensors;
  const result = work();
  expect(tf.memory().numTensors, "tensors left behind").toBe(before);
  return result;
}
