// `relata bench hiclre`: a training step and the scores of bags beside PyTorch, and the memory of NYT10's size.

import { writeNyt10 } from "../cases/hiclre";
import type { RowPlan, Suite } from "../plan";

const SIZE = { bags: 16, sentences: 4, length: 48, hidden: 128, layers: 2, heads: 4, relations: 13 };
const TRAIN = 500_000;
const TEST = 170_000;

function row(name: string, make: string, task: string, size: Readonly<Record<string, number>>): RowPlan {
  return {
    name,
    unit: "ms",
    goal: 1,
    ours: { module: "hiclre", make, needsEngine: true },
    peer: { name: "PyTorch", package: "torch", script: "hiclre.py" },
    options: { ...size, task },
  };
}

/** Sixteen bags of four sentences through HiCLRE, 128 bags scored, and half a million lines in bounded memory. */
export const hiclreSuite: Suite = {
  name: "hiclre",
  summary: "HiCLRE's training step and its scores beside PyTorch; NYT10's size in bounded memory",
  rows: [
    row("train step of HiCLRE, tiny BERT 16 bags x 4", "hiclreStepCase", "step", SIZE),
    row("scores of 128 bags x 4, every relation a query", "hiclreScoresCase", "scores", {
      ...SIZE,
      bags: 128,
    }),
    {
      name: `bags of ${TRAIN} and ${TEST} lines, memories full, all scored: memory at most`,
      unit: "MB",
      goal: 4000,
      rounds: 1,
      ours: { module: "hiclre", make: "hiclreMemoryCase", needsEngine: true },
      options: { train: TRAIN, test: TEST },
      prepare: (folder) => {
        writeNyt10(folder, TRAIN, TEST);
        return Promise.resolve({ folder });
      },
    },
  ],
};
