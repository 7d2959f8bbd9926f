// A terminal's screen in memory: text, line ends, and the escape sequences that line editors use.

import { textWidth } from "../../src/report";

const SEQUENCE =
  /^\u001b(?:\[([?>]?[\d;]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>78])/;

/** Rows and columns of characters with a cursor. */
export class VirtualScreen {
  row = 0;
  column = 0;
  /** Rows that have left the screen at the top. */
  readonly scrolled: string[] = [];
  private lines: string[][];
  private rest = "";

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.lines = Array.from({ length: rows }, () => []);
  }

  /** The visible rows, without spaces at their ends or empty rows below. */
  get text(): string {
    const line = (cells: readonly (string | undefined)[]): string =>
      Array.from(cells, (cell) => cell ?? " ")
        .join("")
        .trimEnd();
    return this.lines.map(line).join("\n").trimEnd();
  }

  /** All that was ever shown and not erased. */
  get all(): string {
    return [...this.scrolled, this.text].join("\n");
  }

  /** Takes what a program writes. */
  write(written: string): void {
    let text = this.rest + written;
    this.rest = "";
    while (text !== "") {
      const match = SEQUENCE.exec(text);
      if (match !== null) {
        this.obey(match[2] ?? "", (match[1] ?? "").split(";").map(Number));
        text = text.slice(match[0].length);
      } else if (text.startsWith("\u001b") && text.length < 64) {
        this.rest = text;
        return;
      } else {
        const character = String.fromCodePoint(text.codePointAt(0) ?? 32);
        this.put(character);
        text = text.slice(character.length);
      }
    }
  }

  private put(character: string): void {
    if (character === "\r") this.column = 0;
    else if (character === "\n") this.down();
    else if (character === "\b") this.column = Math.max(0, this.column - 1);
    else if (character === "\t") this.column = Math.min(this.columns - 1, (this.column & ~7) + 8);
    else if (character >= " ") {
      const width = textWidth(character);
      if (this.column + width > this.columns) {
        this.column = 0;
        this.down();
      }
      this.lines[this.row]![this.column] = character;
      for (let more = 1; more < width; more++) this.lines[this.row]![this.column + more] = "";
      this.column += width;
    }
  }

  private down(): void {
    if (this.row < this.rows - 1) this.row++;
    else {
      this.scrolled.push(this.text.split("\n")[0] ?? "");
      this.lines = [...this.lines.slice(1), []];
    }
  }

  private obey(command: string, [first = 0, second = 0]: readonly number[]): void {
    const count = first || 1;
    if (command === "A") this.row = Math.max(0, this.row - count);
    else if (command === "B") this.row = Math.min(this.rows - 1, this.row + count);
    else if (command === "C") this.column = Math.min(this.columns - 1, this.column + count);
    else if (command === "D") this.column = Math.max(0, this.column - count);
    else if (command === "G") this.column = count - 1;
    else if (command === "H") [this.row, this.column] = [count - 1, (second || 1) - 1];
    else if (command === "J") this.eraseScreen(first);
    else if (command === "K") this.eraseLine(first);
  }

  private eraseScreen(how: number): void {
    if (how === 0) this.eraseLine(0);
    this.lines = this.lines.map((line, row) => (how === 2 || row > this.row ? [] : line));
  }

  private eraseLine(how: number): void {
    const line = this.lines[this.row]!;
    if (how === 0) line.length = Math.min(line.length, this.column);
    else if (how === 2) this.lines[this.row] = [];
    else for (let at = 0; at <= this.column; at++) line[at] = " ";
  }
}
