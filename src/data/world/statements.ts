// What is said of a pair: a relation in one of its ways of saying, or something that states none.

import type { Truth } from "../sentence";
import type { EntityType, RelationContent } from "./content";
import type { Fact, WorldEntity } from "./knowledge";
import { happens, pick, type Voice } from "./template";

/** A template for a pair (`{h}`, `{t}`) and what it states. */
export interface Statement {
  readonly template: string;
  readonly truth: Truth;
  /** The relation whose parent sets the topic of the sentence. */
  readonly about: string;
  readonly isShared: boolean;
}

/** The label of pairs and sentences without relation. */
export const NONE = "NA";

const swapped = (template: string): string =>
  template.replace(
    /\{([ht])(\+?)\}/g,
    (_, slot: string, mark: string) => `{${slot === "h" ? "t" : "h"}${mark}}`,
  );

interface Way {
  readonly template: string;
  readonly phrasing: string;
}

/** The own ways of saying a relation with the head named first, or the tail; an inverse borrows those of its inverse. */
export function waysOf(voice: Voice, relation: string, isHeadFirst: boolean): readonly Way[] {
  const content = voice.content.relations[relation]!;
  if (content.headFirst === undefined && content.inverse !== undefined)
    return waysOf(voice, content.inverse, !isHeadFirst).map(({ template, phrasing }) => ({
      template: swapped(template),
      phrasing,
    }));
  const { headFirst = [], tailFirst = [], isSymmetric } = content;
  const named = (list: readonly string[], order: string): Way[] =>
    list.map((template, at) => ({ template, phrasing: `${relation}/${order}${at + 1}` }));
  if (!isSymmetric) return isHeadFirst ? named(headFirst, "h") : named(tailFirst, "t");
  const ways = named(headFirst, "s");
  return isHeadFirst ? ways : ways.map((way) => ({ ...way, template: swapped(way.template) }));
}

/** One of the ways, the first ones more often than the last. */
function pickDecaying<T>(voice: Voice, items: readonly T[]): T {
  const decay = voice.content.parameters.rates.phrasingDecay;
  if (voice.isPlain) return items[0]!;
  let rest = voice.random.uniform() * items.reduce((sum, _, at) => sum + decay ** at, 0);
  for (const [at, item] of items.entries()) {
    rest -= decay ** at;
    if (rest < 0) return item;
  }
  return items.at(-1)!;
}

/** A sentence that states the relation; ways in `avoid` are left out while others remain. */
export function statementOf(
  voice: Voice,
  relation: string,
  avoid: ReadonlySet<string> = new Set(),
): Statement {
  const { content, random, isPlain } = voice;
  const isHeadFirst = isPlain || random.uniform() < 0.5;
  if (isPlain) {
    const own = plainWay(voice, relation);
    return { ...own, about: relation, isShared: false };
  }
  const shared = content.shared
    .map((group, at) => ({ group, at }))
    .filter(({ group }) => group.relations.includes(relation));
  if (shared.length > 0 && happens(voice, "shared")) {
    const { group, at } = pick(voice, shared);
    const list = isHeadFirst ? group.headFirst : group.tailFirst;
    const way = random.integer(list.length);
    const phrasing = `shared ${at + 1}/${isHeadFirst ? "h" : "t"}${way + 1}`;
    return { template: list[way]!, truth: { relation, phrasing }, about: relation, isShared: true };
  }
  const all = waysOf(voice, relation, isHeadFirst);
  const fresh = all.filter(({ phrasing }) => !avoid.has(phrasing));
  const { template, phrasing } = pickDecaying(voice, fresh.length > 0 ? fresh : all);
  return { template, truth: { relation, phrasing }, about: relation, isShared: false };
}

/** The one way in which the negative control says a relation. */
function plainWay(voice: Voice, relation: string): { template: string; truth: Truth } {
  const { inverse, headFirst } = voice.content.relations[relation]!;
  const borrowed = headFirst === undefined && inverse !== undefined;
  const [{ template, phrasing }] = (
    borrowed ? waysOf(voice, relation, false) : waysOf(voice, relation, true)
  ) as [Way];
  return { template, truth: { relation, phrasing } };
}

/** Relations that could hold between two entities by their types, whether they do or not. */
export function possibleRelations({ content }: Voice, head: EntityType, tail: EntityType): string[] {
  return Object.entries(content.relations)
    .filter(([, one]) => one.head.includes(head) && one.tail.includes(tail))
    .map(([relation]) => relation);
}

/** A sentence that names the pair and states no relation: side by side, or a relation denied. */
export function distractorOf(
  voice: Voice,
  head: WorldEntity,
  tail: WorldEntity,
  nearMiss: number,
): Statement {
  const { content, random, isPlain } = voice;
  const fits = possibleRelations(voice, head.type, tail.type);
  const back = possibleRelations(voice, tail.type, head.type);
  const about = pick(voice, fits.length > 0 ? fits : back.length > 0 ? back : Object.keys(content.relations));
  const truth = (phrasing: string): Truth => ({ relation: NONE, phrasing: `${NONE}/${phrasing}` });
  const misses = fits.length + back.length === 0 ? [] : missesOf(voice, about);
  if (!isPlain && misses.length > 0 && random.uniform() < nearMiss) {
    const template = pick(voice, misses);
    const isForward = fits.includes(about);
    return {
      template: isForward ? template : swapped(template),
      truth: truth(`near ${about}`),
      about,
      isShared: false,
    };
  }
  const forward = content.clauses.distractors[`${head.type} ${tail.type}`];
  const backward = content.clauses.distractors[`${tail.type} ${head.type}`];
  const own = forward ?? backward;
  if (own === undefined || isPlain || random.uniform() < 0.35) {
    const template = pick(voice, content.clauses.distractors["any"]!);
    const isTurned = !isPlain && random.uniform() < 0.5;
    return { template: isTurned ? swapped(template) : template, truth: truth("any"), about, isShared: false };
  }
  const template = pick(voice, own);
  const kind = forward === undefined ? `${tail.type} ${head.type}` : `${head.type} ${tail.type}`;
  return {
    template: forward === undefined ? swapped(template) : template,
    truth: truth(kind),
    about,
    isShared: false,
  };
}

function missesOf(voice: Voice, relation: string): readonly string[] {
  const { nearMisses, inverse }: RelationContent = voice.content.relations[relation]!;
  if (nearMisses !== undefined || inverse === undefined) return nearMisses ?? [];
  return (voice.content.relations[inverse]!.nearMisses ?? []).map(swapped);
}

/** What a sentence says of a fact's pair when it does not state the fact, in the shares of the parameters. */
export function noiseOf(voice: Voice, { head, tail }: Fact, known: readonly string[]): Statement {
  const { nearMiss, otherRelation, comention } = voice.content.parameters.noise;
  const others = possibleRelations(voice, head.type, tail.type).filter(
    (relation) => !known.includes(relation),
  );
  if (others.length > 0 && voice.random.uniform() < otherRelation && !voice.isPlain)
    return statementOf(voice, voice.random.choice(others));
  return distractorOf(voice, head, tail, nearMiss / (nearMiss + comention));
}
