// A bag: all sentences that name one pair of entities, labelled as one.

import type { Sentence } from "./sentence";

/** The sentences of an entity pair and the relations that hold for the pair ("NA" among them only when alone). */
export interface Bag {
  readonly id: string;
  /** Identifier of the head entity, and of the tail entity. */
  readonly head: string;
  readonly tail: string;
  readonly relations: readonly string[];
  /** The relations that some sentence really states ("NA" alone when none does), where every sentence's truth is known. */
  readonly truth?: readonly string[];
  readonly sentences: readonly Sentence[];
}
