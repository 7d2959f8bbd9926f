// How well clusters agree with gold classes: B3, V, ARI and their relatives, all from the contingency table.

import { DISPLAY, type Displayable, type MimeBundle } from "../core";
import { contingency, type Contingency } from "./contingency";
import { expectedInformation } from "./expected-information";
import type { ClassLabel } from "./labels";
import { harmonicMean, type PrecisionRecallF1 } from "./precision-recall";

const squares = (sizes: Float64Array): number => sizes.reduce((sum, size) => sum + size * size, 0);

/** Entropy in nats of a partition with these part sizes. */
function entropy(sizes: Float64Array, items: number): number {
  return sizes.reduce((sum, size) => (size > 0 ? sum - (size / items) * Math.log(size / items) : sum), 0);
}

/** Agreement of a clustering with gold classes; every score is 1 for equal partitions, unless it says otherwise. */
export class ClusterScores implements Displayable {
  readonly table: Contingency;

  constructor(table: Contingency) {
    this.table = table;
  }

  /**
   * B-cubed (Bagga & Baldwin 1998): for each item the share of its cluster that has its class (precision), and of its
   * class that is in its cluster (recall), the item itself included; means over items, F1 of the two means.
   */
  get b3(): PrecisionRecallF1 {
    const { items, cellClass, cellCluster, cellCount, classSizes, clusterSizes } = this.table;
    let [precision, recall] = [0, 0];
    cellCount.forEach((count, cell) => {
      precision += (count * count) / clusterSizes[cellCluster[cell]!]!;
      recall += (count * count) / classSizes[cellClass[cell]!]!;
    });
    return {
      precision: precision / items,
      recall: recall / items,
      f1: harmonicMean(precision / items, recall / items),
    };
  }

  /** Mutual information of classes and clusters, in nats. */
  get mutualInformation(): number {
    const { items, cellClass, cellCluster, cellCount, classSizes, clusterSizes } = this.table;
    let sum = 0;
    cellCount.forEach((count, cell) => {
      const independent = (classSizes[cellClass[cell]!]! * clusterSizes[cellCluster[cell]!]!) / items;
      sum += (count / items) * Math.log(count / independent);
    });
    // less than the rounding of the sum is nothing
    return sum < 1e-14 ? 0 : sum;
  }

  private get classEntropy(): number {
    return entropy(this.table.classSizes, this.table.items);
  }

  private get clusterEntropy(): number {
    return entropy(this.table.clusterSizes, this.table.items);
  }

  /** 1 - H(class | cluster) / H(class): clusters hold one class each. One class only: 1. */
  get homogeneity(): number {
    return this.classEntropy === 0 ? 1 : this.mutualInformation / this.classEntropy;
  }

  /** 1 - H(cluster | class) / H(cluster): classes lie in one cluster each. One cluster only: 1. */
  get completeness(): number {
    return this.clusterEntropy === 0 ? 1 : this.mutualInformation / this.clusterEntropy;
  }

  /** Harmonic mean of homogeneity and completeness (Rosenberg & Hirschberg 2007); 0 when both are 0. */
  get vMeasure(): number {
    return harmonicMean(this.homogeneity, this.completeness);
  }

  /** Ordered pairs of different items: [[apart in both, together in the clusters only], [in the classes only, in both]]. */
  get pairConfusion(): readonly [readonly [number, number], readonly [number, number]] {
    const { items, cellCount, classSizes, clusterSizes } = this.table;
    const both = squares(cellCount) - items;
    const clustersOnly = squares(clusterSizes) - squares(cellCount);
    const classesOnly = squares(classSizes) - squares(cellCount);
    return [
      [items * (items - 1) - both - clustersOnly - classesOnly, clustersOnly],
      [classesOnly, both],
    ];
  }

  /** Adjusted Rand index (Hubert & Arabie 1985): 0 by chance, may be negative; 1 when no pair disagrees. */
  get ari(): number {
    const [[apart, clustersOnly], [classesOnly, both]] = this.pairConfusion;
    if (clustersOnly === 0 && classesOnly === 0) return 1;
    const spread =
      (both + classesOnly) * (classesOnly + apart) + (both + clustersOnly) * (clustersOnly + apart);
    return (2 * (both * apart - classesOnly * clustersOnly)) / spread;
  }

  /** Share of pairs on which both partitions agree; 1 when there is no pair. */
  get randIndex(): number {
    const [[apart], [, both]] = this.pairConfusion;
    const pairs = this.table.items * (this.table.items - 1);
    return pairs === 0 ? 1 : (apart + both) / pairs;
  }

  /** Geometric mean of pair precision and pair recall; 0 when no pair is together in both, even for equal partitions. */
  get fowlkesMallows(): number {
    const [[, clustersOnly], [classesOnly, both]] = this.pairConfusion;
    return both === 0 ? 0 : Math.sqrt(both / (both + clustersOnly)) * Math.sqrt(both / (both + classesOnly));
  }

  /** Share of items that have the most frequent class of their cluster. */
  get purity(): number {
    const { cellCluster, cellCount, clusterSizes, items } = this.table;
    const top = new Float64Array(clusterSizes.length);
    cellCount.forEach((count, cell) => (top[cellCluster[cell]!] = Math.max(top[cellCluster[cell]!]!, count)));
    return top.reduce((sum, count) => sum + count, 0) / items;
  }

  /** Mutual information over the mean of both entropies; one class and one cluster: 1; no information: 0. */
  nmi(mean: "arithmetic" | "geometric" = "arithmetic"): number {
    const [h, k] = [this.classEntropy, this.clusterEntropy];
    if (h === 0 && k === 0) return 1;
    const information = this.mutualInformation;
    return information === 0 ? 0 : information / (mean === "arithmetic" ? (h + k) / 2 : Math.sqrt(h * k));
  }

  /** Mutual information adjusted for chance (Vinh et al. 2010), arithmetic mean: 0 by chance, may be negative. */
  get ami(): number {
    if (this.ari === 1) return 1;
    const expected = expectedInformation(this.table);
    const above = (this.classEntropy + this.clusterEntropy) / 2 - expected;
    return above === 0 ? 0 : (this.mutualInformation - expected) / above;
  }

  /** The scores that papers report, as one row. */
  row(): Readonly<Record<"b3F1" | "b3P" | "b3R" | "v" | "homogeneity" | "completeness" | "ari", number>> {
    const { f1, precision, recall } = this.b3;
    return {
      b3F1: f1,
      b3P: precision,
      b3R: recall,
      v: this.vMeasure,
      homogeneity: this.homogeneity,
      completeness: this.completeness,
      ari: this.ari,
    };
  }

  toString(): string {
    const percent = (value: number) => (100 * value).toFixed(1);
    const { f1, precision, recall } = this.b3;
    const { items, classSizes, clusterSizes } = this.table;
    return (
      `B3 F1 ${percent(f1)} (P ${percent(precision)}, R ${percent(recall)}), ` +
      `V ${percent(this.vMeasure)} (hom ${percent(this.homogeneity)}, comp ${percent(this.completeness)}), ` +
      `ARI ${percent(this.ari)}: ${items.toLocaleString("en")} items, ${classSizes.length} classes, ${clusterSizes.length} clusters`
    );
  }

  [DISPLAY](): MimeBundle {
    const names = ["B3 F1", "B3 P", "B3 R", "V", "hom.", "comp.", "ARI"];
    const head = names.map((name) => `<th>${name}</th>`).join("");
    const cells = Object.values(this.row()).map((value) => `<td>${(100 * value).toFixed(1)}</td>`);
    const html = `<table><thead><tr>${head}</tr></thead><tbody><tr>${cells.join("")}</tr></tbody></table>`;
    return { "text/plain": this.toString(), "text/html": html };
  }
}

/**
 * Scores clusters against gold classes. Which label a class or cluster has does not matter.
 *
 * @example scoreClusters(relations, clustering.labels).b3.f1
 * @throws ShapeError for lists of different length, DataError when there are no items
 */
export function scoreClusters(gold: ArrayLike<ClassLabel>, predicted: ArrayLike<ClassLabel>): ClusterScores {
  return new ClusterScores(contingency(gold, predicted));
}
