// Figures 1 and 2 of the paper as drawings: what levels mean, and how HiCLRE is trained.

import type { Experiment } from "../../experiments";
import { flowDiagram, type Chart } from "../../plots";

/** F1: the same bag on three levels, in a level and across levels. */
export function levelsDiagram(): Chart {
  return flowDiagram(
    [
      { id: "e1", text: ["entities of S1", "h_e1, h_e2"], at: [0, 0], kind: "entity" },
      { id: "e2", text: ["entities of S2", "h_e1, h_e2"], at: [1, 0], kind: "entity" },
      { id: "e3", text: ["entities of S3", "h_e1, h_e2"], at: [2, 0], kind: "entity" },
      { id: "s1", text: ["S1", "states the relation"], at: [0, 1], kind: "sentence" },
      { id: "s2", text: ["S2", "states the relation"], at: [1, 1], kind: "sentence" },
      { id: "s3", text: ["S3", "noise"], at: [2, 1], kind: "noise" },
      { id: "bag", text: ["bag", "one pair, one label"], at: [1, 2], kind: "bag" },
    ],
    [
      { from: "e1", to: "s1" },
      { from: "e2", to: "s2" },
      { from: "e3", to: "s3" },
      { from: "s1", to: "s2", isDashed: true },
      { from: "s2", to: "s3", isDashed: true },
      { from: "s1", to: "bag" },
      { from: "s2", to: "bag" },
      { from: "s3", to: "bag", text: "should count little" },
    ],
    { title: "F1: three levels of a bag (dashed: within a level)" },
  );
}

/** F2: from the sentences of a bag to the four losses. */
export function hiclreDiagram(): Chart {
  return flowDiagram(
    [
      { id: "x", text: ["sentences of a bag", "with entity markers"], at: [0, 1], kind: "text" },
      { id: "bert", text: ["BERT (1)"], at: [1, 1], kind: "encoder" },
      { id: "e", text: ["entity level", "h_e1, h_e2"], at: [2, 0], kind: "vector" },
      { id: "s", text: ["sentence level", "h_S (2)"], at: [2, 1], kind: "vector" },
      { id: "b", text: ["bag level", "alpha_i h_S (3-5)"], at: [2, 2], kind: "vector" },
      { id: "mgr", text: ["recontextualization", "Q, K, V of levels (9-11)"], at: [3, 1], kind: "encoder" },
      { id: "hb", text: ["h_B", "one vector a bag"], at: [3, 2], kind: "vector" },
      { id: "task", text: ["L_task (8)"], at: [4, 2], kind: "loss" },
      { id: "pt", text: ["h' = h + eps g/|g| + I", "(12-15)"], at: [4, 1], kind: "perturbation" },
      { id: "memory", text: ["last epoch's rows", "I = (E-u)/E cos (14)"], at: [4, 0], kind: "perturbation" },
      { id: "nce", text: ["L_entity, L_sentence,", "L_bag (16)"], at: [5, 1], kind: "loss" },
    ],
    [
      { from: "x", to: "bert" },
      { from: "bert", to: "e" },
      { from: "bert", to: "s" },
      { from: "s", to: "b" },
      { from: "e", to: "mgr" },
      { from: "s", to: "mgr" },
      { from: "b", to: "mgr" },
      { from: "mgr", to: "hb" },
      { from: "hb", to: "task" },
      { from: "task", to: "pt", text: "gradient", isDashed: true },
      { from: "memory", to: "pt", isDashed: true },
      { from: "pt", to: "nce" },
    ],
    { title: "F2: HiCLRE (dashed: no gradient)", column: 176 },
  );
}

const diagram = (id: string, draw: () => Chart): Experiment => ({
  id,
  columns: [],
  rows: [],
  charts: () => [draw()],
});

export const F1 = diagram("F1", levelsDiagram);
export const F2 = diagram("F2", hiclreDiagram);
