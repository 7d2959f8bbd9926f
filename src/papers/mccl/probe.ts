// A linear layer on frozen vectors, for one relation a pair (softmax) or several (adaptive threshold).

import * as tf from "@tensorflow/tfjs";
import { linearClassifier, linearHead } from "../../classify";
import { adaptiveThreshold } from "../../contrast";
import { matrix, selectRows, type Matrix, type Random } from "../../core";
import { train } from "../../train";
import { byHead, onlyAsked, type EmbeddedPairs, type InferenceOptions, type Predictions } from "./inference";

/** Mean 0 and deviation 1 of each column, by the training rows. */
function standardised(train: Matrix, others: readonly Matrix[]): Matrix[] {
  const { rows, columns } = train;
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  train.data.forEach((value, i) => {
    mean[i % columns]! += value / rows;
    square[i % columns]! += (value * value) / rows;
  });
  const deviation = square.map((value, i) => Math.sqrt(Math.max(1e-12, value - mean[i]! ** 2)));
  return [train, ...others].map(({ data, rows: count }) =>
    matrix(
      data.map((value, i) => (value - mean[i % columns]!) / deviation[i % columns]!),
      count,
      columns,
    ),
  );
}

function usable({ pairs, isVisible, vectors }: EmbeddedPairs): {
  vectors: Matrix;
  sets: (readonly number[])[];
} {
  const rows = pairs.flatMap(({ isCandidate }, row) => (isCandidate && isVisible[row] ? [row] : []));
  return { vectors: selectRows(vectors, rows), sets: rows.map((row) => pairs[row]!.labels) };
}

/** Softmax regression to its optimum for one relation a pair; else a threshold layer by AdamW on the same features. */
export async function probed(
  known: EmbeddedPairs,
  queries: EmbeddedPairs,
  options: InferenceOptions,
  { steps, rate, random }: { steps: number; rate: number; random: Random },
): Promise<Predictions> {
  const { vectors, sets } = usable(known);
  if (!options.isMultiLabel) {
    const fitted = linearClassifier().fit(
      vectors,
      sets.map(([label = 0]) => label),
    );
    return onlyAsked(
      fitted.predict(queries.vectors).map((label) => (label === 0 ? [] : [label])),
      queries,
    );
  }
  const [features, asked] = standardised(vectors, [queries.vectors]);
  const { relations } = options;
  const head = linearHead({ inputs: vectors.columns, outputs: relations, random: random.fork("probe") });
  const task = {
    parameters: head.parameters,
    size: sets.length,
    terms(indices: readonly number[]) {
      const { data, rows, columns } = selectRows(features!, indices);
      const labels = new Float32Array(rows * relations);
      indices.forEach((index, row) => sets[index]!.forEach((label) => (labels[row * relations + label] = 1)));
      const logits = head.logits(tf.tensor2d(data, [rows, columns]));
      const value = adaptiveThreshold().loss({ logits, labelMatrix: tf.tensor2d(labels, [rows, relations]) });
      return [{ name: "probe", weight: 1, value }];
    },
  };
  try {
    const loop = { random: random.fork("probe order"), batchSize: 512, steps, rate, weightDecay: 0.01 };
    for await (const step of train(task, loop)) void step;
    return byHead(head, { ...queries, vectors: asked! }, options);
  } finally {
    head.dispose();
  }
}
