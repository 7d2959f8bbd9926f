// What was typed in this and earlier sessions: kept in a file that only its owner can read, one JSON string a line.

import * as fs from "node:fs";
import * as path from "node:path";
import { looksSecret } from "../../../kernel-ext/bridge/secrets";
import { writeFileAtomic } from "../../core";

const KEPT = 1000;

function read(file: string): string[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "string" ? entry : line;
    } catch {
      return line;
    }
  });
}

/** Entries in order, the newest last. */
export class History {
  private readonly entries: string[];

  /** Without a `file` nothing outlives the session. */
  constructor(private readonly file?: string) {
    const all = file === undefined ? [] : read(file);
    this.entries = all.slice(-KEPT);
    if (file !== undefined && all.length > 2 * KEPT) {
      writeFileAtomic(file, this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      fs.chmodSync(file, 0o600);
    }
  }

  get length(): number {
    return this.entries.length;
  }

  at(index: number): string | undefined {
    return this.entries[index];
  }

  /** Keeps `text`, at once and for later sessions; not what repeats the last entry or looks like a secret. */
  add(text: string): void {
    if (text.trim() === "" || text === this.entries.at(-1) || looksSecret(text)) return;
    this.entries.push(text);
    if (this.file === undefined) return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.appendFileSync(this.file, `${JSON.stringify(text)}\n`, { mode: 0o600 });
  }

  /** The index of the newest entry before `index` that holds `part`; -1 when there is none. */
  search(part: string, index = this.entries.length): number {
    for (let at = index - 1; at >= 0; at--) if (this.entries[at]!.includes(part)) return at;
    return -1;
  }
}
