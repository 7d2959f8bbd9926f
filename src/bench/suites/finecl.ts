// `relata bench finecl`: one pre-training step of FineCL beside PyTorch; tokens per second follow from its time.

import type { RowPlan, Suite } from "../plan";

interface Size {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
  readonly vocabulary?: number;
}

function stepRow(title: string, size: Size): RowPlan {
  const { batch, length } = size;
  return {
    name: `pre-training step of FineCL, ${title} ${batch} x ${length} (${batch * length} tokens)`,
    unit: "ms",
    goal: 1,
    ours: { module: "finecl", make: "fineClStepCase", needsEngine: true },
    peer: { name: "PyTorch", package: "torch", script: "finecl.py" },
    options: { ...size, entities: 6, relations: 8, classes: 12, negatives: 64 },
  };
}

/** Contrast and masked language in one forward pass, for the encoders of `quick` and `small`. */
export const fineclSuite: Suite = {
  name: "finecl",
  summary: "FineCL's pre-training step beside PyTorch",
  rows: [
    stepRow("tiny BERT", { hidden: 128, layers: 2, heads: 4, batch: 32, length: 64, vocabulary: 2000 }),
    stepRow("MiniLM", { hidden: 384, layers: 6, heads: 12, batch: 16, length: 128 }),
  ],
};
