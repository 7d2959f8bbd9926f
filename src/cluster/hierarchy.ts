// Layers of clusterings of the same points, and the tree they make.

import * as tf from "@tensorflow/tfjs";
import { DISPLAY, OptionError, type Displayable, type Matrix, type MimeBundle } from "../core";
import { scoped } from "../engine/scoped";
import type { ClassLabel, ClusterScores } from "../metrics";
import { Clustering } from "./clustering";
import { crossHierarchyAttention } from "./cross-hierarchy-attention";

/** One layer: its clusters, and how points moved on to the next. */
export interface Level {
  readonly clustering: Clustering;
  readonly preference: number;
  /** Attention between the exemplars, `[clusters, clusters]`. */
  readonly attention: Matrix;
  /** lambda and lambda_att that were used; weight 0 without attention. */
  readonly sharpness: number;
  readonly weight: number;
  /** What the points looked like in this layer. */
  readonly features: Matrix;
}

/** A cluster with the clusters of the next layer whose points lie mostly in it. */
export interface TreeNode {
  /** 1 for the coarsest layer. */
  readonly layer: number;
  readonly cluster: number;
  /** Index of the exemplar among the points. */
  readonly exemplar: number;
  readonly size: number;
  readonly children: readonly TreeNode[];
}

/** A layer as plain numbers: the cluster of each point, and the exemplar of each cluster. */
export interface ClusterLayer {
  readonly labels: ArrayLike<number>;
  readonly exemplars: ArrayLike<number>;
}

/** For each cluster of a layer, the cluster of the layer above that holds most of its points (first of equal ones). */
function parentsOf(above: ClusterLayer, own: ClusterLayer): Int32Array {
  const counts = Array.from({ length: own.exemplars.length }, () => new Int32Array(above.exemplars.length));
  for (let i = 0; i < own.labels.length; i++) counts[own.labels[i]!]![above.labels[i]!]!++;
  return Int32Array.from(counts, (row) => row.indexOf(Math.max(...row)));
}

/** The tree that layers make, coarse to fine; coarsest clusters first. */
export function treeOf(layers: readonly ClusterLayer[]): TreeNode[] {
  let below: TreeNode[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l]!;
    const parents = l + 1 < layers.length ? parentsOf(layer, layers[l + 1]!) : new Int32Array(0);
    const children = below;
    const sizes = new Int32Array(layer.exemplars.length);
    for (let i = 0; i < layer.labels.length; i++) sizes[layer.labels[i]!]!++;
    below = Array.from(sizes, (size, cluster) => ({
      layer: l + 1,
      cluster,
      exemplar: layer.exemplars[cluster]!,
      size,
      children: children.filter((child) => parents[child.cluster] === cluster),
    }));
  }
  return below;
}

/** The features of the next layer, for points with known clusters in this one. */
function moveOn(
  features: Matrix,
  { clustering: { centres }, sharpness, weight }: Level,
  labels: Int32Array,
): Matrix {
  const data = scoped(() => {
    const h = tf.tensor2d(features.data, [features.rows, features.columns]);
    const e = tf.tensor2d(centres.data, [centres.rows, centres.columns]);
    return crossHierarchyAttention(h, e, labels, sharpness, weight).next.dataSync<"float32">();
  });
  return { ...features, data: data as Float32Array };
}

/** Exemplars in layers from coarse (first) to fine (last). */
export class Hierarchy implements Displayable {
  readonly levels: readonly Level[];

  constructor(levels: readonly Level[]) {
    this.levels = levels;
  }

  /** A hierarchy of all `points` from one of a sample: the rest joins the nearest exemplar, layer by layer [R8]. */
  static extend(sampled: readonly Level[], points: Matrix, chosen: readonly number[]): Hierarchy {
    const labels = new Hierarchy(sampled).assign(points);
    let features = points;
    return new Hierarchy(
      sampled.map((level, l) => {
        const own = labels[l]!.slice();
        chosen.forEach((index, at) => (own[index] = level.clustering.labels[at]!));
        const { method, centres, similarity, hasConverged, iterations } = level.clustering;
        const exemplars = Int32Array.from(level.clustering.exemplars!, (at) => chosen[at]!);
        const clustering = new Clustering({
          method,
          centres,
          similarity,
          hasConverged,
          iterations,
          labels: own,
          exemplars,
        });
        const extended = { ...level, clustering, features };
        features = moveOn(features, level, own);
        return extended;
      }),
    );
  }

  /** The finest layer, the answer of the method [R10]. */
  get bottom(): Clustering {
    return this.levels.at(-1)!.clustering;
  }

  /** Number of clusters of each layer. */
  get counts(): number[] {
    return this.levels.map(({ clustering }) => clustering.count);
  }

  /** The clusters of unseen points in every layer; they move through the layers as the fitted points did. */
  assign(points: Matrix): Int32Array[] {
    let features = points;
    return this.levels.map((level) => {
      const labels = level.clustering.assign(features);
      features = moveOn(features, level, labels);
      return labels;
    });
  }

  /** Agreement of the finest layer, or of `layer` (1 = coarsest), with gold classes. */
  score(gold: ArrayLike<ClassLabel>, layer = this.levels.length): ClusterScores {
    const level = this.levels[layer - 1];
    if (level === undefined)
      throw new OptionError(`layer ${layer} does not exist: there are ${this.levels.length}, counted from 1`);
    return level.clustering.score(gold);
  }

  /** The tree, coarsest clusters first. */
  tree(): TreeNode[] {
    return treeOf(
      this.levels.map(({ clustering: { labels, exemplars } }) => ({ labels, exemplars: exemplars! })),
    );
  }

  toString(): string {
    const draw = (node: TreeNode, indent: string): string[] => [
      `${indent}${node.size} points around ${node.exemplar}`,
      ...node.children.flatMap((child) => draw(child, `${indent}  `)),
    ];
    const lines = this.tree().flatMap((node) => draw(node, "  "));
    const shown = lines.length > 40 ? [...lines.slice(0, 40), `  ... ${lines.length - 40} more`] : lines;
    return [
      `${this.bottom.labels.length} points in layers of ${this.counts.join(", ")} clusters`,
      ...shown,
    ].join("\n");
  }

  [DISPLAY](): MimeBundle {
    const list = (nodes: readonly TreeNode[]): string =>
      nodes.length === 0
        ? ""
        : `<ul>${nodes.map(({ size, exemplar, children }) => `<li>${size} points around ${exemplar}${list(children)}</li>`).join("")}</ul>`;
    const html = `<div>${this.bottom.labels.length} points in layers of ${this.counts.join(", ")} clusters</div>${list(this.tree())}`;
    return { "text/plain": this.toString(), "text/html": html };
  }
}
