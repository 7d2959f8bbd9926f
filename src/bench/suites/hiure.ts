// `relata bench hiure`: a training step of HiURE beside PyTorch, its clustering beside scikit-learn.

import * as path from "node:path";
import { writePoints } from "../cases/cluster";
import type { RowPlan, Suite } from "../plan";

const POINTS = 1200;
const DIM = 512;

function stepRow(title: string, size: Readonly<Record<string, number>>): RowPlan {
  return {
    name: `train step of HiURE, ${title} ${size["batch"]} x ${size["length"]}`,
    unit: "ms",
    goal: 1,
    ours: { module: "hiure", make: "hiureStepCase", needsEngine: true },
    peer: { name: "PyTorch", package: "torch", script: "hiure.py" },
    options: { ...size, task: "step" },
  };
}

/** HiNCE with 511 negatives and three layers of exemplars; hierarchical propagation of 1,200 vectors. */
export const hiureSuite: Suite = {
  name: "hiure",
  summary: "HiURE's training step beside PyTorch, its layers of exemplars beside scikit-learn",
  rows: [
    stepRow("tiny BERT", { hidden: 128, layers: 2, heads: 4, batch: 64, length: 32, vocabulary: 2500 }),
    stepRow("MiniLM", { hidden: 384, layers: 6, heads: 12, batch: 32, length: 48 }),
    {
      name: `three layers of exemplars, ${POINTS} points`,
      unit: "s",
      goal: 1,
      ours: { module: "hiure", make: "layersCase", needsEngine: true },
      peer: { name: "scikit-learn", package: "scikit-learn", script: "hiure.py" },
      options: { task: "layers", points: POINTS, dim: DIM },
      prepare: (folder) => {
        const file = path.join(folder, "points.f32");
        writePoints(file, POINTS, DIM);
        return Promise.resolve({ file });
      },
    },
  ],
};
