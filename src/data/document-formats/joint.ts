// Reader of joint entity and relation data in SpERT's JSON form (Eberts and Ulges 2020): ADE with its folds, SciERC.

import type { Place } from "../../core";
import { checkDocument, type Document } from "../document";
import type { Mention } from "../sentence";
import type { ReadOptions } from "../input/faults";
import { asIndex, asList, asOptionalText, asRecord, asText, asTexts, fieldFault } from "../input/fields";
import { recordOfFile, within } from "../input/json-file";
import { joinWords, spanOf, spanOfWords } from "../input/words";
import { documentSet, itemsOfRecords, withDistinctIds } from "../formats/reading";
import type { DocumentSet } from "../sets/document-set";

/** A fold of a cross-validation: the file of folds, which fold, and which side of it. */
export interface Fold {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly part: "train" | "test";
}

/**
 * Sentences with entities and relations: an array of { `tokens`, `entities` [{ `type`, `start`, `end` }], `relations`
 * [{ `type`, `head`, `tail` }], `orig_id` }; token offsets, end exclusive. Each sentence is a document; overlapping
 * entities are kept; relations hold between mentions, each an entity of its own. With `fold`, only its sentences, in
 * the order of the fold.
 */
export function readJoint(file: string, options: ReadOptions & { readonly fold?: Fold } = {}): DocumentSet {
  const set = documentSet(file, options, (log) =>
    withDistinctIds(
      itemsOfRecords(file, log, options, (record, { number }) => jointDocument(record, number - 1, {})),
    ),
  );
  if (options.fold === undefined) return set;
  const { fold } = options;
  return within(fold.file, `split_${fold.number}`, () => set.byIds(foldIds(fold)));
}

function foldIds({ file, number, part }: Fold): readonly string[] {
  const folds = recordOfFile(file);
  const fold = asRecord(folds[`split_${number}`], `split_${number}`, { file });
  const ids = asList(fold[`${part} set`], `split_${number}.${part} set`, { file });
  return ids.map((id) => asOptionalText(id, "id", { file }) ?? "");
}

function jointDocument(record: unknown, index: number, place: Place): Document {
  const fields = asRecord(record, "record", place);
  const { text, words } = joinWords(asTexts(fields["tokens"], "tokens", place));
  const mentions = asList(fields["entities"], "entities", place).map((entity, at): Mention => {
    const name = `entities[${at}]`;
    const { type, start, end } = asRecord(entity, name, place);
    const span = spanOfWords(
      words,
      asIndex(start, `${name}.start`, place),
      asIndex(end, `${name}.end`, place),
    );
    if (span === undefined)
      throw fieldFault(name, [start, end], `[start, end) within the ${words.length} tokens`, place);
    return { start: span.start, end: span.end, type: asText(type, `${name}.type`, place) };
  });
  const relations = asList(fields["relations"], "relations", place).map((relation, at) => {
    const { type, head, tail } = asRecord(relation, `relations[${at}]`, place);
    const from = asIndex(head, `relations[${at}].head`, place, mentions.length);
    const to = asIndex(tail, `relations[${at}].tail`, place, mentions.length);
    const name = asText(type, `relations[${at}].type`, place);
    return { head: from, tail: to, headMention: from, tailMention: to, relation: name };
  });
  const entities = mentions.map(({ type }, at) => ({
    id: String(at),
    mentions: [at],
    ...(type === undefined ? {} : { type }),
  }));
  const id = asOptionalText(fields["orig_id"], "orig_id", place) ?? String(index);
  const sentences = text === "" ? [] : [spanOf(0, text.length)];
  return checkDocument({ id, text, sentences, words, mentions, entities, relations }, place);
}
