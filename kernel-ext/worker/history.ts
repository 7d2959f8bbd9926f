// What was run in this session, for `history_request`.

import { looksSecret } from "../bridge/secrets";
import type { Json } from "../protocol/wire";

/** Session number, line number, input. */
export type HistoryEntry = readonly [session: number, line: number, input: string];

/** Inputs in order; text that looks like a secret is left out. */
export class History {
  private readonly entries: HistoryEntry[] = [];

  add(line: number, input: string): void {
    if (!looksSecret(input)) this.entries.push([0, line, input]);
  }

  /** Answers a request of access type `tail`, `range` or `search`. */
  answer(request: Json): unknown[] {
    const withOutput = request.output === true;
    return this.select(request).map(([session, line, input]) => [
      session,
      line,
      withOutput ? [input, null] : input,
    ]);
  }

  private select(request: Json): HistoryEntry[] {
    const count = typeof request.n === "number" ? request.n : Infinity;
    if (request.hist_access_type === "range") {
      const start = typeof request.start === "number" ? request.start : 0;
      const stop = typeof request.stop === "number" ? request.stop : Infinity;
      return this.entries.filter(([, line]) => line >= start && line < stop);
    }
    if (request.hist_access_type !== "search") return lastOf(this.entries, count);
    const pattern = glob(typeof request.pattern === "string" ? request.pattern : "*");
    const found = this.entries.filter(([, , input]) => pattern.test(input));
    if (request.unique !== true) return lastOf(found, count);
    const latest = new Map(found.map((entry) => [entry[2], entry]));
    return lastOf(
      [...latest.values()].sort((a, b) => a[1] - b[1]),
      count,
    );
  }
}

function lastOf(entries: readonly HistoryEntry[], count: number): HistoryEntry[] {
  return count >= entries.length ? [...entries] : entries.slice(entries.length - Math.max(0, count));
}

function glob(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${escaped}$`);
}
