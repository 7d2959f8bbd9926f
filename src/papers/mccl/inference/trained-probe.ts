// A linear layer on frozen vectors, trained by as many steps as fine-tuning: the other reading of the softmax of table 1.

import * as tf from "@tensorflow/tfjs";
import { linearHead } from "../../../classify";
import { OptionError } from "../../../core";
import { layerLoss } from "../fine-tuning/fine-tune-task";
import { byHead, type EmbeddedPairs, type InferenceOptions, type Predictions } from "./predictions";
import type { LoopSettings } from "../experiments/settings";
import { trainWith, type LoopContext } from "../training-loop";

/**
 * Relations by a layer that AdamW trained on the vectors of batches of documents, as fine-tuning does with the encoder
 * frozen. `probed` fits the same layer by L-BFGS instead.
 *
 * @throws OptionError when no training pair is visible
 */
export async function trainedProbe(
  { pairs, vectors, isVisible }: EmbeddedPairs,
  queries: EmbeddedPairs,
  options: InferenceOptions,
  loop: LoopSettings,
  context: LoopContext,
): Promise<Predictions> {
  const byDocument = new Map<number, number[]>();
  pairs.forEach(({ document, isCandidate }, row) => {
    if (!isCandidate || !isVisible[row]) return;
    const own = byDocument.get(document);
    if (own === undefined) byDocument.set(document, [row]);
    else own.push(row);
  });
  if (byDocument.size === 0)
    throw new OptionError("no training pair is visible: raise maxLength, or take a larger share of pairs");
  const items = [...byDocument.values()];
  const { columns } = vectors;
  const head = linearHead({
    inputs: columns,
    outputs: options.relations,
    random: context.random.fork("head"),
  });
  try {
    const task = {
      parameters: head.parameters,
      size: items.length,
      terms(indices: readonly number[]) {
        const rows = indices.flatMap((index) => items[index]!);
        const data = new Float32Array(rows.length * columns);
        rows.forEach((row, at) =>
          data.set(vectors.data.subarray(row * columns, (row + 1) * columns), at * columns),
        );
        const labelSets = rows.map((row) => pairs[row]!.labels);
        const logits = head.logits(tf.tensor2d(data, [rows.length, columns]));
        return [{ name: "ce", weight: 1, value: layerLoss(logits, labelSets, options.isMultiLabel) }];
      },
    };
    await trainWith(task, loop, context);
    return byHead(head, queries, options);
  } finally {
    head.dispose();
  }
}
