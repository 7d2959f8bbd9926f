// The views of single sentences: bags under distant supervision, and sentences for clustering or classification.

import { Random } from "../../core";
import type { Sentence } from "../sentence";
import { SentenceSet } from "../sets/sentence-set";
import type { PoolName, SplitSizes, WorldContent } from "./content";
import type { Fact, Pool, WorldEntity } from "./knowledge";
import { sentenceOf, type DraftedSentence } from "./sentences";
import { distractorOf, noiseOf, NONE, statementOf } from "./statements";
import type { Voice } from "./template";

/** What a view is made from. */
export interface ViewSource {
  readonly content: WorldContent;
  readonly pools: Readonly<Record<PoolName, Pool>>;
  readonly seed: number | string;
  readonly isControl: boolean;
}

/** A voice of its own for one part of one view. */
export function voiceFor(
  { content, pools, seed, isControl }: ViewSource,
  pool: PoolName,
  part: string,
): Voice {
  const random = new Random(seed).fork("world").fork(part);
  return { content, pool: pools[pool], random, isPlain: isControl };
}

/** Draws until a sentence has a skeleton that no earlier split has; gives up after 60. */
function fresh(taken: ReadonlySet<string>, draw: () => DraftedSentence): DraftedSentence {
  for (let tries = 0; ; tries++) {
    const drafted = draw();
    if (tries === 60 || !taken.has(drafted.skeleton)) return drafted;
  }
}

const SPLITS = ["train", "dev", "test"] as const;

/** Drafts of all splits, none with a skeleton of an earlier split; a plain world has too few for that. */
function splitsApart(
  sizes: SplitSizes,
  isControl: boolean,
  draft: (split: (typeof SPLITS)[number], size: number, taken: ReadonlySet<string>) => DraftedSentence[],
): Map<string, DraftedSentence[]> {
  const taken = new Set<string>();
  const parts = new Map<string, DraftedSentence[]>();
  for (const split of SPLITS) {
    const drafted = draft(split, sizes[split] ?? 0, taken);
    parts.set(split, drafted);
    if (!isControl) for (const { skeleton } of drafted) taken.add(skeleton);
  }
  return parts;
}

/** Sets by split, shuffled and numbered, so that neither order nor id tells anything. */
function setsOf(
  parts: ReadonlyMap<string, readonly DraftedSentence[]>,
  view: string,
  random: Random,
): Map<string, SentenceSet> {
  const sets = new Map<string, SentenceSet>();
  for (const [split, drafted] of parts) {
    const sentences = random
      .fork(split)
      .shuffle(drafted)
      .map(({ skeleton: _, ...rest }, at): Sentence => ({ id: `${split}-${at + 1}`, ...rest }));
    sets.set(split, SentenceSet.from(sentences, { name: view }));
  }
  return sets;
}

/** Facts drawn by the relations' shares, each pair's long tail kept. */
export function drawFact(voice: Voice): Fact {
  const { content, pool, random } = voice;
  const shares = Object.entries(content.relations);
  let rest = random.uniform() * shares.reduce((sum, [, { share }]) => sum + share, 0);
  const relation = shares.find(([, { share }]) => (rest -= share) < 0)?.[0] ?? shares[0]![0];
  return random.choice(pool.factsOf(relation));
}

/** Sentences that state one relation each; every relation occurs. */
export function unlabelledSets(source: ViewSource, sizes: SplitSizes): Map<string, SentenceSet> {
  const parts = splitsApart(sizes, source.isControl, (split, size, taken) => {
    const voice = voiceFor(source, split, `unlabelled ${split}`);
    return Array.from({ length: size }, () =>
      fresh(taken, () => {
        const { head, tail, relation } = drawFact(voice);
        return sentenceOf(voice, head, tail, statementOf(voice, relation), relation);
      }),
    );
  });
  return setsOf(parts, "world/unlabelled", new Random(source.seed).fork("world").fork("unlabelled order"));
}

/** How many sentences a bag has. */
function drawSize({ content, random }: Voice): number {
  let rest = random.uniform();
  const at = content.parameters.bagSize.findIndex((share) => (rest -= share) < 0);
  return at < 0 ? content.parameters.bagSize.length : at + 1;
}

/** Two entities between which nothing holds, of types that some relation joins, sharing an entity with some fact. */
function unrelatedPair(voice: Voice): readonly [WorldEntity, WorldEntity] {
  const { pool, random } = voice;
  for (;;) {
    const [one, other] = [drawFact(voice), drawFact(voice)];
    const tail = one.relation === other.relation || random.uniform() < 0.2 ? other.tail : undefined;
    if (tail !== undefined && tail !== one.head && !pool.areRelated(one.head, tail)) return [one.head, tail];
    const { relation, head } = one;
    const instead = random.choice(pool.factsOf(relation)).tail;
    if (instead !== head && !pool.areRelated(head, instead)) return [head, instead];
  }
}

/**
 * Sentences of bags: a sentence of a fact's bag states something else at the rate of noise; a pair without fact has
 * distractors only. Each bag counts once for the size, by head, tail and relation.
 */
export function bagSets(source: ViewSource, sizes: SplitSizes, noise: number): Map<string, SentenceSet> {
  const parts = splitsApart(sizes, source.isControl, (split, size, taken) => {
    const voice = voiceFor(source, split, `bags ${split}`);
    const { pool, random, content } = voice;
    const done = new Set<string>();
    const drafted: DraftedSentence[] = [];
    for (let bag = 0; bag < size; bag++) {
      const isNone = random.uniform() < content.parameters.bagNone;
      let fact = isNone ? pairWithout(voice) : drawFact(voice);
      const keyOf = ({ head, relation, tail }: Fact): string => `${head.id} ${relation} ${tail.id}`;
      for (let tries = 0; done.has(keyOf(fact)) && tries < 200; tries++)
        fact = isNone ? pairWithout(voice) : drawFact(voice);
      if (done.has(keyOf(fact))) continue;
      done.add(keyOf(fact));
      const { head, relation, tail } = fact;
      const known = pool.relationsOf(head, tail);
      for (let count = drawSize(voice); count > 0; count--) {
        const isNoise = !isNone && random.uniform() < noise;
        const draw = (): DraftedSentence => {
          const statement = isNone
            ? distractorOf(voice, head, tail, content.parameters.noise.nearMiss)
            : isNoise
              ? noiseOf(voice, fact, known)
              : statementOf(voice, relation);
          return sentenceOf(voice, head, tail, statement, relation);
        };
        drafted.push(fresh(taken, draw));
      }
    }
    return drafted;
  });
  return setsOf(parts, "world/bags", new Random(source.seed).fork("world").fork("bags order"));
}

function pairWithout(voice: Voice): Fact {
  const [head, tail] = unrelatedPair(voice);
  return { head, relation: NONE, tail };
}
