// Figure 1 of FineCL as a drawing: three stages.

import { flowDiagram, type Chart } from "../../../plots";

/** F1: the order in which distant labels are learned, contrastive pre-training weighted by it, adaptation. */
export function stagesDiagram(): Chart {
  return flowDiagram(
    [
      { id: "distant", text: ["documents with", "distant labels"], at: [0, 1], kind: "text" },
      {
        id: "extractor",
        text: ["1: train an extractor,", "note the epoch k"],
        at: [1.1, 0],
        kind: "encoder",
      },
      { id: "order", text: ["learning order", "A_1 .. A_K, B"], at: [2.2, 0], kind: "vector" },
      { id: "weights", text: ["weights f(k)", "eq. 6"], at: [3.3, 0], kind: "vector" },
      { id: "encoder", text: ["2: encoder", "masked documents"], at: [1.1, 2], kind: "encoder" },
      { id: "LE", text: ["L_E: the tail among", "the entities"], at: [2.2, 1.05], kind: "loss" },
      { id: "LR", text: ["L_R: pairs of a relation", "eq. 5"], at: [3.3, 1.15], kind: "loss" },
      { id: "LM", text: ["L_MLM: hidden", "words"], at: [2.2, 2.3], kind: "loss" },
      { id: "tuned", text: ["3: fine-tuning on", "few gold labels"], at: [1.1, 3.1], kind: "encoder" },
    ],
    [
      { from: "distant", to: "extractor" },
      { from: "extractor", to: "order" },
      { from: "order", to: "weights" },
      { from: "distant", to: "encoder" },
      { from: "encoder", to: "LE" },
      { from: "encoder", to: "LR" },
      { from: "encoder", to: "LM" },
      { from: "weights", to: "LR" },
      { from: "encoder", to: "tuned", text: "starts from", isDashed: true },
    ],
    { title: "F1: three stages", column: 160, width: 150 },
  );
}
