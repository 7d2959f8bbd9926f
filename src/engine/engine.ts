// The engine: which backend computes, on what device, with how many threads. One runs in a process.

import * as os from "node:os";
import * as tf from "@tensorflow/tfjs";
import { DISPLAY, EngineError, escapeHtml, type MimeBundle, unknownName } from "../core";
import { startCpu } from "./start-cpu";
import { startTensorflow, tensorflowProblem } from "./start-tensorflow";
import { startWasm } from "./start-wasm";

/** `tensorflow` is the native library, `wasm` the fallback that needs nothing, `cpu` plain JavaScript for tests. */
export type EngineName = "tensorflow" | "wasm" | "cpu";

/** Every engine, best first. */
export const engineNames: readonly EngineName[] = ["tensorflow", "wasm", "cpu"];

/** What an engine's start reports. */
export interface EngineFacts {
  readonly library: string;
  readonly version: string;
  readonly device: string;
  readonly threads: number;
}

/** The running engine. It shows itself in a notebook. */
export interface Engine extends EngineFacts {
  readonly name: EngineName;
  /** One line on why a slower engine runs than could, and how to get the faster one. */
  readonly notice?: string;
  /** Live tensors, their bytes, and the resident bytes of this process. */
  memory(): { tensors: number; bytes: number; resident: number };
  [DISPLAY](): MimeBundle;
}

/** How to start the engine. */
export interface EngineOptions {
  /** Default: `RELATA_ENGINE`, else tensorflow when it is ready, else wasm. */
  readonly engine?: EngineName;
  /** Threads of one operation; default: `TF_NUM_INTRAOP_THREADS`, else all cores. */
  readonly threads?: number;
  /**
   * Lets oneDNN multiply float32 matrices in bfloat16, with two to three digits instead of seven, on processors whose
   * float32 products it has such code for (those with AMX; none on AMD EPYC, measured). Default false.
   */
  readonly fastMath?: boolean;
}

let running: Engine | undefined;
let starting: Promise<Engine> | undefined;

/**
 * Starts the engine, or gives the one that runs. Asking for another than the running one is an `EngineError`.
 *
 * @example const engine = await startEngine({ engine: "wasm" });
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const wanted = options.engine ?? process.env["RELATA_ENGINE"];
  if (wanted !== undefined && wanted !== "" && !isEngineName(wanted))
    throw unknownName("engine", wanted, engineNames);
  const engine = await (starting ??= begin(wanted === "" ? undefined : wanted, options).catch(
    (error: unknown) => {
      starting = undefined;
      throw error;
    },
  ));
  if (options.engine !== undefined && options.engine !== engine.name)
    throw new EngineError(
      `the engine "${engine.name}" already runs in this process, cannot change to "${options.engine}": ` +
        `start anew with RELATA_ENGINE=${options.engine}`,
    );
  return engine;
}

/** The running engine; an `EngineError` before `startEngine` has finished. */
export function currentEngine(): Engine {
  if (running === undefined) throw new EngineError("no engine runs yet: await startEngine() first");
  return running;
}

function isEngineName(name: string): name is EngineName {
  return (engineNames as readonly string[]).includes(name);
}

const SET_UP = 'run "npm run -s relata -- setup" to get the tensorflow engine';

async function begin(wanted: EngineName | undefined, options: EngineOptions): Promise<Engine> {
  const threads = threadsOf(options.threads);
  const fastMath = options.fastMath ?? false;
  if (wanted !== undefined && wanted !== "tensorflow")
    return (running = describe(wanted, await start(wanted, threads, fastMath), undefined));
  const problem = tensorflowProblem();
  if (problem !== undefined && wanted === "tensorflow")
    throw new EngineError(`the tensorflow engine is not ready (${problem}): ${SET_UP}`);
  try {
    if (problem === undefined)
      return (running = describe("tensorflow", await start("tensorflow", threads, fastMath), undefined));
  } catch (error) {
    if (wanted === "tensorflow" || !(error instanceof EngineError)) throw error;
    return fallBack(error.message);
  }
  return fallBack(`tensorflow is not ready (${problem}): ${SET_UP}`);
}

async function fallBack(reason: string): Promise<Engine> {
  const notice = `running on wasm, 10 to 20 times slower, because ${reason}`;
  return (running = describe("wasm", await startWasm(), notice));
}

function start(name: EngineName, threads: number, fastMath: boolean): Promise<EngineFacts> {
  if (name === "tensorflow") return startTensorflow(threads, fastMath);
  return name === "wasm" ? startWasm() : startCpu();
}

function threadsOf(given: number | undefined): number {
  const value = given ?? Number(process.env["TF_NUM_INTRAOP_THREADS"] || os.availableParallelism());
  if (Number.isInteger(value) && value > 0) return value;
  throw new EngineError(
    `threads is ${value}, expected a whole number above 0: correct the option or TF_NUM_INTRAOP_THREADS`,
  );
}

function describe(name: EngineName, facts: EngineFacts, notice: string | undefined): Engine {
  const memory = (): { tensors: number; bytes: number; resident: number } => {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes, resident: process.memoryUsage().rss };
  };
  return {
    name,
    ...facts,
    ...(notice === undefined ? {} : { notice }),
    memory,
    [DISPLAY]: () => show(name, facts, notice, memory()),
  };
}

function show(
  name: EngineName,
  { library, version, device, threads }: EngineFacts,
  notice: string | undefined,
  { tensors, bytes, resident }: { tensors: number; bytes: number; resident: number },
): MimeBundle {
  const megabytes = (n: number): string => `${(n / 1e6).toFixed(0)} MB`;
  const rows: (readonly [string, string])[] = [
    ["engine", name],
    ["library", `${library} ${version}`],
    ["device", device],
    ["threads", String(threads)],
    ["memory", `${tensors} tensors, ${megabytes(bytes)}; process ${megabytes(resident)}`],
    ...(notice === undefined ? [] : [["notice", notice] as const]),
  ];
  const cells = rows.map(
    ([key, value]) =>
      `<tr><th style="text-align:left">${key}</th><td style="text-align:left">${escapeHtml(value)}</td></tr>`,
  );
  return {
    "text/plain": rows.map(([key, value]) => `${key.padEnd(8)} ${value}`).join("\n"),
    "text/html": `<table>${cells.join("")}</table>`,
  };
}
