// The wasm engine: TensorFlow.js compiled to WebAssembly, one thread, with the kernels it lacks added.

import { createRequire } from "node:module";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { EngineError, messageOf } from "../core";
import type { EngineFacts } from "./engine";
import { cpuName } from "./start-tensorflow";
import { addMissingKernels } from "./wasm-kernels";

const load = createRequire(__filename);

/** Starts WebAssembly from the files of the installed package. Threads are not available in Node. */
export async function startWasm(): Promise<EngineFacts> {
  try {
    const main = load.resolve("@tensorflow/tfjs-backend-wasm");
    const wasm = load(main) as { setWasmPaths(folder: string): void; version_wasm: string };
    wasm.setWasmPaths(path.dirname(main) + path.sep);
    if (!(await tf.setBackend("wasm"))) throw new Error("the backend refused to start");
    addMissingKernels();
    return { library: "tfjs-backend-wasm", version: wasm.version_wasm, device: cpuName(), threads: 1 };
  } catch (cause) {
    throw new EngineError(`the wasm engine does not start (${messageOf(cause)}): run "npm ci" again`, {
      cause,
    });
  }
}
