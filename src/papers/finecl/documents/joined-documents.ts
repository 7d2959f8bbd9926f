// Short documents one after another as one, so that batches of long and short ones are not mostly padding.

import type { Document } from "../../../data";

type Span = Document["sentences"][number];

/** One document of several: spans, mentions and entities move; the id is that of the first. */
function joined(documents: readonly Document[]): Document {
  const texts: string[] = [];
  const sentences: Span[] = [];
  const mentions: Document["mentions"][number][] = [];
  const entities: Document["entities"][number][] = [];
  const relations: Document["relations"][number][] = [];
  const truth: Document["relations"][number][] = [];
  let by = 0;
  for (const one of documents) {
    const [firstMention, firstEntity] = [mentions.length, entities.length];
    const move = <S extends Span>(span: S): S => ({ ...span, start: span.start + by, end: span.end + by });
    const related = <R extends { readonly head: number; readonly tail: number }>(relation: R): R => ({
      ...relation,
      head: relation.head + firstEntity,
      tail: relation.tail + firstEntity,
    });
    sentences.push(...one.sentences.map(move));
    mentions.push(...one.mentions.map(move));
    entities.push(
      ...one.entities.map((entity) => ({
        ...entity,
        mentions: entity.mentions.map((at) => at + firstMention),
      })),
    );
    relations.push(...one.relations.map(related));
    truth.push(...(one.truth ?? []).map(related));
    texts.push(one.text);
    by += one.text.length + 1;
  }
  const isKnown = documents.every((one) => one.truth !== undefined);
  const id = documents[0]!.id;
  const text = texts.join(" ");
  return { id, text, sentences, mentions, entities, relations, ...(isKnown ? { truth } : {}) };
}

/** Every `together` documents as one; pairs across them have no relation. */
export function joinedDocuments(documents: readonly Document[], together: number): Document[] {
  if (together === 1) return [...documents];
  return Array.from({ length: Math.ceil(documents.length / together) }, (_, at) =>
    joined(documents.slice(at * together, (at + 1) * together)),
  );
}
