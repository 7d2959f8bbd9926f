// What `relata bench engine` measures of the engine: a train step and an inference of an encoder with random weights.

import * as tf from "@tensorflow/tfjs";
import { Random } from "../../core";
import {
  AdamW,
  createParameter,
  DropoutStream,
  gradients,
  initialConstant,
  initialNormal,
} from "../../engine";
import { newEncoder, type TransformerEncoder } from "../../encoders";
import { parseEncoderConfig } from "../../encoders/weights";
import { statesAt } from "../../relations";
import type { TokenBatch } from "../../text/token-batch";

/** The size of an encoder and of a batch. */
export interface EncoderSize {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
  /** Rows of the word embeddings; default 30,522, as in BERT and MiniLM. */
  readonly vocabulary?: number;
}

/** Work to time: `run` does it once and returns when it is done. */
export interface BenchCase {
  run(): void;
  dispose(): void;
}

/** The sizes that the goals are about. */
export const encoderSizes = {
  minilm: { hidden: 384, layers: 6, heads: 12, batch: 32, length: 64 },
  "bert-base": { hidden: 768, layers: 12, heads: 12, batch: 8, length: 128 },
  tiny: { hidden: 128, layers: 2, heads: 4, batch: 32, length: 48, vocabulary: 2500 },
} as const satisfies Record<string, EncoderSize>;

const VOCABULARY = 30522;
const CLASSES = 19;

/**
 * One step of relation classification: dropout 0.1, the states of two tokens through a linear layer to 19 classes,
 * cross-entropy, gradients of every weight, AdamW. The engine must run.
 */
export function trainStepCase(size: EncoderSize): BenchCase {
  const random = new Random("bench");
  const encoder = encoderOf(size, random);
  const batch = batchOf(size, random);
  const head = createParameter(
    "head.weight",
    initialNormal(random.fork("head"), [CLASSES, 2 * size.hidden], 0.02),
  );
  const bias = createParameter("head.bias", initialConstant([CLASSES], 0), { isDecayed: false });
  const parameters = [...encoder.parameters, head, bias];
  const optimiser = new AdamW(parameters, { decay: 0.01 });
  const dropout = new DropoutStream(random.fork("dropout"));
  const at = (place: number): Int32Array => new Int32Array(size.batch).fill(place);
  const labels = Int32Array.from({ length: size.batch }, () => random.integer(CLASSES));
  const loss = (): tf.Scalar => {
    const { last } = encoder.forward(batch, { dropout });
    const relation = tf.concat([statesAt(last, at(1)), statesAt(last, at(5))], 1);
    const logits = tf.matMul(relation, head.value() as tf.Tensor2D, false, true).add(bias.value());
    const targets = tf.oneHot(tf.tensor1d(labels, "int32"), CLASSES);
    return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)))).div(size.batch);
  };
  return {
    run: () =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(loss, parameters);
        optimiser.step(slopes, 5e-5);
        value.dataSync();
      }),
    dispose: () => {
      optimiser.dispose();
      for (const parameter of parameters) parameter.dispose();
    },
  };
}

/** Hidden states of one batch. The engine must run. */
export function inferenceCase(size: EncoderSize): BenchCase {
  const random = new Random("bench");
  const encoder = encoderOf(size, random);
  const batch = batchOf(size, random);
  return {
    run: () => {
      tf.tidy(() => encoder.forward(batch).last.slice([0, 0, 0], [1, 1, 1]).dataSync());
    },
    dispose: () => encoder.dispose(),
  };
}

/** A BERT of that size with random weights. */
export function encoderOf(
  { hidden, layers, heads, length, vocabulary = VOCABULARY }: EncoderSize,
  random: Random,
): TransformerEncoder {
  const config = parseEncoderConfig({
    model_type: "bert",
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: 4 * hidden,
    max_position_embeddings: Math.max(512, length),
    type_vocab_size: 2,
  });
  return newEncoder(config, random.fork("weights"));
}

/** Random tokens without padding. */
export function batchOf({ batch, length, vocabulary = VOCABULARY }: EncoderSize, random: Random): TokenBatch {
  const numbers = batch * length;
  return {
    size: batch,
    length,
    ids: Int32Array.from({ length: numbers }, () => 1 + random.integer(vocabulary - 1)),
    mask: new Int32Array(numbers).fill(1),
    typeIds: new Int32Array(numbers),
  };
}
