// Which reader reads which format of the cards.

import { DataError, OptionError, unknownName } from "../../core";
import { readBiocJson, readBiocXml } from "../document-formats/bioc";
import { readDocRed } from "../document-formats/docred";
import { readDygie } from "../document-formats/dygie";
import { readJoint } from "../document-formats/joint";
import { readPubTator } from "../document-formats/pubtator";
import { readAdeNegatives, readAdeRelations } from "../formats/ade-lines";
import { gdsItems, nytItems, readGds, readNytLines } from "../formats/bag-lines";
import { readFewRel, readZeroRte } from "../formats/fewrel";
import { openNreItems, readOpenNre } from "../formats/opennre";
import { readSemEval, semEvalItems } from "../formats/semeval";
import { readTacred } from "../formats/tacred";
import { readHiure } from "../formats/hiure";
import { parseJson, type FaultLog, type ReadOptions } from "../input/faults";
import { wholeText } from "../input/lines";
import type { DocumentSet } from "../sets/document-set";
import type { SentenceSet } from "../sets/sentence-set";
import { openWorld } from "../world/open-world";
import type { Sentence } from "../sentence";
import type { CardSplit, Counts } from "./card-file";

/** Any set that a data set's split can be. */
export type AnySet = SentenceSet | DocumentSet;

/** Options of a format as a card gives them. */
export type FormatOptions = Readonly<Record<string, string | number>>;

type Reader = (files: readonly string[], options: ReadOptions, format: FormatOptions) => AnySet;

function only(files: readonly string[]): string {
  const [file, ...rest] = files;
  if (file === undefined || rest.length > 0)
    throw new DataError(`${files.length} files where the format has one: correct the card`);
  return file;
}

const one =
  (read: (file: string, options: ReadOptions) => AnySet): Reader =>
  (files, options) =>
    read(only(files), options);

/** The first file, of which the second says the folds. */
const joint: Reader = (files, options, { fold, part }) => {
  const [file = "", folds] = files;
  if (folds === undefined) return readJoint(file, options);
  return readJoint(file, {
    ...options,
    fold: { file: folds, number: Number(fold), part: part === "test" ? "test" : "train" },
  });
};

/** Documents of all files but the last `exclude`, less those whose titles the last ones have. */
const docRed: Reader = (files, options, { exclude = 0 }) => {
  const kept = files.length - Number(exclude);
  const taken = new Set(files.slice(kept).flatMap((file) => readDocRed(file, options).ids));
  const [first, ...rest] = files.slice(0, kept).map((file) => readDocRed(file, options));
  if (first === undefined) throw new DataError("a split without files: give the card at least one file");
  if (rest.length === 0 && taken.size === 0) return first;
  return first.concat(...rest).filter(({ id }) => !taken.has(id));
};

const READERS: Readonly<Record<string, Reader>> = {
  semeval: one(readSemEval),
  opennre: one(readOpenNre),
  fewrel: one(readFewRel),
  gds: one(readGds),
  "nyt-lines": one(readNytLines),
  tacred: one(readTacred),
  hiure: ([file = "", relations], options, { unmarked }) =>
    readHiure(file, {
      ...options,
      unmarked: unmarked === "skip" ? "skip" : "fault",
      ...(relations === undefined ? {} : { relations }),
    }),
  "zero-rte": (files, options, { exclude = "" }) =>
    readZeroRte(files, { ...options, exclude: String(exclude).split(",") }),
  "ade-relations": one(readAdeRelations),
  "ade-negatives": one(readAdeNegatives),
  joint,
  dygie: one(readDygie),
  docred: docRed,
  pubtator: one(readPubTator),
  "bioc-xml": one(readBiocXml),
  "bioc-json": one(readBiocJson),
  world: (files, options, { view = "", part = "", control = 0 }) =>
    openWorld(files, options, { view: String(view), part: String(part), control: control !== 0 }),
};

type Items = (file: string, log: FaultLog, options: ReadOptions) => Iterable<Sentence>;

/** The formats whose files are read line by line, and so can be streamed. */
const STREAMED: Readonly<Record<string, Items>> = {
  semeval: semEvalItems,
  opennre: openNreItems,
  gds: gdsItems,
  "nyt-lines": nytItems,
};

/** What reads a format's files one sentence at a time; a format that is not read line by line is an error. */
export function streamedFormat(format: string): Items {
  const items = STREAMED[format];
  if (items !== undefined) return items;
  const known = Object.keys(STREAMED);
  if (READERS[format] === undefined) throw unknownName("format", format, known);
  throw new OptionError(
    `format "${format}" is no file of lines and is read whole: streamed are ${known.join(", ")}`,
  );
}

/** Reads the files of a split with the reader of its format. */
export function readSplit(split: CardSplit, files: readonly string[], options: ReadOptions): AnySet {
  const reader = READERS[split.format];
  if (reader === undefined) throw unknownName("format", split.format, Object.keys(READERS));
  return reader(files, options, split.options ?? {});
}

/** The numbers of a split that its card compares; for a list of names or tokens, its entries. */
export function tallySplit(split: CardSplit, files: readonly string[], options: ReadOptions): Counts {
  if (split.format === "entries") return { entries: entriesOf(only(files)) };
  return readSplit(split, files, options).tally();
}

/** The entries of a list: keys or items of a JSON file, else lines without a "#version" line. */
function entriesOf(file: string): number {
  const text = wholeText(file);
  if (/\.json(\.gz)?$/.test(file)) return Object.keys(asObject(parseJson(text, { file }), file)).length;
  return text
    .split("\n")
    .filter((line, index, all) => !line.startsWith("#version") && (line !== "" || index < all.length - 1))
    .length;
}

function asObject(value: unknown, file: string): object {
  if (typeof value === "object" && value !== null) return value;
  throw new DataError("neither a list nor an object: fetch the file again", { file });
}
