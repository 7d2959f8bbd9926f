// Our side of a row: started as a process with one JSON argument, it makes the case and times each run.

import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";
import { messageOf, OptionError } from "../core";
import type { BenchOptions, OurSide } from "./plan";

interface Task extends OurSide {
  readonly options: BenchOptions;
  readonly threads: number;
}

interface Case {
  run(): void | Promise<void>;
  dispose(): void;
}

type Make = (options: BenchOptions) => Case | Promise<Case>;

const say = (answer: object): void => void process.stdout.write(`@bench ${JSON.stringify(answer)}\n`);

/** Largest resident memory of this process in bytes. */
function peakMemory(): number {
  const status = fs.existsSync("/proc/self/status") ? fs.readFileSync("/proc/self/status", "utf8") : "";
  const linux = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return 1024 * (linux === null ? process.resourceUsage().maxRSS : Number(linux[1]));
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
  return { work: await (make as Make)(task.options), versions };
}

async function main(task: Task): Promise<void> {
  const { work, versions } = await makeCase(task);
  say({ versions });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "end") break;
    const start = process.hrtime.bigint();
    await work.run();
    say({ seconds: Number(process.hrtime.bigint() - start) / 1e9 });
  }
  const peak = peakMemory();
  work.dispose();
  say({ peak });
}

main(JSON.parse(process.argv[2] ?? "{}") as Task).then(
  () => process.stdout.write("", () => process.exit(0)),
  (error: unknown) => {
    say({ error: messageOf(error) });
    process.stdout.write("", () => process.exit(1));
  },
);
