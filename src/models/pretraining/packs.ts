// Texts laid out as batches for masked-language training: some alone in their row, some packed into long rows.

import { OptionError, type Random } from "../../core";
import { padded, type TokenBatch, type Tokenizer } from "../../text";

/** A kind of row: how long it may become, and the share of rows that are of this kind. */
export interface RowKind {
  /** Most tokens of a row, or `"alone"`: one text a row. */
  readonly length: number | "alone";
  readonly share: number;
}

/** How texts become rows and rows batches. */
export interface PackOptions {
  /**
   * Default: nearly all rows alone, as experiments read them and because neighbours that say nothing make words hard to
   * guess; the others up to 128, 256 and 512 tokens, so that every position is trained.
   */
  readonly rows?: readonly RowKind[];
  /** Most tokens of a batch, padding included; default 4096. */
  readonly tokens?: number;
  /** The longest row of the encoder; default 512. */
  readonly longest?: number;
}

const ROWS: readonly RowKind[] = [
  { length: "alone", share: 0.965 },
  { length: 128, share: 0.025 },
  { length: 256, share: 0.007 },
  { length: 512, share: 0.003 },
];

/** A row: the numbers of its texts in their order. */
type Row = readonly number[];

/** Texts as pieces, and batches of them. */
export class Packs {
  private readonly texts: readonly (readonly number[])[];
  private readonly tokenizer: Tokenizer;
  private readonly options: Required<PackOptions>;

  /** Encodes `texts`; one that is longer than a row is cut into several. */
  constructor(tokenizer: Tokenizer, texts: Iterable<string>, options: PackOptions = {}) {
    const { rows = ROWS, tokens = 4096, longest = 512 } = options;
    if (!(tokens >= longest))
      throw new OptionError(`tokens of a batch is ${tokens}, expected at least the longest row, ${longest}`);
    this.tokenizer = tokenizer;
    this.options = { rows, tokens, longest };
    this.texts = [...texts].flatMap((text) => cut(tokenizer.pieces(text).ids, longest - 2));
  }

  /** Pieces of all texts, special tokens aside. */
  get pieces(): number {
    return this.texts.reduce((sum, { length }) => sum + length, 0);
  }

  /** The batches of one pass over all texts: each text in one of them, in an order of its own. */
  plan(random: Random): Row[][] {
    const rows = this.rows(random.fork("rows")).sort((a, b) => this.lengthOf(a) - this.lengthOf(b));
    const batches: Row[][] = [[]];
    for (const row of rows) {
      // Rows come shortest first, so this one decides the width of its batch.
      if ((batches.at(-1)!.length + 1) * this.lengthOf(row) > this.options.tokens) batches.push([]);
      batches.at(-1)!.push(row);
    }
    return random.fork("batches").shuffle(batches.filter(({ length }) => length > 0));
  }

  /** Rows as `[CLS] text text ... [SEP]`, padded to the longest. */
  batch(rows: readonly Row[]): TokenBatch {
    const { tokenizer } = this;
    const [first, last] = tokenizer.encode("").ids as [number, number];
    const sequences = rows.map((row) => {
      const ids = [first, ...row.flatMap((text) => this.texts[text]!), last];
      return { ids, typeIds: ids.map(() => 0) };
    });
    return padded(sequences, tokenizer.padId);
  }

  private lengthOf(row: Row): number {
    return row.reduce((sum, text) => sum + this.texts[text]!.length, 2);
  }

  private rows(random: Random): Row[] {
    const order = random.fork("order").shuffle(this.texts.map((_, index) => index));
    const rows: Row[] = [];
    for (let at = 0; at < order.length;) {
      const room = this.roomOf(random.uniform());
      const row: number[] = [];
      let left = room - 2;
      do {
        left -= this.texts[order[at]!]!.length;
        row.push(order[at++]!);
      } while (at < order.length && this.texts[order[at]!]!.length <= left);
      rows.push(row);
    }
    return rows;
  }

  /** The room of a row; 0 for a text alone, which no other one fits beside. */
  private roomOf(draw: number): number {
    const { rows, longest } = this.options;
    const whole = rows.reduce((sum, { share }) => sum + share, 0);
    let below = 0;
    const kind = rows.find(({ share }) => draw * whole < (below += share)) ?? rows.at(-1)!;
    return kind.length === "alone" ? 0 : Math.min(kind.length, longest);
  }
}

function cut(ids: readonly number[], longest: number): number[][] {
  const parts: number[][] = [];
  for (let at = 0; at < ids.length; at += longest) parts.push(ids.slice(at, at + longest));
  return parts;
}
