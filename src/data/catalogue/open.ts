// Opens a data set by name: from a folder, from RELATA_DATA, from the cache or from its public address.

import { DataError, OptionError, unknownName } from "../../core";
import type { ReadOptions } from "../input/faults";
import { recordOfFile } from "../input/json-file";
import type { Provenance, SourceFile } from "../sets/provenance";
import { DocumentSet } from "../sets/document-set";
import { SentenceSet } from "../sets/sentence-set";
import { findCard, type DatasetCard } from "./card";
import type { CardSplit } from "./card-file";
import { readSplit, type AnySet } from "./formats";
import { findLocally, locate, type LocateOptions, type Located } from "./locate";
import type { DatasetName } from "./names";

/** How a data set is opened. */
export interface OpenOptions extends LocateOptions {
  /** Default: the part after "/" in the name, else "train", else the first split of the card. */
  readonly split?: string;
  /** What to do with broken entries; default "throw". */
  readonly onFault?: "throw" | "collect";
  /** "names" in place of the numbers that some sets have for relations, such as P17; default "published": as they are. */
  readonly relations?: "published" | "names";
  /** A data set to take when this one can be had from nowhere; the result's `name` and `source` say so. */
  readonly fallback?: string;
}

/**
 * Sentences of a data set by name, such as `"semeval"` or `"semeval/test"`. Looked for in `folder`, else in the folder
 * that RELATA_DATA names, else in the cache, else downloaded from its public address; checksums are compared with the
 * card's (not in a `folder` of your own).
 *
 * @example const test = await openDataset("semeval", { split: "test", fallback: "first-steps" });
 */
export async function openDataset(name: DatasetName, options: OpenOptions = {}): Promise<SentenceSet> {
  const set = await openAny(name, options);
  if (set instanceof SentenceSet) return set;
  throw new OptionError(`"${name}" holds documents: open it with openDocuments("${name}")`);
}

/**
 * Documents of a data set by name, found as `openDataset` finds sentences.
 *
 * @example const train = await openDocuments("biored", { split: "train" });
 */
export async function openDocuments(name: DatasetName, options: OpenOptions = {}): Promise<DocumentSet> {
  const set = await openAny(name, options);
  if (set instanceof DocumentSet) return set;
  throw new OptionError(`"${name}" holds single sentences: open it with openDataset("${name}")`);
}

/** A data set of any form by name. */
export async function openAny(name: string, options: OpenOptions = {}): Promise<AnySet> {
  const { card, split, part } = findSplit(name, options.split);
  let located: readonly Located[];
  try {
    located = await locateAll(card, part, options);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (options.fallback === undefined) throw withOtherSplits(error, card, split, options);
    const { onFault = "throw" } = options;
    return withFacts(await openAny(options.fallback, { split, onFault }), {
      note: `in place of ${card.name}, which could not be had`,
    });
  }
  const read: ReadOptions = { name: card.name, split, onFault: options.onFault ?? "throw" };
  const set = readSplit(
    part,
    located.map(({ file }) => file),
    read,
  );
  const { kind } = located[0]!;
  if (kind !== "file") compareSums(card, set.provenance.files, located);
  return withFacts(options.relations === "names" ? await named(set, card, options) : set, { kind });
}

/** The set with the names of its relations, where the card knows a file of them; numbers without name are kept. */
async function named(set: AnySet, card: DatasetCard, options: LocateOptions): Promise<AnySet> {
  const { relationNames } = card.facts;
  if (relationNames === undefined) return set;
  const { file } = await locate(card, relationNames, options);
  const names = new Map<string, string>();
  for (const [number, value] of Object.entries(recordOfFile(file))) {
    const name: unknown = Array.isArray(value) ? (value as readonly unknown[])[0] : value;
    if (typeof name === "string") names.set(number, name);
  }
  const nameOf = (relation: string): string => names.get(relation) ?? relation;
  const step = "relation names";
  if (set instanceof SentenceSet)
    return set.expand(
      ({ relation, ...rest }) => [relation === undefined ? rest : { ...rest, relation: nameOf(relation) }],
      step,
    );
  return set.expand((document) => {
    const relations = document.relations.map((one) => ({ ...one, relation: nameOf(one.relation) }));
    return [{ ...document, relations }];
  }, step);
}

/** The splits of a data set whose files are all on this machine. */
export function splitsHere(card: DatasetCard, options: LocateOptions = {}): readonly string[] {
  return Object.entries(card.facts.splits)
    .filter(([, { files, format }]) => {
      const isHere = files.every((file) => findLocally(card, file, options) !== undefined);
      return isHere && format !== "entries";
    })
    .map(([split]) => split);
}

/** An error on a split that could not be had, with those that can. */
function withOtherSplits(
  error: DataError,
  card: DatasetCard,
  split: string,
  options: LocateOptions,
): DataError {
  const here = splitsHere(card, options).filter((other) => other !== split);
  if (here.length === 0) return error;
  const names = here
    .slice(0, 5)
    .map((other) => `"${card.name}/${other}"`)
    .join(", ");
  return new DataError(`${error.message}; what is here: ${names}`, {}, { cause: error });
}

/** The card and split that a name means: `"semeval/test"`, or a view and its split as in `"world/bags"`, `"world/bags/test"`. */
export function findSplit(
  name: string,
  split?: string,
): { card: DatasetCard; split: string; part: CardSplit } {
  const slash = name.indexOf("/");
  const card = findCard(slash < 0 ? name : name.slice(0, slash));
  const { splits, form, task } = card.facts;
  const known = Object.keys(splits);
  if (form === "resource" || known.length === 0)
    throw new OptionError(
      `"${card.name}" is no data set of sentences or documents but a list (${task}): read its files, "relata data card ${card.name}" names them`,
    );
  const named = slash < 0 ? undefined : name.slice(slash + 1);
  const inView = `${named}/${split ?? "train"}`;
  const first = splits["train"] === undefined ? known[0]! : "train";
  const wanted = splits[inView] === undefined ? (split ?? named ?? first) : inView;
  const part = splits[wanted];
  if (part !== undefined) return { card, split: wanted, part };
  const inNamed = known
    .filter((one) => one.startsWith(`${named}/`))
    .map((one) => one.slice(`${named}/`.length));
  if (split !== undefined && inNamed.length > 0) throw unknownName(`split of ${name}`, split, inNamed);
  throw unknownName(`split of ${card.name}`, wanted, known);
}

async function locateAll(card: DatasetCard, part: CardSplit, options: LocateOptions): Promise<Located[]> {
  const located: Located[] = [];
  for (const file of part.files) located.push(await locate(card, file, options));
  return located;
}

function compareSums(card: DatasetCard, read: readonly SourceFile[], located: readonly Located[]): void {
  for (const { file, sha256 } of read) {
    const index = located.findIndex((one) => one.file === file);
    const wanted = card.facts.files.find((one) => file.endsWith(one.file))?.sha256;
    if (index < 0 || wanted === undefined || wanted === sha256) continue;
    const remedy = `run "relata data verify ${card.name}", or open it with { folder } if it is your own`;
    throw new DataError(
      `differs from the published ${card.name} (sha256 ${sha256}, expected ${wanted}): ${remedy}`,
      { file },
    );
  }
}

function withFacts(set: AnySet, facts: Partial<Provenance>): AnySet {
  const change = { provenance: { ...set.provenance, ...facts }, faults: set.faults };
  return set instanceof SentenceSet ? new SentenceSet(set.items, change) : new DocumentSet(set.items, change);
}
