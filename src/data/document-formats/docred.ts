// Reader of DocRED's JSON form (Yao et al. 2019), which Re-DocRED (Tan et al. 2022) and GenRDK keep.

import { DataError, type Place } from "../../core";
import { checkDocument, type Document, type DocumentRelation, type Entity } from "../document";
import type { Mention } from "../sentence";
import { shorten, type ReadOptions } from "../input/faults";
import {
  asIndex,
  asList,
  asOptionalText,
  asPair,
  asRecord,
  asText,
  asTexts,
  fieldFault,
} from "../input/fields";
import { joinWords, sentenceSpans, spanOfWords } from "../input/words";
import { documentSet, itemsOfRecords, withDistinctIds } from "../formats/reading";
import type { DocumentSet } from "../sets/document-set";

/**
 * An array of { `title`, `sents` [[token]], `vertexSet` [[{ `type`, `sent_id`, `pos` }]], `labels` [{ `h`, `t`, `r`,
 * `evidence` }] }. Positions are tokens in the sentence, end exclusive; the tokens at `pos` count, not `name`. Entity
 * pairs may have several relations; evidence may be empty; `labels` may be missing (a blind test split). Titles are
 * ids: a title that occurs again gets `#` and its position.
 */
export function readDocRed(file: string, options: ReadOptions = {}): DocumentSet {
  return documentSet(file, options, (log) =>
    withDistinctIds(itemsOfRecords(file, log, options, (record) => docRedDocument(record, {}))),
  );
}

function docRedDocument(record: unknown, place: Place): Document {
  const fields = asRecord(record, "record", place);
  const id = asText(fields["title"], "title", place);
  const tokens = asList(fields["sents"], "sents", place).map((sentence, at) =>
    asTexts(sentence, `sents[${at}]`, place),
  );
  const { text, words } = joinWords(tokens.flat());
  const firstWords = [0];
  for (const { length } of tokens) firstWords.push(firstWords.at(-1)! + length);
  const sentences = sentenceSpans(tokens, words);
  if (sentences.length !== tokens.length)
    throw new DataError(`document "${shorten(id, 40)}": an empty sentence: remove it`, place);
  const mentions: Mention[] = [];
  const entities = asList(fields["vertexSet"], "vertexSet", place).map((vertex, at): Entity => {
    const positions = asList(vertex, `vertexSet[${at}]`, place).map((item, index) => {
      const name = `vertexSet[${at}][${index}]`;
      const mention = asRecord(item, name, place);
      const sentence = asIndex(mention["sent_id"], `${name}.sent_id`, place, tokens.length);
      const [first, last] = asPair(mention["pos"], `${name}.pos`, place);
      const start = firstWords[sentence]!;
      const isInside = first >= 0 && last <= tokens[sentence]!.length;
      const span = isInside ? spanOfWords(words, start + first, start + last) : undefined;
      if (span === undefined) {
        const wanted = `[start, end) within the ${tokens[sentence]!.length} tokens of sentence ${sentence}`;
        throw fieldFault(`${name}.pos`, [first, last], wanted, place);
      }
      const type = asOptionalText(mention["type"], `${name}.type`, place);
      return mentions.push({ start: span.start, end: span.end, ...(type === undefined ? {} : { type }) }) - 1;
    });
    const type = mentions[positions[0] ?? -1]?.type;
    return { id: String(at), mentions: positions, ...(type === undefined ? {} : { type }) };
  });
  const relations = asList(fields["labels"] ?? [], "labels", place).map((item, at): DocumentRelation => {
    const label = asRecord(item, `labels[${at}]`, place);
    const evidence = asList(label["evidence"] ?? [], `labels[${at}].evidence`, place);
    return {
      head: asIndex(label["h"], `labels[${at}].h`, place, entities.length),
      tail: asIndex(label["t"], `labels[${at}].t`, place, entities.length),
      relation: asText(label["r"], `labels[${at}].r`, place),
      evidence: evidence.map((sentence) => asIndex(sentence, `labels[${at}].evidence`, place, tokens.length)),
    };
  });
  return checkDocument({ id, text, sentences, words, mentions, entities, relations }, place);
}
