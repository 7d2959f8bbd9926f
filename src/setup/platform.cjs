// Which class of machine this is, and which engine it can have.
"use strict";

const fs = require("node:fs");
const { ask } = require("./processes.cjs");

const WASM_COST = "training runs on the wasm engine, about 10 to 20 times slower";

function isMusl() {
  if (process.platform !== "linux") return false;
  const { header } = process.report.getReport();
  return header.glibcVersionRuntime === undefined;
}

function isWsl() {
  try {
    return /microsoft/i.test(fs.readFileSync("/proc/sys/kernel/osrelease", "utf8"));
  } catch {
    return false;
  }
}

/**
 * `{ id, engine, support, note }`: `id` is platform and architecture, `engine` the best one to be had here,
 * `support` is "tested", "untested" or "wasm only", `note` one sentence.
 */
function platformClass() {
  const id = `${process.platform}-${process.arch}`;
  if (isMusl())
    return {
      id: `${id}-musl`,
      engine: "wasm",
      support: "wasm only",
      note: `TensorFlow has no build for musl: ${WASM_COST}; use a glibc system such as Debian`,
    };
  if (id === "linux-x64")
    return {
      id,
      engine: "tensorflow",
      support: "tested",
      note: isWsl() ? "Linux x64 under WSL2" : "Linux x64, first class",
    };
  if (id === "linux-arm64")
    return {
      id,
      engine: "tensorflow",
      support: "untested",
      note: "Linux arm64: the TensorFlow engine should build, but nobody has tried it",
    };
  if (id === "darwin-arm64")
    return {
      id,
      engine: "tensorflow",
      support: "untested",
      note: "macOS arm64: the TensorFlow engine should build, but nobody has tried it",
    };
  if (process.platform === "win32")
    return {
      id,
      engine: "wasm",
      support: "wasm only",
      note: `Windows: ${WASM_COST}; install WSL2 and clone there for the TensorFlow engine`,
    };
  return {
    id,
    engine: "wasm",
    support: "wasm only",
    note: `TensorFlow ${require("./pins.json").version} has no build for ${id}: ${WASM_COST}`,
  };
}

let gpu;

/** The name of the first NVIDIA GPU whose driver answers, or undefined. Asked once. */
function nvidiaGpu() {
  gpu ??= [ask("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"])?.split("\n")[0] || undefined];
  return gpu[0];
}

module.exports = { WASM_COST, nvidiaGpu, platformClass };
