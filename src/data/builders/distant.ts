// Distant supervision (Mintz et al. 2009): labels by alignment with a list of triples, and label noise of a known rate.

import { DataError, OptionError, Random } from "../../core";
import type { DocumentRelation } from "../document";
import type { Sentence } from "../sentence";
import type { DocumentSet } from "../sets/document-set";
import type { SentenceSet } from "../sets/sentence-set";

/** A fact of a knowledge base, by entity identifiers. */
export interface Triple {
  readonly head: string;
  readonly relation: string;
  readonly tail: string;
}

const pairKey = (head: string, tail: string): string => JSON.stringify([head, tail]);

function relationsOfPairs(triples: Iterable<Triple>): ReadonlyMap<string, readonly string[]> {
  const relations = new Map<string, Set<string>>();
  for (const { head, relation, tail } of triples) {
    const key = pairKey(head, tail);
    const known = relations.get(key) ?? new Set();
    relations.set(key, known.add(relation));
  }
  return new Map([...relations].map(([key, names]) => [key, [...names].sort()]));
}

/**
 * Sentences labelled by the triples about their entity pair, whatever they say; a pair with several relations gives
 * one sentence for each (ids end in `#2`, `#3`), a pair without gets `none` (default "NA").
 */
export function alignSentences(
  sentences: SentenceSet,
  triples: Iterable<Triple>,
  { none = "NA" }: { readonly none?: string } = {},
): SentenceSet {
  const known = relationsOfPairs(triples);
  return sentences.expand((sentence) => {
    const { head, tail, id } = sentence;
    if (head.entity === undefined || tail.entity === undefined)
      throw new DataError(`sentence "${id}" has mentions without entity identifiers: alignment needs them`);
    const relations = known.get(pairKey(head.entity, tail.entity)) ?? [none];
    return relations.map((relation, at) => ({
      ...sentence,
      relation,
      id: at === 0 ? id : `${id}#${at + 1}`,
    }));
  }, "alignSentences");
}

/** Documents whose relations are those that the triples give for their entities' ids, in place of their own. */
export function alignDocuments(documents: DocumentSet, triples: Iterable<Triple>): DocumentSet {
  const known = relationsOfPairs(triples);
  return documents.expand((document) => {
    const relations: DocumentRelation[] = [];
    document.entities.forEach((from, head) => {
      document.entities.forEach((to, tail) => {
        if (head === tail) return;
        for (const relation of known.get(pairKey(from.id, to.id)) ?? [])
          relations.push({ head, tail, relation });
      });
    });
    return [{ ...document, relations }];
  }, "alignDocuments");
}

/** What `injectNoise` gives: the noisy sentences, and by id the relation each had. */
export interface NoisySentences {
  readonly sentences: SentenceSet;
  readonly truth: ReadonlyMap<string, string>;
}

/**
 * Gives a share of the sentences another relation of the set, each other one being equally likely. The true relations
 * are kept apart: by id, and as `truth` of the changed sentences (for scoring, never for training).
 *
 * @param rate share of labelled sentences to change, from 0 to 1
 */
export function injectNoise(
  sentences: SentenceSet,
  rate: number,
  { seed = 0 }: { readonly seed?: number | string } = {},
): NoisySentences {
  if (!(rate >= 0 && rate <= 1)) throw new OptionError(`noise rate ${rate}: give a number from 0 to 1`);
  const { relations } = sentences;
  if (rate > 0 && relations.length < 2)
    throw new OptionError("noise needs at least two relations to choose from");
  const labelled = sentences.items.filter(({ relation }) => relation !== undefined);
  const random = new Random(seed).fork("label-noise");
  const chosen = new Set(random.fork("which").sample(labelled, Math.round(rate * labelled.length)));
  const pick = random.fork("what");
  const truth = new Map<string, string>();
  const change = (sentence: Sentence): Sentence => {
    const { relation } = sentence;
    if (relation === undefined) return sentence;
    truth.set(sentence.id, relation);
    if (!chosen.has(sentence)) return sentence;
    const at = pick.integer(relations.length - 1);
    return {
      truth: { relation },
      ...sentence,
      relation: relations[at < relations.indexOf(relation) ? at : at + 1]!,
    };
  };
  const noisy = sentences.expand((sentence) => [change(sentence)], `injectNoise(${rate}, seed ${seed})`);
  return { sentences: noisy, truth };
}
