// The views of documents: distantly labelled ones, and cleanly labelled ones with an unlabelled part for pre-training.

import type { Document, DocumentRelation, StatedRelation } from "../document";
import { DocumentSet } from "../sets/document-set";
import type { PoolName, SplitSizes } from "./content";
import { writeDocument, type Told } from "./document-writer";
import type { Fact, WorldEntity } from "./knowledge";
import { drawFact, voiceFor, type ViewSource } from "./sentence-views";
import { distractorOf, noiseOf, statementOf } from "./statements";
import type { Voice } from "./template";

/** How `documents` labels: as Re-DocRED does, or as BioRED does. */
export type DocumentForm = "directed, multi-label" | "undirected, single-label";

const poolOf = (split: string): PoolName =>
  split === "dev" || split === "test" ? split : split === "unlabelled" ? "text" : "train";

/** Facts of one document: each shares an entity with an earlier one where it can; a pair's other relations come along. */
function factsTogether(voice: Voice, count: number): Fact[] {
  const { pool, random } = voice;
  const facts: Fact[] = [drawFact(voice)];
  while (facts.length < count) {
    const { head, tail } = random.choice(facts);
    const near = pool.factsAbout(random.uniform() < 0.5 ? head : tail);
    const fact = random.uniform() < 0.6 ? random.choice(near) : drawFact(voice);
    const isKnown = facts.some((one) => samePair(one, fact));
    facts.push(isKnown ? drawFact(voice) : fact);
  }
  return facts;
}

const samePair = (one: Fact, other: Fact): boolean =>
  (one.head === other.head && one.tail === other.tail) ||
  (one.head === other.tail && one.tail === other.head);

/** A sentence about two entities of the facts between which nothing holds. */
function aside(voice: Voice, facts: readonly Pick<Fact, "head" | "tail">[]): Told[] {
  const { pool, random } = voice;
  const [one, other] = [random.choice(facts), random.choice(facts)];
  const [head, tail] = [one.head, other.tail];
  if (head === tail || pool.areRelated(head, tail)) return [];
  return [{ head, tail, statement: distractorOf(voice, head, tail, 0.2) }];
}

/** Labels by alignment: every relation that holds between two entities of the document, said there or not. */
const aligned =
  ({ pool }: Voice) =>
  (entities: readonly WorldEntity[]): DocumentRelation[] =>
    entities.flatMap((head, from) =>
      entities.flatMap((tail, to) =>
        pool.relationsOf(head, tail).map((relation) => ({ head: from, tail: to, relation })),
      ),
    );

const stated = (_: readonly WorldEntity[], truth: readonly StatedRelation[]): DocumentRelation[] =>
  truth.map(({ head, tail, relation, evidence = [] }) => ({ head, tail, relation, evidence }));

/** Short documents: "train" with distant labels at a noise rate, "clean", "dev" and "test" with true ones. */
export function distantDocumentSets(
  source: ViewSource,
  sizes: SplitSizes,
  noise: number,
): Map<string, DocumentSet> {
  const sets = new Map<string, DocumentSet>();
  for (const [split, size] of Object.entries(sizes)) {
    const voice = voiceFor(source, poolOf(split), `distant-documents ${split}`);
    const isDistant = split === "train";
    const documents = Array.from({ length: size }, (_, at) => {
      const facts = factsTogether(voice, 2 + voice.random.integer(2));
      const told = facts.map((fact): Told => {
        const isNoise = isDistant && voice.random.uniform() < noise;
        const known = voice.pool.relationsOf(fact.head, fact.tail);
        const statement = isNoise ? noiseOf(voice, fact, known) : statementOf(voice, fact.relation);
        return { head: fact.head, tail: fact.tail, statement };
      });
      if (voice.random.uniform() < 0.4) told.push(...aside(voice, facts));
      const order = voice.random.shuffle(told);
      return writeDocument(voice, `${split}-${at + 1}`, order, isDistant ? aligned(voice) : stated);
    });
    sets.set(split, DocumentSet.from(documents, { name: "world/distant-documents" }));
  }
  return sets;
}

/** Longer documents with all that they state, and "unlabelled" ones in which pairs come back in other words. */
export function documentSets(
  source: ViewSource,
  sizes: SplitSizes,
  form: DocumentForm,
): Map<string, DocumentSet> {
  const sets = new Map<string, DocumentSet>();
  for (const [split, size] of Object.entries(sizes)) {
    const voice = voiceFor(source, poolOf(split), `documents ${split}`);
    const documents =
      split === "unlabelled" ? repeatedPairs(voice, size) : labelledDocuments(voice, split, size);
    const items =
      form === "directed, multi-label"
        ? documents
        : documents.map((document) => undirected(document, source));
    sets.set(split, DocumentSet.from(items, { name: "world/documents" }));
  }
  return sets;
}

function labelledDocuments(voice: Voice, split: string, size: number): Document[] {
  const { pool, random } = voice;
  return Array.from({ length: size }, (_, at) => {
    const facts = factsTogether(voice, 3 + random.integer(3));
    const told = facts.flatMap(({ head, tail, relation }): Told[] => {
      const all = pool.relationsOf(head, tail);
      const others = all.filter((one) => one !== relation);
      return [relation, ...others].map((one) => ({ head, tail, statement: statementOf(voice, one) }));
    });
    for (let asides = random.integer(3); asides > 0; asides--) told.push(...aside(voice, facts));
    return writeDocument(voice, `${split}-${at + 1}`, random.shuffle(told), stated);
  });
}

/** Documents of three sentences each, without labels; every fact is told two or three times, in different ways. */
function repeatedPairs(voice: Voice, size: number): Document[] {
  const { random } = voice;
  const told: Told[] = [];
  while (told.length < 3 * size) {
    const fact = drawFact(voice);
    const used = new Set<string>();
    for (let times = 2 + random.integer(2); times > 0; times--) {
      const isAside = random.uniform() < 0.12 && !voice.isPlain;
      const statement = isAside
        ? noiseOf(voice, fact, voice.pool.relationsOf(fact.head, fact.tail))
        : statementOf(voice, fact.relation, used);
      used.add(statement.truth.phrasing ?? "");
      told.push({ head: fact.head, tail: fact.tail, statement });
    }
  }
  const order = apart(random.shuffle(told.slice(0, 3 * size)), size);
  return order.map((part, at) => {
    const asides = random.uniform() < 0.6 ? aside(voice, part) : [];
    return writeDocument(voice, `unlabelled-${at + 1}`, [...part, ...asides], () => []);
  });
}

/** Groups of three in which no pair comes twice, as far as a few moves can see to it. */
function apart(told: readonly Told[], size: number): Told[][] {
  const groups = Array.from({ length: size }, (): Told[] => []);
  told.forEach((one, at) => {
    const fits = (group: readonly Told[]): boolean =>
      group.length < 3 && !group.some(({ head, tail }) => head === one.head && tail === one.tail);
    for (let step = 0; step < size; step++) {
      const group = groups[(at + step) % size]!;
      if (!fits(group)) continue;
      group.push(one);
      return;
    }
    groups.find((group) => group.length < 3)?.push(one);
  });
  return groups;
}

/** The same document with one undirected relation a pair; a relation and its inverse become one. */
function undirected(document: Document, { content, isControl }: ViewSource): Document {
  const turn = <R extends DocumentRelation>(relations: readonly R[]): R[] => {
    const byPair = new Map<string, R>();
    for (const relation of relations) {
      const [head, tail] = [Math.min(relation.head, relation.tail), Math.max(relation.head, relation.tail)];
      const { inverse } = content.relations[relation.relation]!;
      const name =
        inverse === undefined || isControl
          ? relation.relation
          : [relation.relation, inverse].sort().reverse().join(" or ");
      const key = `${head} ${tail}`;
      if (!byPair.has(key)) byPair.set(key, { ...relation, head, tail, relation: name, isUndirected: true });
    }
    return [...byPair.values()];
  };
  const { truth } = document;
  return {
    ...document,
    relations: turn(document.relations),
    ...(truth === undefined ? {} : { truth: turn(truth) }),
  };
}
