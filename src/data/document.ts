// A document with many mentions: sentences, entities, and relations between entities.

import { DataError, type Place } from "../core";
import { shorten } from "./input/faults";
import type { Mention, Span } from "./sentence";

/** An entity of a document and its mentions (positions in `Document.mentions`); a mention may belong to several. */
export interface Entity {
  readonly id: string;
  readonly type?: string;
  readonly mentions: readonly number[];
  /** True where the source itself groups the mentions as one, by coreference. */
  readonly isCluster?: boolean;
}

/** A relation between two entities (positions in `Document.entities`). */
export interface DocumentRelation {
  readonly head: number;
  readonly tail: number;
  readonly relation: string;
  /** Where the source relates mentions rather than entities: their positions in `Document.mentions`. */
  readonly headMention?: number;
  readonly tailMention?: number;
  /** Positions in `Document.sentences` that support it. */
  readonly evidence?: readonly number[];
  /** True where head and tail may be swapped. */
  readonly isUndirected?: boolean;
  /** Whether the source says that the relation is new in this document. */
  readonly isNovel?: boolean;
}

/** A relation that a document really states, beside those it is labelled with: for scoring, never for training. */
export interface StatedRelation extends DocumentRelation {
  /** Which way of saying the relation the text takes. */
  readonly phrasing?: string;
}

/** A text with its sentences, mentions, entities and relations. */
export interface Document {
  readonly id: string;
  readonly text: string;
  /** The source's sentences; its passages where it marks no sentences. */
  readonly sentences: readonly Span[];
  /** The source's words, where it gives them. */
  readonly words?: readonly Span[];
  readonly mentions: readonly Mention[];
  readonly entities: readonly Entity[];
  readonly relations: readonly DocumentRelation[];
  /** What the text states, where that is known apart from the labels. */
  readonly truth?: readonly StatedRelation[];
}

/** The document itself, or a `DataError` naming the first span, mention or entity that is not in it. */
export function checkDocument(document: Document, place: Place = {}): Document {
  const { id, text, mentions, entities, sentences, relations } = document;
  const fault = (what: string, wanted: string): DataError =>
    new DataError(`document "${shorten(id, 40)}": ${what}, expected ${wanted}: correct it`, place);
  const checkSpans = (spans: readonly Span[], name: string): void => {
    spans.forEach(({ start, end }, index) => {
      if (
        !Number.isInteger(start) ||
        !Number.isInteger(end) ||
        start < 0 ||
        end > text.length ||
        start >= end
      )
        throw fault(`${name} ${index} is [${start}, ${end})`, `a span within its ${text.length} characters`);
    });
  };
  checkSpans(mentions, "mention");
  checkSpans(sentences, "sentence");
  const checkIndex = (index: number | undefined, below: number, what: string, of: string): void => {
    if (index === undefined || (Number.isInteger(index) && index >= 0 && index < below)) return;
    throw fault(`${what} is ${index}`, `one of its ${below} ${of}`);
  };
  entities.forEach((entity, at) => {
    for (const index of entity.mentions)
      checkIndex(index, mentions.length, `a mention of entity ${at}`, "mentions");
  });
  relations.forEach((relation, at) => {
    checkIndex(relation.head, entities.length, `the head of relation ${at}`, "entities");
    checkIndex(relation.tail, entities.length, `the tail of relation ${at}`, "entities");
    checkIndex(relation.headMention, mentions.length, `the head mention of relation ${at}`, "mentions");
    checkIndex(relation.tailMention, mentions.length, `the tail mention of relation ${at}`, "mentions");
    for (const index of relation.evidence ?? [])
      checkIndex(index, sentences.length, `evidence of relation ${at}`, "sentences");
  });
  return document;
}

/** The position of the sentence that holds a span's first character; undefined when none does. */
export function sentenceOfSpan({ sentences }: Document, { start }: Span): number | undefined {
  let [low, high] = [0, sentences.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const sentence = sentences[middle]!;
    if (start < sentence.start) high = middle - 1;
    else if (start >= sentence.end) low = middle + 1;
    else return middle;
  }
  return undefined;
}
