// Errors as a user wants them: the cell's own line, an excerpt, no frames of the kernel.

import * as fs from "node:fs";
import { SourceMap } from "node:module";
import { inspect } from "node:util";
import type { ErrorReport } from "../bridge/messages";
import { withoutSecrets } from "../bridge/secrets";

const CELL_PLACE = /(cell\[[^\]]+\]\.ts):(\d+):(\d+)/;
const RED = "\u001b[31m";
const GREY = "\u001b[90m";
const BOLD = "\u001b[1m";
const PLAIN = "\u001b[0m";

interface CellText {
  /** JSON; parsed only when an error needs it, for a parsed map takes a hundred times the room. */
  readonly map: string;
  readonly source: string;
}

/** Knows the cells that ran, to translate places in compiled code. */
export class Tracebacks {
  private readonly cells = new Map<string, CellText>();
  private readonly files = new Map<string, SourceMap | undefined>();
  /** What was typed at password prompts: no report shows it. */
  readonly typedSecrets = new Set<string>();

  /** `hidden` are parts of paths whose frames are the kernel's own. */
  constructor(private readonly hidden: readonly string[]) {}

  /** Remembers the source of a cell under its label (`cell[3].ts`). */
  add(label: string, map: string, source: string): void {
    this.cells.set(label, { map, source });
  }

  /** What the protocol says about anything thrown, however wickedly it is made. */
  report(thrown: unknown): ErrorReport {
    try {
      const { ename, evalue, traceback } = this.reportOf(thrown);
      const masked = (text: string): string => withoutSecrets(text, this.typedSecrets);
      return { ename, evalue: masked(evalue), traceback: traceback.map(masked) };
    } catch (error) {
      const evalue = `what was thrown cannot be shown: ${error instanceof Error ? error.message : "it fails on reading"}`;
      return { ename: "Thrown", evalue, traceback: [`${RED}${BOLD}Thrown${PLAIN}: ${evalue}`] };
    }
  }

  private reportOf(thrown: unknown): ErrorReport {
    if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
      const shown = inspect(thrown);
      return { ename: "Thrown", evalue: shown, traceback: [`${RED}${BOLD}Uncaught${PLAIN} ${shown}`] };
    }
    const ename = String(thrown.name ?? "Error");
    const evalue = String(thrown.message ?? "");
    const lines = [`${RED}${BOLD}${ename}${PLAIN}${evalue === "" ? "" : `: ${evalue}`}`];
    const { frames, excerpt } = this.frames(String(thrown.stack ?? ""));
    if (ename !== "KeyboardInterrupt" || excerpt !== undefined) lines.push(...(excerpt ?? []), ...frames);
    const extra = ownDetails(thrown);
    if (extra !== undefined) lines.push(extra);
    for (
      let cause = causeOf(thrown), depth = 0;
      cause !== undefined && depth < 5;
      cause = causeOf(cause), depth++
    )
      lines.push(
        `${GREY}caused by${PLAIN} ${describe(cause)}`,
        ...(cause instanceof Error ? this.frames(String(cause.stack ?? "")).frames : []),
      );
    if (thrown instanceof AggregateError)
      for (const inner of thrown.errors.slice(0, 10)) lines.push(`${GREY}one of${PLAIN} ${describe(inner)}`);
    return { ename, evalue, traceback: lines };
  }

  /** Printed `text` with its stack lines as in a report, where it holds lines of cells or of the kernel. */
  inText(text: string): string {
    if (!CELL_PLACE.test(text) && !this.hidden.some((part) => text.includes(part))) return text;
    const lines: string[] = [];
    for (const line of text.split("\n")) {
      if (!/^\s+at /.test(line)) lines.push(line);
      else if (!this.isHidden(line)) {
        const mapped = this.place(line);
        const placed = mapped === undefined ? line : line.replace(mapped.from, mapped.to);
        lines.push(placed.replace(/at (async )?__cell__ \((.*?)\)/, "at $1$2"));
      } else if (line.endsWith(" {")) lines.push(`${lines.pop() ?? ""} {`); // fields of the error follow
    }
    return lines.join("\n");
  }

  private isHidden(line: string): boolean {
    const isNode = /node:internal|\(node:|at node:|<anonymous>:\d/.test(line);
    return isNode || this.hidden.some((part) => line.includes(part));
  }

  private frames(stack: string): { frames: string[]; excerpt: string[] | undefined } {
    const all = stack.split("\n").filter((line) => /^\s+at /.test(line));
    const frames: string[] = [];
    let excerpt: string[] | undefined;
    for (const line of all) {
      if (this.isHidden(line)) continue;
      const mapped = this.place(line);
      const text = line
        .trim()
        .slice(3)
        .replace(/^(async )?__cell__ \((.*)\)$/, "$1$2");
      frames.push(
        `    ${GREY}at${PLAIN} ${mapped === undefined ? text : text.replace(mapped.from, mapped.to)}`,
      );
      if (mapped?.source !== undefined) excerpt ??= excerptOf(mapped.source, mapped.line, mapped.column);
    }
    return { frames: frames.slice(0, 12), excerpt };
  }

  /** The original place of the code position in a stack line. */
  private place(
    line: string,
  ): { from: string; to: string; source?: string; line: number; column: number } | undefined {
    const cell = CELL_PLACE.exec(line);
    if (cell !== null) {
      const [from, label, row, column] = cell;
      const known = this.cells.get(label!);
      if (known === undefined) return undefined;
      const entry = parsedMap(known.map).findEntry(Number(row) - 1, Number(column) - 1);
      if (!("originalLine" in entry)) return undefined;
      // the prelude is one line, so the original line counted from 0 is the cell's line counted from 1
      const place = { line: entry.originalLine, column: entry.originalColumn + 1 };
      return { from, to: `${label}:${place.line}:${place.column}`, source: known.source, ...place };
    }
    const file = /((?:\/|[A-Za-z]:\\)[^():]*\.[mc]?tsx?):(\d+):(\d+)/.exec(line);
    if (file === null) return undefined;
    const [from, name, row, column] = file;
    const entry = this.mapOf(name!)?.findEntry(Number(row) - 1, Number(column) - 1);
    if (entry === undefined || !("originalLine" in entry)) return undefined;
    const place = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    return { from, to: `${name}:${place.line}:${place.column}`, ...place };
  }

  private mapOf(file: string): SourceMap | undefined {
    if (this.files.has(file)) return this.files.get(file);
    let map: SourceMap | undefined;
    try {
      const hook = require("../loader/typescript-hook.cjs") as { javascriptOf(file: string): string };
      const inline = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(
        hook.javascriptOf(file),
      );
      if (inline !== null && fs.existsSync(file))
        map = new SourceMap(
          JSON.parse(Buffer.from(inline[1]!, "base64").toString("utf8")) as ConstructorParameters<
            typeof SourceMap
          >[0],
        );
    } catch {
      // a file that is gone keeps the compiled place
    }
    this.files.set(file, map);
    return map;
  }
}

function parsedMap(json: string): SourceMap {
  return new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
}

function excerptOf(source: string, line: number, column: number): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, line - 2);
  const width = String(line + 1).length;
  return lines.slice(first - 1, line + 1).flatMap((text, index) => {
    const number = first + index;
    const row = `${number === line ? `${RED}>${PLAIN}` : " "} ${String(number).padStart(width)} | ${text}`;
    return number === line
      ? [row, `  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}${RED}^${PLAIN}`]
      : [row];
  });
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return value !== null && typeof value === "object" && "stack" in value && "message" in value;
}

function causeOf(value: unknown): unknown {
  return value instanceof Error ? value.cause : undefined;
}

function describe(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : inspect(value);
}

/** Fields a programmer put on the error, such as `code`. */
function ownDetails(thrown: ErrorLike): string | undefined {
  const known = new Set(["name", "message", "stack", "cause", "errors", "place", "got", "wanted"]);
  const entries = Object.entries(thrown).filter(([key]) => !known.has(key));
  return entries.length === 0 ? undefined : inspect(Object.fromEntries(entries), { depth: 1 });
}
