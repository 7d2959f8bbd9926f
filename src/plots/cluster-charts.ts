// Clusters to look at: a hierarchy as a tree of exemplars, and a clustering as a map.

import { OptionError, type Matrix } from "../core";
import { Hierarchy, treeOf, type ClusterLayer, type Clustering, type TreeNode } from "../cluster";
import type { Chart } from "./chart";
import { project, type ProjectOptions } from "./projection";
import { treeChart, type TreeItem, type TreeOptions } from "./tree-chart";

/** What is known of the clustered points, in their order. */
export interface ClusterWords {
  /** What each point is, such as its sentence. */
  readonly texts: readonly string[];
  /** Gold label of each point, such as its relation; without them colours follow the first layer's clusters. */
  readonly labels?: readonly string[];
}

function requireWords(points: number, { texts, labels }: ClusterWords): void {
  for (const [name, list] of Object.entries({ texts, labels }))
    if (list !== undefined && list.length !== points)
      throw new OptionError(`${list.length} ${name} for ${points} clustered points: expected one a point`);
}

/** Labels with their shares, the commonest first. */
function sharesOf(members: readonly number[], labels: readonly string[]): [label: string, share: number][] {
  const counts = new Map<string, number>();
  for (const index of members) counts.set(labels[index]!, (counts.get(labels[index]!) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([label, count]) => [label, count / members.length]);
}

/** k-means of identical points leaves clusters that nobody is in. */
const isFilled = ({ size }: TreeNode): boolean => size > 0;

/**
 * The tree of a hierarchy, or of its layers as numbers: each node an exemplar with its sentence, the size of its cluster, and which labels are in it.
 *
 * @example clusterTree(hierarchy, { texts: sentences.items.map(({ text }) => text), labels: relations })
 * @throws OptionError where texts or labels do not fit the points
 */
export function clusterTree(
  layers: Hierarchy | readonly ClusterLayer[],
  words: ClusterWords,
  options: TreeOptions = {},
): Chart {
  const { texts, labels } = words;
  const plain =
    layers instanceof Hierarchy
      ? layers.levels.map(({ clustering }) => ({
          labels: clustering.labels,
          exemplars: clustering.exemplars!,
        }))
      : layers;
  requireWords(plain[0]?.labels.length ?? 0, words);
  const membersOf = plain.map((layer) => {
    const members: number[][] = Array.from({ length: layer.exemplars.length }, () => []);
    for (let i = 0; i < layer.labels.length; i++) members[layer.labels[i]!]!.push(i);
    return members;
  });
  const item = (node: TreeNode, root: number): TreeItem => {
    const shares = labels === undefined ? [] : sharesOf(membersOf[node.layer - 1]![node.cluster]!, labels);
    const shown = shares.slice(0, 5).map(([label, share]) => `${label} ${Math.round(100 * share)} %`);
    return {
      label: shares[0]?.[0] ?? `cluster ${root}`,
      text: texts[node.exemplar]!,
      detail: shown.join(", ") || `cluster ${node.cluster} of layer ${node.layer}`,
      size: node.size,
      children: node.children.filter(isFilled).map((child) => item(child, root)),
    };
  };
  return treeChart(
    treeOf(plain)
      .filter(isFilled)
      .map((node, root) => item(node, root)),
    {
      labelName: labels === undefined ? "cluster of layer 1" : "commonest relation",
      textName: "exemplar",
      detailName: labels === undefined ? "cluster" : "relations",
      ...options,
    },
  );
}

/** How a clustering is mapped. */
export interface ClusterMapOptions extends ProjectOptions {
  readonly title?: string;
}

/** A map of clustered points in the plane, coloured by cluster; exemplars say so on hover. */
export async function clusterMap(
  clustering: Clustering,
  points: Matrix,
  words: ClusterWords,
  { title, ...options }: ClusterMapOptions = {},
): Promise<Chart> {
  requireWords(clustering.labels.length, words);
  const { data, rows, columns } = points;
  const map = await project({ data, shape: [rows, columns] }, { metric: "cosine", ...options });
  const exemplars = new Set(clustering.exemplars ?? []);
  const digits = String(clustering.count - 1).length;
  const described = words.texts.map((text, index) => ({
    text,
    label: words.labels?.[index] ?? "",
    cluster: String(clustering.labels[index]).padStart(digits, "0"),
    role: exemplars.has(index) ? "exemplar" : "",
  }));
  return map.plot({
    color: "cluster",
    rows: described,
    hover: ["text", "label", "cluster", "role"],
    title: title ?? clustering.method,
  });
}
