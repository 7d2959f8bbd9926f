// Documents with a share of their labels made wrong at known places.

import { OptionError, Random } from "../../../core";
import { DocumentSet } from "../../../data";

/** Gives a share of the relations another name of the set; what they were is kept as `truth`, for scoring only. */
export function noisyDocuments(set: DocumentSet, rate: number, seed = 0): DocumentSet {
  if (!(rate >= 0 && rate <= 1))
    throw new OptionError(`noise rate is ${rate}: expected a number from 0 to 1`);
  const { relations: names } = set;
  if (names.length < 2) throw new OptionError("noise needs at least two relations to choose from");
  const random = new Random(seed).fork("document noise");
  const documents = set.items.map((document) => ({
    ...document,
    truth: document.truth ?? document.relations,
    relations: document.relations.map((one) => {
      if (random.uniform() >= rate) return one;
      const at = random.integer(names.length - 1);
      return { ...one, relation: names[at < names.indexOf(one.relation) ? at : at + 1]! };
    }),
  }));
  return DocumentSet.from(documents, { name: `${set.provenance.name} with ${rate} noise` });
}
