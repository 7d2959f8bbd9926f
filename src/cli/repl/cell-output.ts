// The output of a running cell on a terminal: displays are updated where they stand, as far as they are still on screen.

import { stripVTControlCharacters } from "node:util";
import { textWidth } from "../../report";

/** Where the output goes. */
export interface OutputTarget {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The terminal's size; undefined where nothing can be written over. */
  readonly size: () => { readonly columns: number; readonly rows: number } | undefined;
}

interface Block {
  readonly id: string | undefined;
  text: string;
  readonly write: (text: string) => void;
  /** Its text is longer than a screen, or moves the cursor on its own. */
  isFixed: boolean;
  /** An update that could not be written where the display stands. */
  late?: string;
}

const LONGEST = 20_000;
// eslint-disable-next-line no-control-regex
const MOVES = /[\u0007\u0008\u000b\u000c]|\u001b(?!\[[0-9;]*m)/;

/** Rows that `text` takes from column 0, the row of the cursor after it included. */
export function rowsOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).replace(/\t/g, "        ").split("\n");
  return lines.reduce((rows, line) => {
    const width = Math.max(...line.split("\r").map(textWidth));
    return rows + Math.max(1, Math.ceil(width / columns));
  }, 0);
}

/** Writes what one cell shows. */
export class CellOutput {
  private blocks: Block[] = [];
  private clearsNext = false;

  constructor(private readonly target: OutputTarget) {}

  /** Text as the cell printed it. */
  print(text: string, isError = false): void {
    this.begin();
    const write = isError ? this.target.err : this.target.out;
    const last = this.blocks.at(-1);
    if (last !== undefined && last.id === undefined && last.write === write) last.text += text;
    else this.blocks.push({ id: undefined, text, write, isFixed: false });
    const block = this.blocks.at(-1)!;
    if (block.text.length > LONGEST || MOVES.test(text)) block.isFixed = true;
    if (block.isFixed) block.text = text.slice(-1);
    write(text);
  }

  /** A display, on lines of its own. */
  show(text: string, id?: string, isError = false): void {
    this.begin();
    this.freshLine();
    const write = isError ? this.target.err : this.target.out;
    const lines = `${text}\n`;
    this.blocks.push({ id, text: lines, write, isFixed: lines.length > LONGEST });
    write(lines);
  }

  /** What the display `id` shows now; one of an earlier cell is shown anew. */
  update(text: string, id: string): void {
    const at = this.blocks.findLastIndex((block) => block.id === id);
    const block = this.blocks[at];
    if (block === undefined) return this.show(text, id);
    if (`${text}\n` === block.text) return void delete block.late;
    const up = this.rowsUp(at);
    if (up === undefined) {
      block.late = text;
      return;
    }
    block.text = `${text}\n`;
    delete block.late;
    this.erase(up);
    for (const each of this.blocks.slice(at)) each.write(each.text);
  }

  /** Takes the output away where that can be done; with `wait` only when the next comes. */
  clear(wait: boolean): void {
    this.clearsNext = wait;
    if (wait) return;
    const up = this.blocks.length === 0 ? undefined : this.rowsUp(0);
    if (up !== undefined) this.erase(up);
    this.blocks = [];
  }

  /** Ends the cell: what could not be updated in place is written once more, and the next text begins a line. */
  end(): void {
    const late = this.blocks.filter((block) => block.late !== undefined);
    for (const block of late) this.show(block.late!, block.id);
    this.freshLine();
  }

  private begin(): void {
    if (!this.clearsNext) return;
    this.clear(false);
  }

  private freshLine(): void {
    const last = this.blocks.at(-1);
    if (last === undefined || last.text === "" || last.text.endsWith("\n")) return;
    last.text += "\n";
    last.write("\n");
  }

  /** How many rows the block at `at` begins above the cursor; undefined when it cannot be reached. */
  private rowsUp(at: number): number | undefined {
    const size = this.target.size();
    const blocks = this.blocks.slice(at);
    if (size === undefined || blocks.some(({ isFixed }) => isFixed)) return undefined;
    const rows = rowsOf(blocks.map(({ text }) => text).join(""), size.columns) - 1;
    return rows < size.rows ? rows : undefined;
  }

  private erase(up: number): void {
    this.target.out(`${up > 0 ? `\u001b[${up}A` : ""}\r\u001b[J`);
  }
}
