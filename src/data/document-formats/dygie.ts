// Reader of SciERC's own JSON lines (Luan et al. 2018, as DyGIE spread them): documents with coreference clusters.

import type { Place } from "../../core";
import { checkDocument, type Document, type DocumentRelation, type Entity } from "../document";
import type { Mention, Span } from "../sentence";
import { parseJson, type ReadOptions } from "../input/faults";
import { asList, asRecord, asText, asTexts, fieldFault, isInteger } from "../input/fields";
import { joinWords, sentenceSpans, spanOfWords } from "../input/words";
import { documentSet, itemsOfLines } from "../formats/reading";
import type { DocumentSet } from "../sets/document-set";

/**
 * One document a line: `doc_key`, `sentences` [[token]], `ner` and `relations` a list for each sentence, `clusters`;
 * token offsets count in the document, **end inclusive**. Entities are the clusters, then the mentions in none.
 */
export function readDygie(file: string, options: ReadOptions = {}): DocumentSet {
  return documentSet(file, options, (log) =>
    itemsOfLines(file, log, options, (text, { number, place }) =>
      dygieDocument(parseJson(text, place), number, place),
    ),
  );
}

function dygieDocument(record: unknown, line: number, place: Place): Document {
  const fields = asRecord(record, "line", place);
  const tokens = asList(fields["sentences"], "sentences", place).map((sentence, at) =>
    asTexts(sentence, `sentences[${at}]`, place),
  );
  const { text, words } = joinWords(tokens.flat());
  const sentences = sentenceSpans(tokens, words);
  const mentions: Mention[] = [];
  const byWords = new Map<string, number>();
  for (const { numbers, label, name } of entriesOf(fields["ner"], "ner", 2, place)) {
    const [first = 0, last = 0] = numbers;
    const span = wordSpan(words, first, last, name, place);
    byWords.set(`${first}-${last}`, mentions.length);
    mentions.push({ start: span.start, end: span.end, type: label });
  }
  const mentionOf = (first: number, last: number, name: string): number => {
    const known = byWords.get(`${first}-${last}`);
    if (known !== undefined) return known;
    const span = wordSpan(words, first, last, name, place);
    byWords.set(`${first}-${last}`, mentions.length);
    return mentions.push({ start: span.start, end: span.end }) - 1;
  };
  const entities: Entity[] = [];
  asList(fields["clusters"] ?? [], "clusters", place).forEach((cluster, at) => {
    const positions = asList(cluster, `clusters[${at}]`, place).map((pair) => {
      const [first = 0, last = 0] = numbersOf(pair, 2, `clusters[${at}]`, place);
      return mentionOf(first, last, `clusters[${at}]`);
    });
    entities.push({ id: `cluster-${at}`, mentions: [...new Set(positions)], isCluster: true });
  });
  const pairs = entriesOf(fields["relations"], "relations", 4, place).map(({ numbers, label, name }) => {
    const [first = 0, last = 0, from = 0, to = 0] = numbers;
    return {
      headMention: mentionOf(first, last, name),
      tailMention: mentionOf(from, to, name),
      relation: label,
    };
  });
  const entityOf = new Map<number, number>();
  entities.forEach((entity, at) => {
    for (const mention of entity.mentions) if (!entityOf.has(mention)) entityOf.set(mention, at);
  });
  mentions.forEach((_, mention) => {
    if (!entityOf.has(mention))
      entityOf.set(mention, entities.push({ id: `mention-${mention}`, mentions: [mention] }) - 1);
  });
  const typed = entities.map((entity): Entity => {
    const type = mentions[entity.mentions[0] ?? -1]?.type;
    return type === undefined ? entity : { ...entity, type };
  });
  const relations = pairs.map((pair): DocumentRelation => ({
    head: entityOf.get(pair.headMention)!,
    tail: entityOf.get(pair.tailMention)!,
    ...pair,
  }));
  const id = fields["doc_key"] === undefined ? String(line) : asText(fields["doc_key"], "doc_key", place);
  return checkDocument({ id, text, sentences, words, mentions, entities: typed, relations }, place);
}

interface Entry {
  readonly numbers: readonly number[];
  readonly label: string;
  readonly name: string;
}

/** The entries of a list of lists (one for each sentence): some whole numbers and a label each. */
function entriesOf(value: unknown, field: string, count: number, place: Place): Entry[] {
  return asList(value ?? [], field, place).flatMap((sentence, at) =>
    asList(sentence, `${field}[${at}]`, place).map((entry, index) => {
      const name = `${field}[${at}][${index}]`;
      const parts = asList(entry, name, place);
      return {
        numbers: numbersOf(parts.slice(0, count), count, name, place),
        label: asText(parts[count], name, place),
        name,
      };
    }),
  );
}

function numbersOf(value: unknown, count: number, name: string, place: Place): readonly number[] {
  const list = asList(value, name, place);
  if (list.length !== count || !list.every(isInteger))
    throw fieldFault(name, value, `${count} whole numbers`, place);
  return list.filter(isInteger);
}

/** The span of words first to last, both counted in. */
function wordSpan(words: readonly Span[], first: number, last: number, name: string, place: Place): Span {
  const span = spanOfWords(words, first, last + 1);
  if (span === undefined)
    throw fieldFault(name, [first, last], `[first, last] within the ${words.length} tokens`, place);
  return span;
}
