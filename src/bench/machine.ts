// The machine and the versions that a result comes from.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../core";
import type { Machine } from "./plan";

/** This machine, with the threads that both sides get. */
export function thisMachine(threads: number): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    threads,
    memory: os.totalmem(),
    platform: `${os.platform()}-${os.arch()} ${os.release()}`,
  };
}

/** Versions of relata and Node. */
export function ownVersions(): Record<string, string> {
  const text = fs.readFileSync(path.join(projectFolder, "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return { relata: version, node: process.versions.node };
}

/** The environment that gives a process `threads` threads, whichever library it uses, on the CPU. */
export function threadEnvironment(threads: number): NodeJS.ProcessEnv {
  const count = String(threads);
  return {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: count,
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    RELATA_BENCH_THREADS: count,
    // The tokenizer's own threads; its rows compare one thread with one.
    RAYON_NUM_THREADS: "1",
    TOKENIZERS_PARALLELISM: "false",
    CUDA_VISIBLE_DEVICES: "",
    TF_CPP_MIN_LOG_LEVEL: "2",
    HF_HUB_OFFLINE: "1",
  };
}
