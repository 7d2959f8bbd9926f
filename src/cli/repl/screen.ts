// The edited text on the terminal: cut into rows, painted in place, the cursor where it belongs.

import { textWidth } from "../../report";
import type { Buffer } from "./buffer";
import { STYLE, stylesOf, type Style } from "./colours";

/** How a text is shown. */
export interface Look {
  /** Before the first line, and before each other line; plain text. */
  readonly prompt: string;
  readonly more: string;
  readonly isColoured: boolean;
  /** Show a star for each character. */
  readonly isSecret?: boolean;
  /** Rows under the text, cut to the width: completions, help. Plain text. */
  readonly below?: readonly string[];
}

/** Rows of at most `columns` characters, and the place of the cursor among them. */
interface Layout {
  readonly rows: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** Cuts text and prompts into rows. */
export function layoutOf({ text, cursor }: Buffer, look: Look, columns: number): Layout {
  const styles = look.isColoured && look.isSecret !== true ? stylesOf(text) : [];
  const paint = (shown: string, style: Style | undefined): string =>
    style === undefined || !look.isColoured ? shown : STYLE[style] + shown + STYLE.plain;
  const rows: string[] = [paint(look.prompt, "blue")];
  let width = textWidth(look.prompt);
  let place = { row: 0, column: width };
  let at = 0;
  for (const character of text) {
    if (at === cursor) place = { row: rows.length - 1, column: width };
    if (character === "\n") {
      rows.push(paint(look.more, "blue"));
      width = textWidth(look.more);
    } else {
      const isControl = character < " " || character === "\u007f";
      const shown = look.isSecret === true ? "*" : character === "\t" ? "  " : isControl ? "?" : character;
      const size = textWidth(shown);
      if (width + size >= columns) {
        rows.push("");
        width = 0;
        place = at === cursor ? { row: rows.length - 1, column: 0 } : place;
      }
      rows[rows.length - 1] += paint(shown, styles[at]);
      width += size;
    }
    at += character.length;
  }
  if (cursor >= at) place = { row: rows.length - 1, column: width };
  return { rows, ...place };
}

/** `text` in pieces of at most `width` columns. */
function wrapped(text: string, width: number): string[] {
  const pieces = [""];
  for (const character of text) {
    if (textWidth(pieces.at(-1)! + character) > width) pieces.push("");
    pieces[pieces.length - 1] += character;
  }
  return pieces;
}

/** Paints over what it painted before. */
export class Screen {
  private row = 0;
  private isPainted = false;

  constructor(private readonly output: NodeJS.WritableStream & { columns?: number; rows?: number }) {}

  get columns(): number {
    return Math.max(20, this.output.columns ?? 80);
  }

  get height(): number {
    return Math.max(4, this.output.rows ?? 24);
  }

  /** Paints `buffer`; what does not fit is scrolled so that the cursor is seen. */
  paint(buffer: Buffer, look: Look): void {
    const { rows, row, column } = layoutOf(buffer, look, this.columns);
    const below = (look.below ?? [])
      .flatMap((line) => wrapped(line, this.columns - 1))
      .slice(0, Math.max(0, this.height - rows.length - 1));
    const first = Math.max(0, Math.min(row - this.height + 2, rows.length - 1));
    const shown = [...rows.slice(first, first + this.height - 1), ...below];
    const up = shown.length - 1 - (row - first);
    const moves = `${up > 0 ? `\u001b[${up}A` : ""}\r${column > 0 ? `\u001b[${column}C` : ""}`;
    this.output.write(`${this.toTop()}${shown.join("\r\n")}${moves}`);
    this.row = row - first;
    this.isPainted = true;
  }

  /** Takes away what is painted; the cursor stands where it began. */
  erase(): void {
    if (this.isPainted) this.output.write(this.toTop());
    this.isPainted = false;
    this.row = 0;
  }

  /** Leaves what is painted, without the rows below, and goes to the next line. */
  finish(buffer: Buffer, look: Look): void {
    const { below: _, ...rest } = look;
    this.paint({ text: buffer.text, cursor: buffer.text.length }, rest);
    this.output.write("\r\n");
    this.isPainted = false;
    this.row = 0;
  }

  /** Empties the whole terminal. */
  clear(): void {
    this.output.write("\u001b[H\u001b[2J");
    this.isPainted = false;
    this.row = 0;
  }

  private toTop(): string {
    return this.isPainted ? `${this.row > 0 ? `\u001b[${this.row}A` : ""}\r\u001b[J` : "\r\u001b[J";
  }
}
