// The cpu engine: plain JavaScript, slow and exact, for tests.

import * as tf from "@tensorflow/tfjs";
import type { EngineFacts } from "./engine";
import { cpuName } from "./start-tensorflow";

/** Starts the JavaScript backend, without the advertisement it prints on first use. */
export async function startCpu(): Promise<EngineFacts> {
  await tf.setBackend("cpu");
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  return { library: "tfjs", version: tf.version_core, device: cpuName(), threads: 1 };
}
