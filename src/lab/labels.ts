// The relations of labelled sentences.

import { OptionError } from "../core";
import type { Sentence } from "../data";

/** The relation of each sentence, or an error that names the first sentence without one. */
export function relationsOf(sentences: readonly Sentence[]): string[] {
  return sentences.map(({ id, relation }) => {
    if (relation === undefined)
      throw new OptionError(
        `sentence "${id}" has no relation: leave it out, or use an objective that needs no labels`,
      );
    return relation;
  });
}
