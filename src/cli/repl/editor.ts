// The line editor: many lines, history, search, completion and help, over a terminal in raw mode.

import * as readline from "node:readline";
import { EMPTY, down, insert, lineAround, replace, up, type Buffer } from "./buffer";
import { commonStart, listed, type Completion } from "./completion";
import type { History } from "./history";
import { editOf, listenForKeys, nameOf, type Key } from "./keys";
import { Screen, type Look } from "./screen";

/** What the editor asks while something is typed. */
export interface Assistant {
  /** Whether Enter runs `text`; else the indent of the next line. */
  isWhole(text: string): Promise<{ readonly isWhole: boolean; readonly indent: string }>;
  complete(text: string, cursor: number): Promise<Completion>;
  /** What the name at `cursor` is, as lines. */
  explain(text: string, cursor: number): Promise<readonly string[]>;
}

/** How one text is read. */
export interface ReadOptions {
  readonly prompt: string;
  readonly more?: string;
  readonly isSecret?: boolean;
  /** Without it, Enter ends the text, and there is no history. */
  readonly assistant?: Assistant;
}

/** What was read: a text, or the wish to drop it (Ctrl-C) or to leave (Ctrl-D). */
export type Entry =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "dropped"; readonly isEmpty: boolean }
  | { readonly kind: "end" };

type Output = NodeJS.WritableStream & { columns?: number; rows?: number };
type Input = NodeJS.ReadableStream & { setRawMode?(isRaw: boolean): unknown };

const BRACKETED_PASTE = ["\u001b[?2004h", "\u001b[?2004l"] as const;

/** Reads texts from a terminal, one at a time; keys that come between are kept for the next. */
export class Editor {
  /** Hears Ctrl-C and Ctrl-\ while something runs and nothing is read. */
  onControl: ((key: "ctrl+c" | "ctrl+\\") => void) | undefined;
  private readonly screen: Screen;
  private readonly waiting: Key[] = [];
  private readonly stopListening: () => void;
  private reading: Reading | undefined;
  private isWorking = false;

  constructor(
    private readonly input: Input,
    private readonly output: Output,
    private readonly history: History,
    private readonly isColoured: boolean,
  ) {
    this.screen = new Screen(output);
    readline.emitKeypressEvents(input);
    this.stopListening = listenForKeys(input, (key) => this.hear(key));
    input.on("end", this.end);
    output.on("resize", this.repaint);
    this.raw(true);
    input.resume();
  }

  /** Reads one text. */
  read(options: ReadOptions): Promise<Entry> {
    return new Promise((resolve) => {
      this.reading = new Reading(options, this.screen, this.history, this.isColoured, (entry) => {
        this.reading = undefined;
        resolve(entry);
      });
      this.reading.paint();
      void this.work();
    });
  }

  /** Ends what is being read as if Ctrl-C had been pressed. */
  cancel(): void {
    this.reading?.finish({ kind: "dropped", isEmpty: false });
  }

  /** Writes something above what is being typed. */
  above(write: () => void): void {
    if (this.reading === undefined) return write();
    this.screen.erase();
    write();
    this.reading.paint();
  }

  /** Gives the terminal back. */
  close(): void {
    this.stopListening();
    this.input.off("end", this.end);
    this.output.off("resize", this.repaint);
    this.raw(false);
    this.input.pause();
  }

  private raw(isRaw: boolean): void {
    this.input.setRawMode?.(isRaw);
    this.output.write(BRACKETED_PASTE[isRaw ? 0 : 1]);
  }

  private readonly end = (): void => this.reading?.finish({ kind: "end" });

  private readonly repaint = (): void => this.reading?.paint();

  private hear(key: Key): void {
    const name = nameOf(key);
    const { onControl } = this;
    if (onControl !== undefined && this.reading === undefined && (name === "ctrl+c" || name === "ctrl+\\")) {
      this.waiting.length = 0;
      return onControl(name);
    }
    if (name === "ctrl+z" && process.platform !== "win32") return this.suspend();
    this.waiting.push(key);
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    for (let key = this.next(); key !== undefined; key = this.next()) await this.reading?.press(key);
    this.isWorking = false;
  }

  private next(): Key | undefined {
    return this.reading === undefined ? undefined : this.waiting.shift();
  }

  /** Ctrl-Z: the shell gets its terminal, and what was typed is there again afterwards. */
  private suspend(): void {
    this.raw(false);
    process.once("SIGCONT", () => {
      this.raw(true);
      this.reading?.paint();
    });
    process.kill(0, "SIGTSTP");
  }
}

/** The reading of one text. */
class Reading {
  private buffer = EMPTY;
  private place: number;
  private draft = EMPTY;
  private below: readonly string[] = [];
  private searched: string | undefined;
  private isDone = false;

  constructor(
    private readonly options: ReadOptions,
    private readonly screen: Screen,
    private readonly history: History,
    private readonly isColoured: boolean,
    private readonly onEnd: (entry: Entry) => void,
  ) {
    this.place = history.length;
  }

  paint(): void {
    if (!this.isDone) this.screen.paint(this.buffer, this.look());
  }

  finish(entry: Entry): void {
    if (this.isDone) return;
    this.screen.finish(this.buffer, this.look());
    this.isDone = true;
    this.onEnd(entry);
  }

  async press(key: Key): Promise<void> {
    if (this.isDone) return;
    const name = nameOf(key);
    this.below = [];
    if (this.searched !== undefined && this.search(name, key)) return this.paint();
    if (!(await this.command(name))) {
      const edited = editOf(key)?.(this.buffer);
      if (edited !== undefined) this.buffer = this.options.assistant ? edited : oneLine(edited);
    }
    this.paint();
  }

  private look(): Look {
    const { prompt, more = "", isSecret = false } = this.options;
    const found = this.searched === undefined ? [] : [`history: ${this.searched}_`];
    return { prompt, more, isSecret, isColoured: this.isColoured, below: [...found, ...this.below] };
  }

  /** Does what the key says beyond edits; false for keys that are edits. */
  private async command(name: string): Promise<boolean> {
    const { assistant } = this.options;
    const { text, cursor } = this.buffer;
    if (name === "ctrl+c") this.finish({ kind: "dropped", isEmpty: text === "" });
    else if (name === "ctrl+d" && text === "") this.finish({ kind: "end" });
    else if (name === "return") await this.enter();
    else if (name === "ctrl+l") this.screen.clear();
    else if (assistant === undefined) return false;
    else if (name === "meta+return") this.buffer = insert("\n")(this.buffer);
    else if (name === "up" || name === "ctrl+p") this.recall(up(this.buffer), -1);
    else if (name === "down" || name === "ctrl+n") this.recall(down(this.buffer), 1);
    else if (name === "tab") await this.tab(assistant);
    else if (name === "shift+tab")
      this.below = (await soon(assistant.explain(text, cursor), [])).slice(0, this.screen.height - 4);
    else if (name === "ctrl+r") this.searched = "";
    else return false;
    return true;
  }

  private async enter(): Promise<void> {
    const { text, cursor } = this.buffer;
    const { assistant } = this.options;
    if (assistant === undefined) return this.finish({ kind: "text", text });
    const isLastLine = !text.slice(cursor).includes("\n");
    const { isWhole, indent } = await soon(assistant.isWhole(isLastLine ? text : text.slice(0, cursor)), {
      isWhole: isLastLine,
      indent: "",
    });
    if (isLastLine && isWhole) this.finish({ kind: "text", text });
    else this.buffer = insert(`\n${indent}`)(this.buffer);
  }

  private async tab(assistant: Assistant): Promise<void> {
    const { text, cursor } = this.buffer;
    if (text.slice(lineAround(text, cursor).start, cursor).trim() === "") {
      this.buffer = insert("  ")(this.buffer);
      return;
    }
    const found = await soon(assistant.complete(text, cursor), { start: cursor, end: cursor, matches: [] });
    const { start, end, matches } = found;
    const shared = commonStart(matches);
    const isLonger = shared.length > cursor - start && shared.startsWith(text.slice(start, cursor));
    if (matches.length === 1 || isLonger) this.buffer = replace(start, end, shared)(this.buffer);
    if (matches.length > 1) this.below = listed(matches, this.screen.columns, this.screen.height - 4);
  }

  /** Goes along the history, or to the line above or below where there is one. */
  private recall(within: Buffer | undefined, step: 1 | -1): void {
    if (within !== undefined) {
      this.buffer = within;
      return;
    }
    const place = this.place + step;
    if (place < 0 || place > this.history.length) return;
    if (this.place === this.history.length) this.draft = this.buffer;
    this.place = place;
    const text = this.history.at(place);
    this.buffer = text === undefined ? this.draft : { text, cursor: text.length };
  }

  /** A key while the history is searched; false when it ended the search and means what it always means. */
  private search(name: string, key: Key): boolean {
    const part = this.searched ?? "";
    const isText = name !== "backspace" && editOf(key) !== undefined && (key.sequence ?? "").length > 0;
    const isTyped = isText && !key.ctrl && !key.meta && !/^(left|right|home|end|delete)$/.test(name);
    if (name === "ctrl+r" || isTyped || name === "backspace") {
      const wanted = name === "backspace" ? part.slice(0, -1) : isTyped ? part + key.sequence! : part;
      const from = name === "ctrl+r" ? this.place : this.history.length;
      const found = wanted === "" ? -1 : this.history.search(wanted, from);
      this.searched = wanted;
      if (found >= 0) {
        this.place = found;
        const text = this.history.at(found)!;
        this.buffer = { text, cursor: text.length };
      }
      return true;
    }
    this.searched = undefined;
    if (name === "ctrl+c" || name === "ctrl+g") this.buffer = EMPTY;
    return name === "ctrl+c" || name === "ctrl+g" || name === "escape";
  }
}

function oneLine({ text, cursor }: Buffer): Buffer {
  return { text: text.replace(/\n/g, " "), cursor };
}

/** The kernel's answer; `otherwise` when it gives none or is busy with something larger. */
async function soon<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(otherwise), 5000)));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
