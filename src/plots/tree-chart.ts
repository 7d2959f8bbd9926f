// A tree in layers: nodes as large as what is in them, coloured by what most of it is, each saying more on hover.

import { visibleText } from "../report";
import { Chart } from "./chart";
import { colours } from "./theme";

/** A node of a tree to draw. */
export interface TreeItem {
  /** What decides the colour, such as the commonest relation. */
  readonly label: string;
  /** What the node stands for, shown on hover, such as its exemplar's sentence. */
  readonly text: string;
  /** More on hover, such as the shares of all relations. */
  readonly detail: string;
  readonly size: number;
  readonly children: readonly TreeItem[];
}

/** What words the drawing uses. */
export interface TreeOptions {
  readonly title?: string;
  /** What labels are (default `label`), and what `text` and `detail` are called on hover. */
  readonly labelName?: string;
  readonly textName?: string;
  /** What is written beside the leaves: the "label" (default) or the "text". */
  readonly beside?: "label" | "text";
  readonly detailName?: string;
  /** Labels in the order of the legend; default by name. */
  readonly order?: readonly string[];
}

interface PlacedNode {
  readonly layer: number;
  readonly y: number;
  readonly top: number;
  readonly item: TreeItem;
}

interface PlacedLink {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  readonly top: number;
}

const LONGEST = 240;
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

/** Nodes from top to bottom: those without children one under the other, the others in the middle of theirs. */
function place(roots: readonly TreeItem[]): { nodes: PlacedNode[]; links: PlacedLink[]; rows: number } {
  const nodes: PlacedNode[] = [];
  const links: PlacedLink[] = [];
  let rows = 0;
  const visit = (item: TreeItem, layer: number, top: number): number => {
    const below = item.children.map((child) => visit(child, layer + 1, top));
    const y = below.length === 0 ? rows++ : (below[0]! + below.at(-1)!) / 2;
    for (const y2 of below) links.push({ x: layer, y, x2: layer + 1, y2, top });
    nodes.push({ layer, y, top, item });
    return y;
  };
  roots.forEach((root, top) => visit(root, 1, top));
  return { nodes, links, rows };
}

function sketch(roots: readonly TreeItem[]): string {
  const most = Math.max(1, ...roots.map(({ size }) => size));
  const lines: string[] = [];
  const draw = ({ label, text, size, children }: TreeItem, indent: string): void => {
    const words = cut(visibleText(text)).slice(0, 60);
    const bar = "█".repeat(Math.max(1, Math.round((8 * size) / most)));
    lines.push(`${indent}${bar} ${size} ${visibleText(label)}: ${words}`);
    for (const child of children) draw(child, `${indent}  `);
  };
  for (const root of roots) draw(root, "");
  return lines.length > 60
    ? [...lines.slice(0, 60), `... ${lines.length - 60} more`].join("\n")
    : lines.join("\n");
}

/**
 * A tree from left (coarse) to right (fine). Where charts are live, a click on a node brings out the tree it is in.
 *
 * @example treeChart(clusters, { labelName: "relation", textName: "exemplar" });
 */
export function treeChart(roots: readonly TreeItem[], options: TreeOptions = {}): Chart {
  const { title, labelName = "label", textName = "text", detailName = "more", beside = "label" } = options;
  const { nodes, links, rows } = place(roots);
  const depth = Math.max(1, ...nodes.map(({ layer }) => layer));
  const values = nodes.map(({ layer, y, top, item }) => ({
    x: layer,
    y,
    top,
    label: item.label,
    text: cut(item.text),
    detail: cut(item.detail),
    size: item.size,
    isLeaf: item.children.length === 0,
  }));
  const order = options.order ?? [...new Set(values.map(({ label }) => label))].sort();
  const chosen = { condition: { param: "chosen", value: 0.9 }, value: 0.15 };
  const x = {
    field: "x",
    type: "quantitative",
    scale: { domain: [0.85, depth + 0.6], nice: false },
    axis: {
      values: Array.from({ length: depth }, (_, l) => l + 1),
      labelExpr: "'layer ' + datum.value",
      orient: "top",
      title: null,
      domain: false,
      ticks: false,
    },
  };
  const y = {
    field: "y",
    type: "quantitative",
    axis: null,
    scale: { domain: [rows - 0.5, -0.5], nice: false },
  };
  const tooltip = [
    { field: "text", type: "nominal", title: textName },
    { field: "size", type: "quantitative", title: "size" },
    { field: "label", type: "nominal", title: labelName },
    { field: "detail", type: "nominal", title: detailName },
  ];
  const chart = new Chart({
    body: {
      width: 160 * depth + 120,
      height: Math.max(120, Math.min(1400, 22 * rows)),
      params: [{ name: "chosen", select: { type: "point", fields: ["top"] }, views: ["nodes"] }],
      layer: [
        {
          data: { values: links },
          mark: { type: "rule", color: "#9ca3af", strokeWidth: 1 },
          encoding: {
            x,
            y,
            x2: { field: "x2" },
            y2: { field: "y2" },
            opacity: chosen,
          },
        },
        {
          name: "nodes",
          data: { values },
          transform: [{ calculate: "datum.text + ' · ' + datum.size + ' · ' + datum.detail", as: "said" }],
          mark: { type: "circle", cursor: "pointer" },
          encoding: {
            x,
            y,
            size: {
              field: "size",
              type: "quantitative",
              scale: { range: [12, 700], zero: true },
              legend: { title: "size", tickCount: 3 },
            },
            color: {
              field: "label",
              type: "nominal",
              title: labelName,
              scale: { domain: order, range: colours(order.length) },
              legend: { symbolSize: 70, columns: order.length > 24 ? 2 : 1 },
            },
            opacity: chosen,
            tooltip,
            description: { field: "said", type: "nominal" },
          },
        },
        {
          data: { values: values.filter(({ isLeaf }) => isLeaf) },
          mark: { type: "text", align: "left", dx: 14, fontSize: 10, limit: 170, color: "#4b5563" },
          encoding: { x, y, text: { field: beside, type: "nominal" }, opacity: chosen },
        },
      ],
    },
    sketch: () => sketch(roots),
  });
  return title === undefined ? chart : chart.title(title);
}
