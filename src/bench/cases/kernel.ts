// What `relata bench kernel` measures: the same work on our kernel, on stock tslab and on ipykernel, by one client.

import { setTimeout as pause } from "node:timers/promises";
import { findVersion, kernelNamed, type Kernel } from "./kernels";
import {
  freshConnection,
  KernelClient,
  writeConnectionFile,
  type ExecuteReply,
} from "../../../kernel-ext/client";
import { KernelProcess } from "../../../kernel-ext/client/kernel-process";
import { within } from "../../../kernel-ext/client/within";
import { RelataError } from "../../core";
import type { BenchOptions } from "../plan";
import { memoryOf } from "../process-memory";
import type { Case } from "../worker";

/** One task of a row, on a kernel that runs (`start` apart). Its figure replaces the time that it took. */
type Task = (session: Session) => Promise<void | number>;

/** A kernel under measurement. */
interface Session {
  readonly kernel: Kernel;
  readonly options: BenchOptions;
  readonly client: KernelClient;
  /** Runs before this one. */
  readonly round: number;
  /** The kernel's process. */
  readonly pid: number;
}

/** Cells that give a round trip a steady length. */
const TRIPS = 10;
const LINES = 100_000;
const DISPLAY_MEGABYTES = 10;
/** Rest after cells that import libraries: nobody types at once. */
const SETTLE_MILLISECONDS = 8000;
const START_ATTEMPTS = 4;
const START_MILLISECONDS = 15_000;
/** What a kernel runs before its growth is measured: its heap has found its size by then. */
const WARM_CELLS = 500;
/** Idle time after the start, in which a kernel loads what it may need. */
const WARM_MILLISECONDS = 5000;
/** Memory swings with the garbage collector: the least of so many cells counts. */
const WINDOW_CELLS = 100;

/** `options`: `kernel` (relata, tslab or ipykernel), `task`, and what the task wants; `python` for ipykernel. */
export async function kernelCase(options: BenchOptions): Promise<Case> {
  const kernel = kernelNamed(options);
  const versions = { [kernel.name]: findVersion(kernel) };
  if (options["task"] === "start") return { ...startCase(kernel), versions };
  if (options["task"] === "growth") return { ...growthCase(kernel, Number(options["cells"])), versions };
  const task = tasks[String(options["task"])]!;
  const client = await kernel.start();
  const pid = client.process!.pid!;
  const setUp = kernel.setUp[String(options["setUp"] ?? "nothing")];
  if (setUp !== undefined) {
    await run(client, setUp);
    await pause(SETTLE_MILLISECONDS);
  }
  let round = 0;
  return {
    versions,
    run: () => task({ kernel, options, client, pid, round: round++ }),
    peak: () => memoryOf(pid, "VmHWM") ?? null,
    dispose: async () => void (await client.shutdown()),
  };
}

/** From the start of the process to the reply of its first cell, asked for at once, as a front end does. */
function startCase(kernel: Kernel): Case {
  let peak: number | null = null;
  return {
    run: async () => {
      for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
        const { seconds, memory } = await startOnce(kernel);
        peak = Math.max(peak ?? 0, memory) || null;
        if (seconds !== undefined) return seconds;
      }
      throw new RelataError(`${kernel.name} does not answer its first cell`);
    },
    peak: () => peak,
    dispose: () => undefined,
  };
}

/** `seconds` is undefined when there was no answer: tslab gives none when it is asked before all its sockets are bound. */
async function startOnce(kernel: Kernel): Promise<{ seconds: number | undefined; memory: number }> {
  const connection = await freshConnection(kernel.name);
  const file = writeConnectionFile(connection);
  const begin = performance.now();
  const client = new KernelClient(connection, {
    process: new KernelProcess(kernel.spec, file, { cwd: kernel.cwd }),
  });
  const content = { code: "1+1", silent: false, store_history: true, user_expressions: {} };
  const reply = client.ask<ExecuteReply>("shell", "execute_request", content).catch(() => undefined);
  const answer = await within(reply, START_MILLISECONDS);
  const seconds = (performance.now() - begin) / 1000;
  const memory = memoryOf(client.process!.pid!, "VmHWM") ?? 0;
  await client.shutdown({ grace: answer === undefined ? 0 : 5000 });
  return { seconds: answer?.status === "ok" ? seconds : undefined, memory };
}

/** Per cent by which a fresh kernel grows over `cells` different cells, after it got warm. */
function growthCase(kernel: Kernel, cells: number): Case {
  let peak: number | null = null;
  const cell = (at: number): string =>
    `const v${at} = { at: ${at}, text: "cell ${at}" };\nfunction f${at}(x: number) { return x + v${at}.at }\nf${at}(1)`;
  return {
    run: async () => {
      const client = await kernel.start();
      const pid = client.process!.pid!;
      let at = 0;
      const leastUpTo = async (end: number): Promise<number> => {
        let least = Infinity;
        for (; at < end; at++) {
          await run(client, cell(at));
          if (at >= end - WINDOW_CELLS) least = Math.min(least, memoryOf(pid, "VmRSS") ?? NaN);
        }
        return least;
      };
      await leastUpTo(1);
      await pause(WARM_MILLISECONDS);
      const before = await leastUpTo(WARM_CELLS);
      const after = await leastUpTo(WARM_CELLS + cells);
      peak = memoryOf(pid, "VmHWM") ?? null;
      await client.shutdown();
      return 100 * (after / before - 1);
    },
    peak: () => peak,
    dispose: () => undefined,
  };
}

const tasks: Readonly<Record<string, Task>> = {
  async roundTrip({ client }) {
    const begin = performance.now();
    for (let trip = 0; trip < TRIPS; trip++) await run(client, "1+1");
    return (performance.now() - begin) / 1000 / TRIPS;
  },

  async lines({ client, kernel }) {
    const begin = performance.now();
    const text = await run(client, kernel.cells.print(LINES));
    const seconds = (performance.now() - begin) / 1000;
    const lines = text.split("\n").length - 1;
    if (lines !== LINES) throw new RelataError(`${kernel.name} delivered ${lines} of ${LINES} lines`);
    return seconds;
  },

  async display({ client, kernel }) {
    const length = DISPLAY_MEGABYTES * 1e6;
    let shown = 0;
    const begin = performance.now();
    await client.execute(kernel.cells.show(length), {
      onOutput: ({ content }) => {
        const data = content["data"] as Readonly<Record<string, unknown>> | undefined;
        shown = Math.max(shown, String(data?.["text/html"] ?? "").length);
      },
    });
    const seconds = (performance.now() - begin) / 1000;
    if (shown < length) throw new RelataError(`${kernel.name} showed ${shown} of ${length} characters`);
    return seconds;
  },

  async complete({ client, options, round }) {
    const code = textOf(options, round);
    const cursor = code.indexOf("|");
    const begin = performance.now();
    const { matches } = await client.complete(code.replace("|", ""), cursor);
    const seconds = (performance.now() - begin) / 1000;
    mustHold(matches, options);
    return seconds;
  },

  async hover({ client, options, round }) {
    const code = textOf(options, round);
    const cursor = code.indexOf("|");
    const begin = performance.now();
    const { data } = await client.inspect(code.replace("|", ""), cursor);
    const seconds = (performance.now() - begin) / 1000;
    mustHold([String(data["text/plain"])], options);
    return seconds;
  },

  async isComplete({ client, options, round }) {
    const begin = performance.now();
    const { status } = await client.isComplete(textOf(options, round));
    const seconds = (performance.now() - begin) / 1000;
    mustHold([status], options);
    return seconds;
  },

  memory: ({ pid }) => Promise.resolve((memoryOf(pid, "VmRSS") ?? NaN) / 1e6),

  /** A loop timed inside the cell: alone at top level, in a function, or as code that the kernel does not compile. */
  async loop({ client, options, round }) {
    const rounds = Number(options["rounds"]);
    const text = await run(client, loopCell(String(options["form"]), rounds, round));
    const milliseconds = Number(/took (\d+(?:\.\d+)?)/.exec(text)?.[1]);
    if (!(milliseconds > 0)) throw new RelataError(`a loop gave no time: ${text.slice(0, 200)}`);
    return milliseconds / 1000;
  },
};

/** The cell of a loop; each round's text differs, so that no kernel can reuse compiled code. */
function loopCell(form: string, rounds: number, round: number): string {
  const loop = `for (let i = 0; i < ${rounds}; i++) a += i;`;
  const sum = `let a = ${round}; const begin = performance.now(); ${loop} const took = performance.now() - begin;`;
  if (form === "function")
    return `function timed() { ${sum} return [a, took] }\nconsole.log("took", timed()[1])`;
  if (form === "unguarded")
    return `const timed = new Function(${JSON.stringify(`${sum} return [a, took]`)});\nconsole.log("took", timed()[1])`;
  return `let a = ${round};\nconst begin = performance.now();\n${loop}\nconsole.log("took", performance.now() - begin)`;
}

function textOf(options: BenchOptions, round: number): string {
  return String(options["code"]).replaceAll("%", String(round));
}

function mustHold(found: readonly string[], { wanted, kernel }: BenchOptions): void {
  if (found.some((text) => text.includes(String(wanted)))) return;
  throw new RelataError(
    `${String(kernel)} answered without "${String(wanted)}": ${found.slice(0, 5).join(", ")}`,
  );
}

/** Runs a cell that must not fail; what it printed. */
async function run(client: KernelClient, code: string): Promise<string> {
  const parts: string[] = [];
  const { status, evalue } = await client.execute(code, {
    onOutput: ({ header, content }) => {
      if (header.msg_type === "stream") parts.push(String(content["text"]));
    },
  });
  const said = parts.join("");
  if (status !== "ok")
    throw new RelataError(`a cell failed: ${evalue ?? said.slice(0, 300)} (${code.slice(0, 80)})`);
  return said;
}
