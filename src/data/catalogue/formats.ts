// Which reader reads which format of the cards.

import { DataError, unknownName } from "../../core";
import { readOpenNre } from "../formats/opennre";
import { readSemEval } from "../formats/semeval";
import type { ReadOptions } from "../input/faults";
import type { SentenceSet } from "../sets/sentence-set";
import type { CardSplit } from "./card-file";

/** Any set that a reader gives. */
export type AnySet = SentenceSet;

/** Options of a format as a card gives them. */
export type FormatOptions = Readonly<Record<string, string | number>>;

type Reader = (files: readonly string[], options: ReadOptions, format: FormatOptions) => AnySet;

const each =
  (read: (file: string, options: ReadOptions) => SentenceSet): Reader =>
  (files, options) => {
    const [first, ...rest] = files.map((file) => read(file, options));
    if (first === undefined) throw new DataError("a split without files: give the card at least one file");
    return rest.length === 0 ? first : first.concat(...rest);
  };

const READERS: Readonly<Record<string, Reader>> = {
  semeval: each(readSemEval),
  opennre: each(readOpenNre),
};

/** Reads the files of a split with the reader of its format. */
export function readSplit(split: CardSplit, files: readonly string[], options: ReadOptions): AnySet {
  const reader = READERS[split.format];
  if (reader === undefined) throw unknownName("format", split.format, Object.keys(READERS));
  return reader(files, options, split.options ?? {});
}
