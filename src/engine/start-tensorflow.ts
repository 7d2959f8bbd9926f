// The tensorflow engine: the addon of tfjs-node-gpu over the TensorFlow library that set-up linked to it.

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { EngineError, messageOf, projectFolder } from "../core";
import type { EngineFacts } from "./engine";
import { quietly } from "./quiet-load";
import { rawBackend } from "./raw-ops";

const load = createRequire(__filename);
const packageFolder = path.join(projectFolder, "node_modules", "@tensorflow", "tfjs-node-gpu");

/** Why the engine cannot start, as far as can be told without loading it; undefined when nothing is wrong. */
export function tensorflowProblem(folder = packageFolder): string | undefined {
  if (!fs.existsSync(folder)) return "the package @tensorflow/tfjs-node-gpu is not installed";
  const napi = Math.min(8, Number(process.versions["napi"]));
  if (!fs.existsSync(path.join(folder, "lib", `napi-v${napi}`, "tfjs_binding.node")))
    return "its addon is not built";
  const names = ["libtensorflow.so", "libtensorflow.dylib", "libtensorflow.2.dylib"];
  return names.some((name) => fs.existsSync(path.join(folder, "deps", "lib", name)))
    ? undefined
    : "its TensorFlow library is missing";
}

/** Loads the addon with `threads` threads an operation. The library reads its environment once, when it is loaded. */
export async function startTensorflow(threads: number, fastMath: boolean): Promise<EngineFacts> {
  const { env } = process;
  env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  env["TF_NUM_INTRAOP_THREADS"] = String(threads);
  env["TF_NUM_INTEROP_THREADS"] ??= "1";
  env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
  if (fastMath) env["ONEDNN_DEFAULT_FPMATH_MODE"] = "BF16";
  restoreRemovedUtilities();
  try {
    quietly(() => load("@tensorflow/tfjs-node-gpu"));
  } catch (cause) {
    throw new EngineError(
      `the tensorflow engine does not load (${messageOf(cause).split("\n")[0]}): run "npm run -s relata -- doctor" to see why, ` +
        `or set RELATA_ENGINE=wasm`,
      { cause },
    );
  }
  const backend = rawBackend();
  if (backend === undefined)
    throw new EngineError('tfjs-node-gpu loaded but did not register itself: run "npm ci" again');
  const isGpu = backend.binding.isUsingGpuDevice();
  return {
    library: "TensorFlow",
    version: backend.binding.TF_Version,
    device: isGpu ? gpuName() : cpuName(),
    threads,
  };
}

/** tfjs-node calls two functions that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const utilities = load("node:util") as Record<string, unknown>;
  utilities["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  utilities["isArray"] ??= Array.isArray;
}

/** The model of this machine's processor. */
export function cpuName(): string {
  return os.cpus()[0]?.model.trim() || `${os.arch()} processor`;
}

function gpuName(): string {
  try {
    const query = ["--query-gpu=name", "--format=csv,noheader"];
    const names = execFileSync("nvidia-smi", query, {
      encoding: "utf8",
      timeout: 5000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return `GPU ${names.split("\n")[0]!.trim()}`;
  } catch {
    return "GPU";
  }
}
