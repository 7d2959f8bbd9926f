// The verbs that all classifiers share.

import type { Label, VectorInput } from "./vectors";

/** Something that has learnt to tell classes apart. */
export interface Classifier<L extends Label> {
  /** The classes it knows, in order. */
  readonly labels: readonly L[];
  /** The class of each row. */
  predict(vectors: VectorInput): L[];
  /** Accuracy: the share of rows whose predicted class is the gold one. */
  score(vectors: VectorInput, gold: ArrayLike<L>): number;
}

/** Something that can learn to. */
export interface ClassifierRecipe {
  /**
   * Learns from vectors `[count, dim]` and one label a row; labels may be names or numbers.
   *
   * @throws ShapeError, DataError for vectors and labels that do not fit, or numbers that are not finite
   */
  fit<L extends Label>(vectors: VectorInput, labels: ArrayLike<L>): Classifier<L>;
}
