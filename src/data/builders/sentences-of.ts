// Sentences with one pair of mentions each, out of documents whose relations join mentions or entities.

import type { Document } from "../document";
import { sentenceOfSpan } from "../document";
import type { Mention, Sentence } from "../sentence";
import type { DocumentSet } from "../sets/document-set";
import { SentenceSet } from "../sets/sentence-set";

/**
 * One sentence for each relation: the document's sentence where both mentions stand together (for related entities the
 * first such pair of mentions); relations across sentences are left out. Ids are document and relation, `own:3`.
 */
export function sentencesOf(documents: DocumentSet): SentenceSet {
  const sentences = documents.items.flatMap((document) =>
    document.relations.flatMap((relation, at) => {
      const heads =
        relation.headMention === undefined
          ? document.entities[relation.head]!.mentions
          : [relation.headMention];
      const tails =
        relation.tailMention === undefined
          ? document.entities[relation.tail]!.mentions
          : [relation.tailMention];
      const pair = pairInOneSentence(document, heads, tails);
      if (pair === undefined) return [];
      return [
        cut(document, pair, `${document.id}:${at + 1}`, relation.relation, [relation.head, relation.tail]),
      ];
    }),
  );
  const { provenance } = documents;
  return new SentenceSet(sentences, {
    provenance: { ...provenance, steps: [...provenance.steps, "sentencesOf"] },
  });
}

interface PairPlace {
  readonly head: Mention;
  readonly tail: Mention;
  readonly sentence: number;
}

function pairInOneSentence(
  document: Document,
  heads: readonly number[],
  tails: readonly number[],
): PairPlace | undefined {
  const tailBySentence = new Map<number, Mention>();
  for (const position of tails) {
    const tail = document.mentions[position]!;
    const sentence = sentenceOfSpan(document, tail);
    if (sentence !== undefined && !tailBySentence.has(sentence)) tailBySentence.set(sentence, tail);
  }
  for (const position of heads) {
    const head = document.mentions[position]!;
    const sentence = sentenceOfSpan(document, head);
    const tail = sentence === undefined ? undefined : tailBySentence.get(sentence);
    if (sentence !== undefined && tail !== undefined) return { head, tail, sentence };
  }
  return undefined;
}

function cut(
  { text, sentences, words, entities }: Document,
  { head, tail, sentence }: PairPlace,
  id: string,
  relation: string,
  [headEntity, tailEntity]: readonly [number, number],
): Sentence {
  const span = sentences[sentence]!;
  const [start, end] = [span.start, Math.max(span.end, head.end, tail.end)];
  const move = (mention: Mention, entity: number): Mention => ({
    ...mention,
    start: mention.start - start,
    end: mention.end - start,
    entity: entities[entity]!.id,
  });
  const own = words?.filter((word) => word.start >= start && word.end <= end);
  return {
    id,
    text: text.slice(start, end),
    head: move(head, headEntity),
    tail: move(tail, tailEntity),
    relation,
    ...(own === undefined
      ? {}
      : { words: own.map((word) => ({ start: word.start - start, end: word.end - start })) }),
  };
}
