// Doctor's look at what computes: Node, packages, TensorFlow, its addon, the GPU, and the engine itself, by starting it.

import { messageOf, OptionError } from "../../core";
import { nvidiaGpu, packagesFault, platformClass, tensorflowState } from "../../setup";
import { type Component, component, inClone, tidyPath } from "./component";

/** The engine as `doctor --json` tells it. */
export interface EngineReport {
  readonly name: string;
  readonly library: string;
  readonly version: string;
  readonly device: string;
  readonly threads: number;
}

/** Node, and the packages against package-lock.json. */
export function nodeParts(): Component[] {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  const fault = packagesFault();
  return [
    component("node", {
      isNecessary: true,
      version: process.versions.node,
      ...(isNew
        ? {}
        : {
            state: "broken",
            remedy: "install Node 20.19 or newer from https://nodejs.org",
            detail: "too old",
          }),
    }),
    component("packages", {
      isNecessary: true,
      ...(fault === undefined ? {} : { state: "broken", remedy: inClone("setup"), detail: fault }),
    }),
  ];
}

/** TensorFlow's library, the addon, the GPU, and the class of this machine. */
export function tensorflowParts(): Component[] {
  const { state, library, version = null, reason, remedy = null, device, source } = tensorflowState();
  const gpu = nvidiaGpu();
  const { id, note, support } = platformClass();
  const from = source === undefined ? "" : ` (${source})`;
  return [
    component("platform", { version: id, detail: `${note} (${support})` }),
    component("tensorflow", {
      version,
      ...(library === undefined
        ? { state: "missing", remedy, detail: reason ?? "not set up" }
        : { detail: `${tidyPath(library)}${from}` }),
    }),
    component("addon", {
      state: state === "ready" ? "ok" : state,
      version: state === "ready" ? `Node-API ${process.versions.napi}` : null,
      remedy: state === "ready" ? null : remedy,
      detail: state === "ready" ? "" : (reason ?? "not built"),
    }),
    gpu === undefined
      ? component("gpu", { state: "missing", detail: "no NVIDIA driver answers: the CPU computes" })
      : component("gpu", {
          version: gpu,
          ...(device === "gpu"
            ? { detail: "used" }
            : {
                state: "broken",
                remedy: inClone("setup --fresh"),
                detail: "there, but the engine was set up for the CPU",
              }),
        }),
  ];
}

/** Starts the engine that a notebook would get: the proof that it works. */
export async function enginePart(): Promise<{ part: Component; report: EngineReport | null }> {
  try {
    const { startEngine } = await import("../../engine");
    const { name, library, version, device, threads, notice } = await startEngine();
    const report = { name, library: tidyPath(library), version, device, threads };
    return {
      report,
      part: component("engine", {
        isNecessary: true,
        version: `${name} ${version}`,
        detail: notice ?? `${device}, ${threads} threads`,
        remedy: notice === undefined ? null : inClone("setup"),
      }),
    };
  } catch (error) {
    const detail = tidyPath(messageOf(error));
    return {
      report: null,
      part: component("engine", {
        isNecessary: true,
        state: "broken",
        remedy: error instanceof OptionError ? "unset RELATA_ENGINE" : inClone("setup --fresh"),
        detail,
      }),
    };
  }
}
