// Vectors to a map in the plane, by name of the method.

import { OptionError, unknownName } from "../../core";
import { pca } from "./pca";
import { normalised, pointsOf, type Vectors } from "./points";
import { Projection } from "./projection";
import { tsne, type TsneOptions } from "./t-sne";

/** How vectors are projected. */
export interface ProjectOptions extends TsneOptions {
  /** `"tsne"` (default; keeps neighbourhoods) or `"pca"` (keeps distances in the two widest directions). */
  readonly method?: "tsne" | "pca";
}

/**
 * Projects vectors `[size, d]` into the plane. 2,000 vectors take about ten seconds by t-SNE.
 *
 * @example const map = await project(vectors, { method: "tsne", seed: 42, metric: "cosine" }); map.plot({ color: labels });
 */
export async function project(vectors: Vectors, options: ProjectOptions = {}): Promise<Projection> {
  const { method = "tsne", metric = "euclidean" } = options;
  if (method !== "tsne" && method !== "pca") throw unknownName("projection", method, ["tsne", "pca"]);
  if (metric !== "euclidean" && metric !== "cosine")
    throw unknownName("metric", metric, ["euclidean", "cosine"]);
  const given = pointsOf(vectors);
  const points = metric === "cosine" ? normalised(given) : given;
  if (method === "tsne") {
    const perplexity = options.perplexity ?? Math.min(30, (points.size - 1) / 3);
    const { metric: _, ...rest } = options;
    return new Projection("tsne", points, await tsne(points, { ...rest, perplexity }), perplexity);
  }
  if (points.dimensions < 2)
    throw new OptionError(
      `vectors of ${points.dimensions} number for a map: expected at least two numbers a vector`,
    );
  return new Projection("pca", points, pca(points, 2).scores);
}
