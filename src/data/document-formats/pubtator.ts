// Reader of PubTator files (Wei et al. 2013) with relations, as BioRED is spread.

import { DataError } from "../../core";
import type { Document } from "../document";
import { shorten, type FaultLog, type ReadOptions } from "../input/faults";
import { linesOf, type Line } from "../input/lines";
import { documentSet } from "../formats/reading";
import type { DocumentSet } from "../sets/document-set";
import { conceptDocument, type ConceptMention, type ConceptRelation, type Passage } from "./concepts";

/**
 * Documents of a PubTator file: `pmid|t|title`, `pmid|a|abstract`, mentions `pmid<TAB>start<TAB>end<TAB>text<TAB>type<TAB>ids`,
 * relations `pmid<TAB>type<TAB>id<TAB>id<TAB>novelty`, an empty line between documents. Offsets are characters into
 * title, one space, abstract. Title and abstract are the document's sentences.
 */
export function readPubTator(file: string, options: ReadOptions = {}): DocumentSet {
  return documentSet(file, options, (log) => pubTatorItems(file, log));
}

function* pubTatorItems(file: string, log: FaultLog): Generator<Document> {
  for (const block of blocksOf(file)) {
    const document = log.attempt(() => documentOf(block, file));
    if (document !== undefined) yield document;
  }
}

/** Lines that belong to one document: up to an empty line, or to the title of the next. */
function* blocksOf(file: string): Generator<readonly Line[]> {
  let block: Line[] = [];
  for (const line of linesOf(file)) {
    const isBlank = line.text.trim() === "";
    if (block.length > 0 && (isBlank || /^[^\t|]+\|t\|/.test(line.text))) {
      yield block;
      block = [];
    }
    if (!isBlank) block.push(line);
  }
  if (block.length > 0) yield block;
}

function documentOf(block: readonly Line[], file: string): Document {
  const place = { file, line: block[0]!.number };
  const title = /^([^\t|]+)\|t\|(.*)$/.exec(block[0]!.text);
  const abstract = /^([^\t|]+)\|a\|(.*)$/.exec(block[1]?.text ?? "");
  if (title === null || abstract === null || title[1] !== abstract[1])
    throw new DataError(
      "a document must begin with its lines id|t|title and id|a|abstract: correct them",
      place,
    );
  const id = title[1]!;
  const passages: Passage[] = [
    { offset: 0, text: title[2]! },
    { offset: [...title[2]!].length + 1, text: abstract[2]! },
  ];
  const mentions: ConceptMention[] = [];
  const relations: ConceptRelation[] = [];
  for (const { number, text } of block.slice(2)) {
    const at = { file, line: number };
    const [owner = "", ...cells] = text.split("\t");
    if (owner !== id)
      throw new DataError(
        `"${shorten(owner, 20)}" within document "${shorten(id, 40)}": an empty line is missing`,
        at,
      );
    const [start = "", end = ""] = cells;
    if (cells.length >= 5 && /^\d+$/.test(start) && /^\d+$/.test(end)) {
      const [, , covered = "", type = "", ids = ""] = cells;
      mentions.push({
        offset: Number(start),
        length: Number(end) - Number(start),
        text: covered,
        type,
        ids,
        place: at,
      });
    } else if (cells.length === 3 || cells.length === 4) {
      const [relation = "", first = "", second = "", novel] = cells;
      relations.push({ relation, first, second, novel, place: at });
    } else {
      const wanted = "expected a mention (start, end, text, type, ids) or a relation (type, id, id, novelty)";
      throw new DataError(`${cells.length} cells after the id, ${wanted}: correct it`, at);
    }
  }
  return conceptDocument(id, passages, mentions, relations, place);
}
