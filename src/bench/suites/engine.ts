// `relata bench engine`: train step, inference and tokenizer against PyTorch, transformers and tokenizers.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf } from "../../core";
import { inventedSentences } from "../cases/invented-sentences";
import { PATIENT } from "../measure-row";
import type { RowPlan, Suite } from "../plan";

/** The sizes that the goals are about. */
const MODELS = {
  tiny: {
    title: "tiny BERT",
    size: { hidden: 128, layers: 2, heads: 4, batch: 32, length: 48, vocabulary: 2500 },
  },
  minilm: { title: "MiniLM", size: { hidden: 384, layers: 6, heads: 12, batch: 32, length: 64 } },
  "bert-base": { title: "BERT-base", size: { hidden: 768, layers: 12, heads: 12, batch: 8, length: 128 } },
} as const;

/** Forward, backward and AdamW on four cores, in ms: what the experiments of the quick profile are planned with. */
const TINY_LIMIT = 60;

function encoderRow(model: keyof typeof MODELS, task: "inference" | "train"): RowPlan {
  const { title, size } = MODELS[model];
  return {
    name: `${title} ${task === "train" ? "train step" : "inference"} ${size.batch} x ${size.length}`,
    unit: "s",
    goal: 1,
    // At most one and a half times the peer's peak.
    memoryGoal: 1 / 1.5,
    ours: { module: "engine", make: task === "train" ? "trainStepCase" : "inferenceCase", needsEngine: true },
    peer: { name: "PyTorch", package: "torch", script: "encoder.py" },
    options: { ...size, task },
  };
}

/** The step of the tiny BERT in ms: beside PyTorch, and against its limit. */
function tinyRows(): RowPlan[] {
  const row: RowPlan = { ...encoderRow("tiny", "train"), unit: "ms" };
  const { name, unit, ours, options } = row;
  return [row, { name: `${name}, its limit`, unit, goal: TINY_LIMIT, ours, options }];
}

const SENTENCES = 2000;
/** No sentence comes twice in a run: warm-up and rounds each take the next ones. */
const SLICES = PATIENT.warmUp + PATIENT.mostRounds;

const tokenizerRow: RowPlan = {
  name: `tokenizer, ${SENTENCES} sentences`,
  unit: "s",
  goal: 0.33,
  ours: { module: "tokenizer", make: "tokenizerCase" },
  peer: { name: "tokenizers", package: "tokenizers", script: "tokenizer.py" },
  options: { slice: SENTENCES },
  prepare: async (folder) => {
    const { getModel } = await import("../../models");
    try {
      const model = await getModel("minilm");
      const sentences = path.join(folder, "sentences.json");
      fs.writeFileSync(sentences, JSON.stringify(inventedSentences(SENTENCES * SLICES)));
      return { folder: model, tokenizer: path.join(model, "tokenizer.json"), sentences };
    } catch (error) {
      return `the weights of minilm, whose tokenizer is used, cannot be had: ${messageOf(error)}`;
    }
  },
};

/** Encoders with random weights at the sizes of MiniLM, BERT-base and the tiny BERT, dropout 0.1 in training, and the tokenizer. */
export const engineSuite: Suite = {
  name: "engine",
  summary: "encoder inference, train step, memory and tokenizer against PyTorch, transformers and tokenizers",
  rows: [
    encoderRow("minilm", "inference"),
    encoderRow("minilm", "train"),
    encoderRow("bert-base", "inference"),
    encoderRow("bert-base", "train"),
    ...tinyRows(),
    tokenizerRow,
  ],
};
