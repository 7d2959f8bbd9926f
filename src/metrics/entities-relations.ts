// Strict scores of joint entity and relation extraction, as the SpERT evaluator counts them; and BIO tags as chunks.

import { DataError, ShapeError } from "../core";
import { scoreTyped, type ExtractionScores, type TypedItem } from "./typed-counts";

/** An entity: words or characters from `start` up to but not including `end`, and its type. */
export interface TypedSpan {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** Entities of a text and relations between them, by position in the list. */
export interface Extraction {
  readonly entities: readonly TypedSpan[];
  readonly relations: readonly { readonly head: number; readonly tail: number; readonly type: string }[];
}

/** Scores of entities, and of relations with and without the types of their entities. */
export interface EntityRelationScores {
  /** Boundaries and type must be right. */
  readonly entities: ExtractionScores;
  /** Type, both arguments and their types must be right. */
  readonly relations: ExtractionScores;
  /** Type and the boundaries of both arguments must be right. */
  readonly relationsByBoundaries: ExtractionScores;
}

const span = ({ start, end }: TypedSpan): string => `${start}-${end}`;

function relationItems({ entities, relations }: Extraction, withTypes: boolean, where: string): TypedItem[] {
  return relations.map(({ head, tail, type }) => {
    const sides = [head, tail].map((index) => {
      const entity = entities[index];
      if (entity === undefined)
        throw new DataError(
          `a relation of ${where} names entity ${index}, but there are ${entities.length}, counted from 0`,
        );
      return span(entity) + (withTypes ? ` ${entity.type}` : "");
    });
    return { key: sides.join(" > "), type };
  });
}

/**
 * Scores extractions text by text; duplicates count once.
 *
 * @example scoreExtractions(gold, predicted).relations.micro.f1
 * @throws ShapeError for lists of different length, DataError for a relation between entities that are not there
 */
export function scoreExtractions(
  gold: readonly Extraction[],
  predicted: readonly Extraction[],
): EntityRelationScores {
  if (predicted.length !== gold.length)
    throw new ShapeError("the predicted extractions", [predicted.length], [gold.length]);
  const both = (items: (of: Extraction, where: string) => TypedItem[]): ExtractionScores =>
    scoreTyped(
      gold.map((of, index) => items(of, `gold text ${index}`)),
      predicted.map((of, index) => items(of, `predicted text ${index}`)),
    );
  return {
    entities: both(({ entities }) => entities.map((entity) => ({ key: span(entity), type: entity.type }))),
    relations: both((of, where) => relationItems(of, true, where)),
    relationsByBoundaries: both((of, where) => relationItems(of, false, where)),
  };
}

/**
 * How tags are read. `strict`: a chunk starts with B; an I without an open chunk of its type starts nothing and ends
 * an open one (paper 003, and seqeval's strict IOB2). `conll`: an I that cannot continue starts a chunk (seqeval's
 * default).
 */
export type BioReading = "strict" | "conll";

/** The chunks of a list of tags such as `B-DRUG`, `I-DRUG`, `O`, in order. */
export function chunksOf(tags: readonly string[], reading: BioReading = "strict"): TypedSpan[] {
  const chunks: TypedSpan[] = [];
  let open: { start: number; type: string } | undefined;
  const close = (end: number): void => {
    if (open !== undefined) chunks.push({ ...open, end });
    open = undefined;
  };
  tags.forEach((tag, index) => {
    const found = /^(?:O|([BI])-(.+))$/.exec(tag);
    if (found === null) throw new DataError(`tag ${index} is "${tag}": expected O, or B- or I- and a type`);
    const [, mark, type] = found;
    if (mark === "I" && open?.type === type) return;
    close(index);
    if (type !== undefined && (mark === "B" || reading === "conll")) open = { start: index, type };
  });
  close(tags.length);
  return chunks;
}

/** Scores of chunks in lists of tags. */
export function scoreTags(
  gold: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  reading: BioReading = "strict",
): ExtractionScores {
  if (predicted.length !== gold.length)
    throw new ShapeError("the predicted tags", [predicted.length], [gold.length]);
  const items = (lists: readonly (readonly string[])[]) =>
    lists.map((tags) => chunksOf(tags, reading).map((chunk) => ({ key: span(chunk), type: chunk.type })));
  return scoreTyped(items(gold), items(predicted));
}
