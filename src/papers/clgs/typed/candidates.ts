// Pairs of a drug and an effect: what is left to know about relations once the entities are given.

import type { TaggedSentence } from "../corpus";
import { pairsOf, type LabelledPairs, type Space } from "../probes";

/** The last word of each entity of a type, read from the tags. */
export function lastWords(tags: TaggedSentence["tags"], type: "DRUG" | "AE"): Set<number> {
  const ends = tags.flatMap((tag, at) => {
    const isIn = tag === `B-${type}` || tag === `I-${type}`;
    return isIn && tags[at + 1] !== `I-${type}` ? [at] : [];
  });
  return new Set(ends);
}

/** The candidate pairs of a space whose words end a drug and an effect, in either order. */
export function typedPairs(space: Space): LabelledPairs {
  return pairsOf(space, (at) => {
    const { tags } = space.part.sentences[at]!;
    const [drugs, effects] = [lastWords(tags, "DRUG"), lastWords(tags, "AE")];
    return ([i, j]) => (drugs.has(i) && effects.has(j)) || (effects.has(i) && drugs.has(j));
  });
}
