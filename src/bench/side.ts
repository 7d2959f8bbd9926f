// One side of a row: a process that gets ready, does its work each time it is asked, and tells its time.

import { spawn, type ChildProcess } from "node:child_process";
import * as readline from "node:readline";
import { messageOf, RelataError } from "../core";

/** What a process says before its lines of ours: anything else on its stdout is noise of a library. */
const MARK = "@bench ";

/** How a process is started. */
export interface SideCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Who it is, for errors. */
  readonly name: string;
}

/** A side that is ready to work. */
export interface Side {
  /** Versions of the libraries it uses. */
  readonly versions: Readonly<Record<string, string>>;
  /** Does the work once; seconds it took, measured inside the process. */
  run(): Promise<number>;
  /** Ends the process; its largest resident memory in bytes, where the system tells it. */
  end(): Promise<number | null>;
  /** Ends it at once. */
  kill(): void;
}

interface Answer {
  readonly versions?: Record<string, string>;
  readonly seconds?: number;
  readonly peak?: number | null;
  readonly error?: string;
}

/** Starts a side and waits until it is ready. An error names the side and what it said last. */
export async function startSide(command: SideCommand): Promise<Side> {
  const { program, args, environment, name } = command;
  const child = spawn(program, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  const conversation = new Conversation(child, name);
  const { versions = {} } = await conversation.answer();
  return {
    versions,
    run: async () => {
      const { seconds } = await conversation.ask("run");
      if (seconds === undefined) throw new RelataError(`${name} gave no time: this is a fault of its script`);
      return seconds;
    },
    end: async () => (await conversation.ask("end")).peak ?? null,
    kill: () => void child.kill("SIGKILL"),
  };
}

class Conversation {
  private readonly child: ChildProcess;
  private readonly name: string;
  private readonly answers: Answer[] = [];
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  private failure: RelataError | undefined;
  private said = "";

  constructor(child: ChildProcess, name: string) {
    this.child = child;
    this.name = name;
    // A process that died takes no more lines; its end is told by "close".
    child.stdin!.on("error", () => undefined);
    child.stderr!.on("data", (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4000)));
    readline.createInterface({ input: child.stdout! }).on("line", (line) => this.hear(line));
    child.on("error", (error) => this.fail(messageOf(error)));
    child.on("close", (code, signal) => this.fail(`ended with ${signal ?? `code ${code}`}`));
  }

  ask(line: string): Promise<Answer> {
    this.child.stdin!.write(`${line}\n`);
    return this.answer();
  }

  answer(): Promise<Answer> {
    const ready = this.answers.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  private hear(line: string): void {
    if (!line.startsWith(MARK)) return;
    const answer = JSON.parse(line.slice(MARK.length)) as Answer;
    if (answer.error !== undefined) return this.fail(answer.error);
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting === undefined) this.answers.push(answer);
    else waiting.resolve(answer);
  }

  private fail(reason: string): void {
    const last = this.said
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean)
      .at(-1);
    const words = last === undefined || reason.includes(last) ? reason : `${reason}: ${last}`;
    this.failure ??= new RelataError(`${this.name} failed: ${words.slice(0, 500)}`);
    this.waiting?.reject(this.failure);
    this.waiting = undefined;
  }
}
