// Readers of tab-separated lines of distant supervision: GDS (Jat et al. 2018), and NYT with dependency paths.

import { DataError, type Place } from "../../core";
import type { Sentence, Span } from "../sentence";
import { shorten, type FaultLog, type ReadOptions } from "../input/faults";
import { spanOf } from "../input/words";
import type { SentenceSet } from "../sets/sentence-set";
import { itemsOfLines, sentenceSet } from "./reading";

/** The cells of a line between tabs. */
function cellsOf(text: string, count: number, place: Place): readonly string[] {
  const cells = text.split("\t");
  if (cells.length === count) return cells;
  throw new DataError(`${cells.length} cells between tabs, expected ${count}: correct the line`, place);
}

/** Where a name stands in a text: as words of its own if it can, else anywhere; `taken` is where it must not be. */
export function findName(text: string, name: string, taken?: Span): Span | undefined {
  let anywhere: Span | undefined;
  for (let at = text.indexOf(name); at >= 0 && name !== ""; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (taken !== undefined && at < taken.end && end > taken.start) continue;
    const isWhole = /^(\s|$)/.test(text.slice(end, end + 1)) && (at === 0 || /\s/.test(text[at - 1]!));
    if (isWhole) return spanOf(at, end);
    anywhere ??= spanOf(at, end);
  }
  return anywhere;
}

function pairOf(text: string, headName: string, tailName: string, place: Place): { head: Span; tail: Span } {
  const missing = (name: string): DataError =>
    new DataError(`entity "${shorten(name, 40)}" does not occur in its text: correct the name`, place);
  const first = findName(text, headName);
  if (first === undefined) throw missing(headName);
  const tail = findName(text, tailName, first) ?? findName(text, tailName);
  if (tail === undefined) throw missing(tailName);
  const isInside = tail.start < first.end && first.start < tail.end;
  const head = isInside ? (findName(text, headName, tail) ?? first) : first;
  return { head, tail };
}

/**
 * GDS (GIDS): head id, tail id, head name, tail name, relation, text ending in `###END###`, between tabs. Names are
 * written with `_` for spaces, in the text too; each is found as a word of its own where it is one. NA is a relation.
 */
export function readGds(file: string, options: ReadOptions = {}): SentenceSet {
  return sentenceSet(file, options, (log) => gdsItems(file, log, options));
}

/** The sentences of a GDS file one at a time: see `readGds`. */
export function gdsItems(file: string, log: FaultLog, options: ReadOptions = {}): Iterable<Sentence> {
  return itemsOfLines(file, log, options, (line, { id, place }) => {
    const cells = cellsOf(line, 6, place);
    const [headId = "", tailId = "", headName = "", tailName = "", relation = "", raw = ""] = cells;
    const text = raw.replace(/\s*###END###\s*$/, "").trim();
    const { head, tail } = pairOf(text, headName, tailName, place);
    return {
      id,
      text,
      head: { ...head, entity: headId },
      tail: { ...tail, entity: tailId },
      relation: relation.trim(),
    };
  });
}

/**
 * NYT lines of open relation extraction: dependency path, first entity, second entity, types (`PERSON-LOCATION`),
 * trigger, document, sentence, part-of-speech tags, Freebase relation (often empty, then the sentence has none).
 */
export function readNytLines(file: string, options: ReadOptions = {}): SentenceSet {
  return sentenceSet(file, options, (log) => nytItems(file, log, options));
}

/** The sentences of NYT lines one at a time: see `readNytLines`. */
export function nytItems(file: string, log: FaultLog, options: ReadOptions = {}): Iterable<Sentence> {
  return itemsOfLines(file, log, options, (line, { id, place }) => {
    const cells = cellsOf(line, 9, place);
    const [, headName = "", tailName = "", types = "", , , text = "", , relation = ""] = cells;
    const { head, tail } = pairOf(text, headName, tailName, place);
    const [headType = "", tailType = ""] = types.split("-");
    const label = relation.trim();
    return {
      id,
      text,
      head: { ...head, entity: headName, ...(headType === "" ? {} : { type: headType }) },
      tail: { ...tail, entity: tailName, ...(tailType === "" ? {} : { type: tailType }) },
      ...(label === "" ? {} : { relation: label }),
    };
  });
}
