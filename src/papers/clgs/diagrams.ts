// Figures 1 to 3 of the paper as drawings: how CLGS, CLDR and CLNER are trained.

import type { Experiment } from "../../experiments";
import { flowDiagram, type Chart, type FlowArrow, type FlowBox } from "../../plots";

/** What CLGS and CLDR share: words to the encoder that is trained, and to its frozen copy, whose vectors are nodes. */
const BOXES: readonly FlowBox[] = [
  { id: "x", text: ["sentence", "one token a word"], at: [0, 1], kind: "text" },
  { id: "tuned", text: ["encoder", "upper half is trained"], at: [1, 0], kind: "encoder" },
  { id: "frozen", text: ["frozen copy", "before tuning"], at: [1, 2], kind: "encoder" },
];
const ARROWS: readonly FlowArrow[] = [
  { from: "x", to: "tuned" },
  { from: "x", to: "frozen", isDashed: true },
];

/** F1: the pooled sentence finds its graph of all relations. */
export function clgsDiagram(): Chart {
  return flowDiagram(
    [
      ...BOXES,
      { id: "graphs", text: ["edges of Z graphs", "1 true, 8 all wrong"], at: [2, 3], kind: "graph" },
      { id: "gcn", text: ["GCN, tanh (3)", "A_norm (1, 2)"], at: [2, 2], kind: "graph" },
      { id: "S", text: ["S", "mean, max or [CLS]"], at: [3, 0], kind: "vector" },
      { id: "G", text: ["G_1 .. G_Z", "mean or max of nodes"], at: [3, 2], kind: "vector" },
      { id: "loss", text: ["CLGS (4)", "S finds G_1"], at: [4, 1], kind: "loss" },
    ],
    [
      ...ARROWS,
      { from: "tuned", to: "S" },
      { from: "frozen", to: "gcn", text: "nodes", isDashed: true },
      { from: "graphs", to: "gcn", isDashed: true },
      { from: "gcn", to: "G" },
      { from: "S", to: "loss" },
      { from: "G", to: "loss" },
    ],
    { title: "F1: CLGS (dashed: no gradient)" },
  );
}

/** F2: a pair of words finds its graph of two nodes. */
export function cldrDiagram(): Chart {
  return flowDiagram(
    [
      ...BOXES,
      { id: "pairs", text: ["Z pairs", "1 related, 8 half wrong"], at: [2, 3], kind: "graph" },
      { id: "gcn", text: ["GCN, ReLU (3)", "0.8 own, 0.2 partner"], at: [2, 2], kind: "graph" },
      { id: "RS", text: ["RS", "[drug ; effect], ReLU"], at: [3, 0], kind: "vector" },
      { id: "RG", text: ["RG_1 .. RG_Z", "both nodes, flat"], at: [3, 2], kind: "vector" },
      { id: "loss", text: ["CLDR (5)", "RS finds RG_1"], at: [4, 1], kind: "loss" },
    ],
    [
      ...ARROWS,
      { from: "tuned", to: "RS" },
      { from: "frozen", to: "gcn", text: "nodes", isDashed: true },
      { from: "pairs", to: "gcn", isDashed: true },
      { from: "gcn", to: "RG" },
      { from: "RS", to: "loss" },
      { from: "RG", to: "loss" },
    ],
    { title: "F2: CLDR, one relation at a time (dashed: no gradient)" },
  );
}

/** F3: words of one tag attract each other. */
export function clnerDiagram(): Chart {
  return flowDiagram(
    [
      { id: "x", text: ["16 sentences", "words and BIO tags"], at: [0, 0], kind: "text" },
      { id: "tuned", text: ["encoder", "upper half is trained"], at: [1, 0], kind: "encoder" },
      { id: "layer", text: ["linear layer", "v = W x + b"], at: [2, 0], kind: "encoder" },
      { id: "mask", text: ["80 words for each", "up to 30 of its tag"], at: [2, 1], kind: "graph" },
      { id: "v", text: ["v", "a vector a word"], at: [3, 0], kind: "vector" },
      { id: "loss", text: ["CLNER (6)", "own tag against all 80"], at: [4, 0.5], kind: "loss" },
    ],
    [
      { from: "x", to: "tuned" },
      { from: "tuned", to: "layer" },
      { from: "layer", to: "v" },
      { from: "x", to: "mask", isDashed: true },
      { from: "v", to: "loss" },
      { from: "mask", to: "loss", isDashed: true },
    ],
    { title: "F3: CLNER (dashed: no gradient)" },
  );
}

const diagram = (id: string, draw: () => Chart): Experiment => ({
  id,
  columns: [],
  rows: [],
  charts: () => [draw()],
});

export const F1 = diagram("F1", clgsDiagram);
export const F2 = diagram("F2", cldrDiagram);
export const F3 = diagram("F3", clnerDiagram);
