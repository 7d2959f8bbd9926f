// Affinity propagation (Frey & Dueck 2007): clusters around exemplars, their number found by the preference.

import { OptionError, selectRows, ShapeError, type Matrix } from "../core";
import { requirePoints } from "./check";
import { Clustering } from "./clustering";
import { pointSimilarities, similarityRange, type PointSimilarity } from "./point-similarities";
import { checkPropagation, propagate, type PropagationOptions, type Watcher } from "./propagation/propagate";

/** How much each point wants to be an exemplar: a summary of the similarities i != j, a number, or one number a point. */
export type Preference = "median" | "minimum" | number | ArrayLike<number>;

/** Options of affinity propagation. */
export interface AffinityPropagationOptions extends PropagationOptions {
  /** Default `euclidean`: minus the squared distance. */
  readonly similarity?: PointSimilarity;
  /** Default `median`. */
  readonly preference?: Preference;
}

/** One preference a point. */
export function preferencesFor(
  wanted: Preference,
  similarities: Float64Array | Float32Array,
  n: number,
): Float64Array {
  if (typeof wanted === "object") {
    if (wanted.length !== n) throw new ShapeError("the preferences", [wanted.length], [n]);
    return Float64Array.from(wanted);
  }
  if (typeof wanted === "number") return new Float64Array(n).fill(wanted);
  return new Float64Array(n).fill(similarityRange(similarities, n)[wanted]);
}

function checkOptions(options: AffinityPropagationOptions): void {
  const { similarity = "euclidean", preference = "median" } = options;
  checkPropagation(options);
  if (similarity !== "euclidean" && similarity !== "cosine")
    throw new OptionError(`the similarity is "${String(similarity)}": it must be one of euclidean, cosine`);
  if (typeof preference === "string" && preference !== "median" && preference !== "minimum")
    throw new OptionError(
      `the preference is "${String(preference)}": it must be median, minimum, a number, or one number a point`,
    );
  const numbers =
    typeof preference === "number"
      ? [preference]
      : typeof preference === "object"
        ? Array.from(preference)
        : [];
  if (!numbers.every(Number.isFinite))
    throw new OptionError("a preference is not finite: it must be a number on the scale of the similarities");
}

/**
 * A recipe for affinity propagation. Memory: three float32 matrices of points x points beside the similarities
 * (4,000 points: 320 MB).
 *
 * @example const clusters = await affinityPropagation({ preference: "minimum" }).fit(vectors);
 * @throws OptionError for options out of range
 */
export function affinityPropagation(options: AffinityPropagationOptions = {}) {
  const { similarity = "euclidean", preference = "median" } = options;
  checkOptions(options);
  const run = async (
    points: Matrix,
    similarities: Float64Array | Float32Array,
    watcher: Watcher,
  ): Promise<Clustering> => {
    const wanted = preferencesFor(preference, similarities, points.rows);
    const found = await propagate(similarities, points.rows, wanted, options, watcher);
    const centres = selectRows(points, found.exemplars);
    return new Clustering({ method: "affinity propagation", similarity, centres, ...found });
  };
  return {
    /** Clusters points `[n, dim]`. */
    fit: async (points: Matrix, watcher: Watcher = {}): Promise<Clustering> => {
      requirePoints("affinity propagation", points);
      return run(points, pointSimilarities(points, similarity), watcher);
    },
    /** Clusters by given similarities `[n, n]`, which need not be symmetric; centres are rows of that matrix. */
    fitSimilarities: async (similarities: Matrix, watcher: Watcher = {}): Promise<Clustering> => {
      if (similarities.rows !== similarities.columns)
        throw new ShapeError(
          "the similarities",
          [similarities.rows, similarities.columns],
          [similarities.rows, similarities.rows],
        );
      requirePoints("affinity propagation", similarities);
      return run(similarities, Float64Array.from(similarities.data), watcher);
    },
  };
}
