// Figures 1 and 2 of HiURE as drawings: the framework, and how exemplars of one layer reach the next.

import type { Experiment } from "../../experiments";
import { flowDiagram, type Chart } from "../../plots";

/** F1: two views, two encoders, clustering and both losses. */
export function frameworkDiagram(): Chart {
  return flowDiagram(
    [
      { id: "x", text: ["sentence", "[E1] .. [/E1] .. [E2]"], at: [0, 1], kind: "text" },
      { id: "view2", text: ["view", "other span words"], at: [1, 0], kind: "text" },
      { id: "view1", text: ["view", "random span words"], at: [1, 2], kind: "text" },
      { id: "momentum", text: ["momentum encoder", "follows slowly (12)"], at: [2, 0], kind: "encoder" },
      { id: "propulsion", text: ["propulsion encoder", "is trained"], at: [2, 2], kind: "encoder" },
      { id: "H", text: ["H", "keys, queue"], at: [3, 0.5], kind: "vector" },
      { id: "Hp", text: ["H'", "anchors"], at: [3, 2], kind: "vector" },
      { id: "hpc", text: ["HPC", "once an epoch (3-8)"], at: [4, 0], kind: "cluster" },
      { id: "E", text: ["exemplars", "L layers"], at: [5, 0], kind: "cluster" },
      { id: "info", text: ["InfoNCE (9)"], at: [4.4, 1.15], kind: "loss" },
      { id: "exem", text: ["ExemNCE (10)"], at: [5, 2], kind: "loss" },
    ],
    [
      { from: "x", to: "view1" },
      { from: "x", to: "view2" },
      { from: "view1", to: "propulsion" },
      { from: "view2", to: "momentum" },
      { from: "propulsion", to: "Hp" },
      { from: "momentum", to: "H", isDashed: true },
      { from: "propulsion", to: "momentum", text: "m", isDashed: true },
      { from: "H", to: "hpc", isDashed: true },
      { from: "hpc", to: "E", isDashed: true },
      { from: "H", to: "info", isDashed: true },
      { from: "Hp", to: "info" },
      { from: "E", to: "exem", isDashed: true },
      { from: "Hp", to: "exem" },
    ],
    { title: "F1: HiURE (dashed: no gradient)", column: 156, width: 128 },
  );
}

/** F2: attention between the exemplars of a layer moves the points of the next. */
export function attentionDiagram(): Chart {
  return flowDiagram(
    [
      { id: "h1", text: ["H, layer l", "points"], at: [0, 1], kind: "points" },
      { id: "e", text: ["exemplars, layer l", "by messages (3-5)"], at: [1, 0], kind: "cluster" },
      { id: "a", text: ["attention (6)", "softmax of e_j . e_k"], at: [2, 0], kind: "attention" },
      { id: "m", text: ["mixed exemplar (7)", "of each point's cluster"], at: [3, 0], kind: "attention" },
      { id: "h2", text: ["H, layer l + 1 (8)", "h + weight x mixed"], at: [4, 1], kind: "points" },
      { id: "e2", text: ["exemplars, layer l + 1", "higher preference"], at: [5, 0], kind: "cluster" },
      { id: "p", text: ["positive pairs", "point and its exemplars"], at: [2.5, 2], kind: "loss" },
    ],
    [
      { from: "h1", to: "e" },
      { from: "e", to: "a" },
      { from: "a", to: "m" },
      { from: "m", to: "h2" },
      { from: "h1", to: "h2", text: "stays near itself" },
      { from: "h2", to: "e2" },
      { from: "h1", to: "p" },
      { from: "h2", to: "p" },
    ],
    { title: "F2: cross hierarchy attention", column: 154, width: 130 },
  );
}

const diagram = (id: string, draw: () => Chart): Experiment => ({
  id,
  columns: [],
  rows: [],
  charts: () => [draw()],
});

export const F1 = diagram("F1", frameworkDiagram);
export const F2 = diagram("F2", attentionDiagram);
