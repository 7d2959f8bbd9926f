// Our side of a row: started as a process with one JSON argument, it makes the case and times each run.

import * as path from "node:path";
import * as readline from "node:readline";
import { messageOf, OptionError } from "../core";
import type { BenchOptions, OurSide } from "./plan";
import { memoryOf } from "./process-memory";

interface Task extends OurSide {
  readonly options: BenchOptions;
  readonly threads: number;
}

/** Work to time. */
export interface Case {
  /** Does it once; a number is the figure of this run in place of the time that it took (seconds, in rows of time). */
  run(): void | number | Promise<void | number>;
  dispose(): void | Promise<void>;
  /** Largest resident memory of what did the work, where that is not this process, in bytes. */
  peak?(): number | null;
  readonly versions?: Readonly<Record<string, string>>;
}

type Make = (options: BenchOptions) => Case | Promise<Case>;

const say = (answer: object): void => void process.stdout.write(`@bench ${JSON.stringify(answer)}\n`);

/** Largest resident memory of this process in bytes. */
function peakMemory(): number {
  return memoryOf("self", "VmHWM") ?? 1024 * process.resourceUsage().maxRSS;
}

async function makeCase(task: Task): Promise<{ work: Case; versions: Record<string, string> }> {
  const versions: Record<string, string> = {};
  if (task.needsEngine === true) {
    const { startEngine } = await import("../engine");
    const engine = await startEngine({ threads: task.threads });
    versions["engine"] = `${engine.name} (${engine.library} ${engine.version}, ${engine.device})`;
  }
  const loaded = (await import(path.join(__dirname, "cases", `${task.module}.ts`))) as Record<
    string,
    unknown
  >;
  const make = loaded[task.make];
  if (typeof make !== "function")
    throw new OptionError(
      `src/bench/cases/${task.module}.ts has no function "${task.make}": correct the suite`,
    );
  const work = await (make as Make)(task.options);
  return { work, versions: { ...versions, ...work.versions } };
}

async function main(task: Task): Promise<void> {
  const { work, versions } = await makeCase(task);
  say({ versions });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "end") break;
    const start = process.hrtime.bigint();
    const figure = await work.run();
    say({ seconds: figure ?? Number(process.hrtime.bigint() - start) / 1e9 });
  }
  const peak = work.peak === undefined ? peakMemory() : work.peak();
  await work.dispose();
  say({ peak });
}

main(JSON.parse(process.argv[2] ?? "{}") as Task).then(
  () => process.stdout.write("", () => process.exit(0)),
  (error: unknown) => {
    say({ error: messageOf(error) });
    process.stdout.write("", () => process.exit(1));
  },
);
