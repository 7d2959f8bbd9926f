// Bags out of sentences, by entity pair or by entity pair and relation (Mintz et al. 2009; Lin et al. 2016).

import { DataError } from "../../core";
import type { Bag } from "../bag";
import type { Mention, Sentence } from "../sentence";
import { BagSet } from "../sets/bag-set";
import type { SentenceSet } from "../sets/sentence-set";

/** How sentences are put into bags. */
export interface BagOptions {
  /** "pair": one bag for head and tail (as in testing; default); "triple": one for head, tail and relation (as in training). */
  readonly by?: "pair" | "triple";
  /** The relation that means none; a pair with another relation does not keep it. Default "NA". */
  readonly none?: string;
}

/**
 * Bags in the order in which their pairs first occur. Entities are compared by their identifiers: a sentence without
 * them is an error.
 *
 * @example const bags = bagsOf(await openDataset("gds/test"), { by: "pair" });
 */
export function bagsOf(sentences: SentenceSet, { by = "pair", none = "NA" }: BagOptions = {}): BagSet {
  const groups = new Map<
    string,
    { head: string; tail: string; sentences: Sentence[]; relations: Set<string> }
  >();
  for (const sentence of sentences) {
    const [head, tail] = [entityOf(sentence, "head"), entityOf(sentence, "tail")];
    const relation = sentence.relation ?? none;
    const key = by === "pair" ? `${head}\t${tail}` : `${head}\t${tail}\t${relation}`;
    const group = groups.get(key) ?? { head, tail, sentences: [], relations: new Set<string>() };
    groups.set(key, group);
    group.sentences.push(sentence);
    group.relations.add(relation);
  }
  const bags = [...groups].map(([id, { head, tail, sentences: own, relations }]): Bag => {
    const realOf = (names: Iterable<string>): string[] => {
      const real = [...new Set(names)].filter((relation) => relation !== none).sort();
      return real.length === 0 ? [none] : real;
    };
    const truths = own.flatMap(({ truth }) => (truth === undefined ? [] : [truth.relation]));
    const truth = truths.length === own.length ? { truth: realOf(truths) } : {};
    return { id, head, tail, sentences: own, relations: realOf(relations), ...truth };
  });
  const { provenance } = sentences;
  return new BagSet(bags, { provenance: { ...provenance, steps: [...provenance.steps, `bagsOf(${by})`] } });
}

function entityOf(sentence: Sentence, role: "head" | "tail"): string {
  const { entity }: Mention = sentence[role];
  if (entity !== undefined) return entity;
  throw new DataError(
    `sentence "${sentence.id}": its ${role} has no entity identifier: bags need one, give ${role} { start, end, entity }`,
  );
}
