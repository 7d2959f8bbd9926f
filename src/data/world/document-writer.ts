// One document: sentences about facts, mentions gathered into entities, and what it states.

import type { Document, DocumentRelation, Entity, StatedRelation } from "../document";
import type { Mention, Span } from "../sentence";
import { wordSpans } from "./words";
import type { Fact, WorldEntity } from "./knowledge";
import { adorn } from "./sentences";
import { NONE, type Statement } from "./statements";
import { write, type Voice, type Written } from "./template";

/** A sentence to be written: a pair, and what is said of it. */
export interface Told {
  readonly head: WorldEntity;
  readonly tail: WorldEntity;
  readonly statement: Statement;
}

interface Stated extends Fact {
  readonly phrasing?: string;
  readonly sentence: number;
}

/** Sentences put together; `labels` chooses the relations out of the entities and what is stated. */
export function writeDocument(
  voice: Voice,
  id: string,
  told: readonly Told[],
  labels: (
    entities: readonly WorldEntity[],
    stated: readonly StatedRelation[],
  ) => readonly DocumentRelation[],
): Document {
  const named = new Set<WorldEntity>();
  const stated: Stated[] = [];
  const parts: Written[] = told.map(({ head, tail, statement }, sentence) => {
    const { resolved, slots, second } = adorn(voice, statement, { h: head, t: tail });
    const note = (pair: Pick<Fact, "head" | "tail">, { truth }: Statement): void => {
      const { relation, phrasing } = truth;
      if (relation === NONE) return;
      const rest = { sentence, ...(phrasing === undefined ? {} : { phrasing }) };
      stated.push({ head: pair.head, tail: pair.tail, relation, ...rest });
      const { isSymmetric, inverse } = voice.content.relations[relation]!;
      const back = isSymmetric ? relation : inverse;
      if (back !== undefined && !voice.isPlain)
        stated.push({ head: pair.tail, tail: pair.head, relation: back, ...rest });
    };
    note({ head, tail }, statement);
    if (second !== undefined) note(second.fact, second.statement);
    const written = write(voice, resolved, slots, (entity) => named.has(entity));
    for (const { entity } of written.mentions) named.add(entity);
    return written;
  });
  const { text, sentences, mentions, entities } = join(parts, voice);
  const places = new Map(entities.map((entity, at) => [entity, at]));
  const truth = merge(
    stated.map(({ head, relation, tail, sentence, phrasing }) => ({
      head: places.get(head)!,
      tail: places.get(tail)!,
      relation,
      evidence: [sentence],
      ...(phrasing === undefined ? {} : { phrasing }),
    })),
  );
  const marked = mentions.map(({ start, end, entity }): Mention => ({
    start,
    end,
    type: entity.type,
    entity: entity.id,
  }));
  const listed = entities.map((entity): Entity => ({
    id: entity.id,
    type: entity.type,
    mentions: mentions.flatMap((mention, at) => (mention.entity === entity ? [at] : [])),
  }));
  const words = wordSpans(text);
  return {
    id,
    text,
    sentences,
    words,
    mentions: marked,
    entities: listed,
    relations: labels(entities, truth),
    truth,
  };
}

interface Joined {
  readonly text: string;
  readonly sentences: readonly Span[];
  readonly mentions: readonly {
    readonly start: number;
    readonly end: number;
    readonly entity: WorldEntity;
  }[];
  readonly entities: readonly WorldEntity[];
}

/** The parts as one text; a place in the name of an organisation is a mention too, inside the other. */
function join(parts: readonly Written[], { pool }: Voice): Joined {
  let text = "";
  const sentences: Span[] = [];
  const mentions: { start: number; end: number; entity: WorldEntity }[] = [];
  for (const part of parts) {
    if (text !== "") text += " ";
    const from = text.length;
    text += part.text;
    sentences.push({ start: from, end: text.length });
    for (const { start, end, entity } of part.mentions) {
      mentions.push({ start: from + start, end: from + end, entity });
      const place = entity.place === undefined ? undefined : pool.placeNamed(entity.place);
      if (place !== undefined && part.text.startsWith(place.full, start))
        mentions.push({ start: from + start, end: from + start + place.full.length, entity: place });
    }
  }
  return { text, sentences, mentions, entities: [...new Set(mentions.map(({ entity }) => entity))] };
}

/** One relation for each head, tail and name; evidence together, the first phrasing kept. */
function merge(relations: readonly StatedRelation[]): StatedRelation[] {
  const merged = new Map<string, StatedRelation>();
  for (const relation of relations) {
    const key = `${relation.head} ${relation.tail} ${relation.relation}`;
    const known = merged.get(key);
    const evidence = [...new Set([...(known?.evidence ?? []), ...(relation.evidence ?? [])])];
    merged.set(key, { ...(known ?? relation), evidence });
  }
  return [...merged.values()];
}
