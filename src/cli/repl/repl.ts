// The REPL: an editor in front of the kernel, so that session, completion and display are the notebook's own.

import * as readline from "node:readline";
import { KernelError, type KernelClient, type Message } from "../../../kernel-ext/client";
import { CellOutput, type OutputTarget } from "./cell-output";
import { Editor, type Assistant, type Entry } from "./editor";
import type { History } from "./history";
import { bundleText, errorText, textIn, type Ability, type Bundle } from "./show";

/** The terminal of a REPL. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & { columns?: number; rows?: number };
  readonly errors: NodeJS.WritableStream;
  readonly isTerminal: boolean;
  readonly isColoured: boolean;
  readonly history: History;
  /** Gives the address of a page that shows a bundle. */
  readonly page?: Ability["page"];
  /** Writes pages that have been asked for. */
  readonly writePages?: () => Promise<void>;
}

/** Where the REPL gets its kernel; `start` is called again when the kernel has died. */
export type StartKernel = () => Promise<KernelClient>;

/** How often Ctrl-C is pressed before the way out is told. */
const PATIENCE = 2;

/** What one line of the REPL has to do with: kernel and terminal. */
class Session {
  private shown: CellOutput | undefined;
  private interrupts = 0;
  /** Does what shows output, with the line being typed out of the way. */
  aside: (show: () => void) => void = (show) => show();
  cell = 1;

  constructor(
    public client: KernelClient,
    private readonly start: StartKernel,
    private readonly terminal: Terminal,
  ) {
    this.listen();
  }

  private get ability(): Ability {
    const { isColoured, output, page } = this.terminal;
    return { columns: output.columns ?? 80, isColoured, ...(page === undefined ? {} : { page }) };
  }

  private newOutput(): CellOutput {
    const { output, errors, isTerminal } = this.terminal;
    const { columns, rows } = output;
    const target: OutputTarget = {
      out: (text) => void output.write(isTerminal ? text.replace(/(?<!\r)\n/g, "\r\n") : text),
      err: (text) => void errors.write(isTerminal ? text.replace(/(?<!\r)\n/g, "\r\n") : text),
      size: () =>
        isTerminal
          ? { columns: output.columns ?? columns ?? 80, rows: output.rows ?? rows ?? 24 }
          : undefined,
    };
    return new CellOutput(target);
  }

  private listen(): void {
    this.client.onIopub = (message) => this.hear(message);
  }

  private hear(message: Message): void {
    if (this.shown !== undefined) return this.show(message, this.shown);
    // a timer of an earlier cell: above what is being typed
    if (!/^(stream|display_data|update_display_data|error)$/.test(message.header.msg_type)) return;
    this.aside(() => {
      const output = this.newOutput();
      this.show(message, output);
      output.end();
    });
    void this.terminal.writePages?.();
  }

  private show({ header, content }: Message, output: CellOutput): void {
    const { display_id: id } = (content["transient"] ?? {}) as { display_id?: string };
    const data = (content["data"] ?? {}) as Bundle;
    switch (header.msg_type) {
      case "stream":
        return output.print(textIn(content["text"]), content["name"] === "stderr");
      case "execute_result":
      case "display_data": {
        const text = bundleText(data, this.ability, id);
        return text === "" ? undefined : output.show(text, id);
      }
      case "update_display_data":
        return id === undefined ? undefined : output.update(bundleText(data, this.ability, id), id);
      case "clear_output":
        return output.clear(content["wait"] === true);
      case "error":
        return output.show(errorText(content, this.ability), undefined, true);
    }
  }

  /** Runs code and shows what it shows. Resolves to whether it ended well. */
  async run(code: string, onInput: (prompt: string, isSecret: boolean) => Promise<string>): Promise<boolean> {
    const output = (this.shown = this.newOutput());
    this.interrupts = 0;
    try {
      const reply = await this.client.execute(code, { onInput });
      this.cell = (reply.execution_count ?? this.cell) + 1;
      for (const page of reply.payload ?? []) {
        const text = bundleText((page["data"] ?? {}) as Bundle, this.ability);
        if (text !== "") output.show(text);
      }
      return reply.status === "ok";
    } catch (error) {
      if (!(error instanceof KernelError) || this.client.isAlive) throw error;
      output.show(`${error.message}; a new kernel starts, all names are gone`, undefined, true);
      this.client = await this.start();
      this.cell = 1;
      this.listen();
      return false;
    } finally {
      output.end();
      this.shown = undefined;
      await this.terminal.writePages?.();
    }
  }

  /** Ctrl-C stops the running cell, Ctrl-\ the kernel. */
  control(key: "ctrl+c" | "ctrl+\\"): void {
    if (key === "ctrl+\\") return this.client.process?.signal("SIGKILL");
    this.client.interrupt().catch(() => {});
    if (++this.interrupts === PATIENCE)
      this.shown?.show(
        "still stopping: a native operation ends before it can be stopped; Ctrl-\\ ends the kernel",
        undefined,
        true,
      );
  }
}

function assistantOf(session: Session): Assistant {
  return {
    async isWhole(text) {
      const { status, indent = "" } = await session.client.isComplete(text);
      return { isWhole: status !== "incomplete", indent };
    },
    async complete(text, cursor) {
      const reply = await session.client.complete(text, [...text.slice(0, cursor)].length);
      const offset = (position: number): number => [...text].slice(0, position).join("").length;
      const [start, end] = [offset(reply.cursor_start), offset(reply.cursor_end)];
      const typed = text.slice(start, cursor);
      const close = reply.matches.filter((match) => match.startsWith(typed));
      return { start, end, matches: close.length > 0 ? close : reply.matches };
    },
    async explain(text, cursor) {
      const { found, data } = await session.client.inspect(text, [...text.slice(0, cursor)].length);
      return found ? textIn(data["text/plain"]).split("\n") : [];
    },
  };
}

/** Reads, runs and shows until the input ends (Ctrl-D). Resolves to the exit code. */
export async function runRepl(start: StartKernel, terminal: Terminal): Promise<number> {
  const session = new Session(await start(), start, terminal);
  try {
    return await (terminal.isTerminal ? atTerminal(session, terminal) : fromPipe(session, terminal.input));
  } finally {
    await session.client.shutdown({ grace: 3000 });
  }
}

async function atTerminal(session: Session, terminal: Terminal): Promise<number> {
  const { input, output, history, isColoured } = terminal;
  const editor = new Editor(input, output, history, isColoured);
  const assistant = assistantOf(session);
  session.aside = (show) => editor.above(show);
  const ask = async (prompt: string, isSecret: boolean): Promise<string> => {
    const entry = await editor.read({ prompt, isSecret });
    if (entry.kind === "text") return entry.text;
    session.control("ctrl+c");
    return "";
  };
  const read = (): Promise<Entry> => {
    const prompt = `${session.cell}> `;
    return editor.read({ prompt, more: "… ".padStart(prompt.length), assistant });
  };
  let isLeaving = false;
  try {
    for (let entry = await read(); entry.kind !== "end"; entry = await read()) {
      const isEmpty = entry.kind === "dropped" && entry.isEmpty;
      if (isEmpty && isLeaving) break;
      isLeaving = isEmpty;
      if (isEmpty) output.write("(once more, or Ctrl-D, to leave)\r\n");
      if (entry.kind === "text" && entry.text.trim() !== "") {
        history.add(entry.text);
        editor.onControl = (key) => session.control(key);
        await session.run(entry.text, ask);
        editor.onControl = undefined;
        editor.cancel();
      }
    }
    return 0;
  } finally {
    editor.close();
  }
}

/** Runs each complete piece of what is piped; the first failure ends it with 1. */
async function fromPipe(session: Session, input: NodeJS.ReadableStream): Promise<number> {
  const lines = readline.createInterface({ input, terminal: false })[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => {
    const { done, value } = await lines.next();
    return done === true ? undefined : value;
  };
  const ask = async (): Promise<string> => (await next()) ?? "";
  let code = "";
  for (let line = await next(); line !== undefined; line = await next()) {
    code += code === "" ? line : `\n${line}`;
    if (code.trim() === "") code = "";
    else if ((await session.client.isComplete(code)).status !== "incomplete") {
      if (!(await session.run(code, ask))) return 1;
      code = "";
    }
  }
  return code.trim() === "" || (await session.run(code, ask)) ? 0 : 1;
}
