// The first networks for DocRED (Yao et al. 2019, table 3 of Hogan et al. 2022): words, then a convolution or a BiLSTM.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../../core";
import type { Document } from "../../../data";
import { convolution, linear } from "../../../encoders";
import {
  createParameter,
  initialConstant,
  initialNormal,
  type DropoutStream,
  type Parameter,
} from "../../../engine";
import { entityStates } from "../../../relations";
import {
  documentBatch,
  encodeDocument,
  loadTokenizer,
  type DocumentBatch,
  type EncodedDocument,
  type PairPlace,
  type Tokenizer,
} from "../../../text";
import type { DocumentReader, EntityVectors } from "./document-model";

/** Which network. */
export type PlainKind = "cnn" | "bilstm";

const WORD_WIDTH = 100;
const WIDTH = 128;
const DROPOUT = 0.2;

/** `[batch, length, n]` with time running backwards. */
const reversed = (x: tf.Tensor3D): tf.Tensor3D => tf.reverse(x, 1);

/**
 * An LSTM from both ends: `inputs` `[2, batch, length, 4 n]` (what each gate gets from the words, forwards and, already
 * turned round, backwards), `recurrent` `[2, n, 4 n]`, `mask` `[2, batch, length]` (1 for a token, 0 for
 * padding). Gives `[batch, length, 2 n]`; padding has a state of 0 and hands on none.
 */
export function bothWays(inputs: tf.Tensor4D, recurrent: tf.Tensor3D, mask: Float32Array): tf.Tensor3D {
  return tf.tidy(() => {
    const [, batch, length, wide] = inputs.shape;
    const size = wide / 4;
    const steps = tf.unstack(inputs, 2) as tf.Tensor3D[];
    const masks = tf.unstack(tf.tensor4d(mask, [2, batch, length, 1]), 2) as tf.Tensor3D[];
    let state = tf.zeros<tf.Rank.R3>([2, batch, size]);
    let cell = tf.zeros<tf.Rank.R3>([2, batch, size]);
    const states = steps.map((input, at) => {
      const gates = tf.add(input, tf.matMul(state, recurrent));
      const [open, fresh] = tf.split(gates, [3 * size, size], 2) as [tf.Tensor3D, tf.Tensor3D];
      const [take, keep, give] = tf.split(tf.sigmoid(open), 3, 2) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
      const next = tf.add(tf.mul(keep, cell), tf.mul(take, tf.tanh(fresh)));
      cell = tf.mul(next, masks[at]!);
      state = tf.mul(give, tf.tanh(cell));
      return state;
    });
    const all = tf.stack(states, 2) as tf.Tensor4D;
    const [forwards, backwards] = tf.unstack(all, 0) as [tf.Tensor3D, tf.Tensor3D];
    return tf.concat([forwards, reversed(backwards)], 2);
  });
}

/** Word vectors from random numbers, then one network over a document; entities are read as `DocumentModel` does. */
export class PlainReader implements DocumentReader {
  readonly dim = WIDTH;
  readonly parameters: readonly Parameter[];
  private readonly encoded = new Map<Document, EncodedDocument>();
  private readonly tokenizer: Tokenizer;

  /** `folder` is an encoder's: its tokenizer makes the pieces. */
  constructor(
    folder: string,
    readonly kind: PlainKind,
    random: Random,
    private readonly maxLength: number,
  ) {
    this.tokenizer = loadTokenizer(folder);
    const normal = (name: string, shape: number[], deviation: number): Parameter =>
      createParameter(`${kind}.${name}`, initialNormal(random.fork(name), shape, deviation));
    const zero = (name: string, size: number): Parameter =>
      createParameter(`${kind}.${name}`, initialConstant([size], 0), { isDecayed: false });
    const words = normal("words", [this.tokenizer.size, WORD_WIDTH], 0.1);
    const half = WIDTH / 2;
    this.parameters =
      kind === "cnn"
        ? [
            words,
            normal("weight", [WIDTH, WORD_WIDTH, 3], 1 / Math.sqrt(3 * WORD_WIDTH)),
            zero("bias", WIDTH),
          ]
        : [
            words,
            normal("input", [8 * half, WORD_WIDTH], 1 / Math.sqrt(WORD_WIDTH)),
            zero("bias", 8 * half),
            normal("recurrent", [2, half, 4 * half], 1 / Math.sqrt(half)),
          ];
  }

  /** Documents and pairs as a batch. Entities are never hidden here. */
  batch(documents: readonly Document[], pairs: readonly PairPlace[]): DocumentBatch {
    const encoded = documents.map((document) => {
      const known = this.encoded.get(document);
      if (known !== undefined) return known;
      const found = encodeDocument(this.tokenizer, document, { maxLength: this.maxLength, markers: "none" });
      this.encoded.set(document, found);
      return found;
    });
    return documentBatch(encoded, pairs, { padId: this.tokenizer.padId, window: this.maxLength });
  }

  forward(batch: DocumentBatch, dropout?: DropoutStream): EntityVectors {
    const { size, length } = batch;
    const words = tf.gather(this.parameters[0]!.value(), tf.tensor1d(batch.ids, "int32")) as tf.Tensor2D;
    const dropped = dropout?.apply(words, DROPOUT) ?? words;
    const last = this.kind === "cnn" ? this.convolved(dropped, batch) : this.recurrent(dropped, batch);
    const states = last.reshape([size * length, WIDTH]) as tf.Tensor2D;
    return { entities: entityStates(states, batch, { mention: "mean", pooling: "mean" }), last };
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }

  private convolved(words: tf.Tensor2D, { size, length }: DocumentBatch): tf.Tensor3D {
    const [, weight, bias] = this.parameters.map((parameter) => parameter.value());
    const tokens = words.reshape([size, length, WORD_WIDTH]) as tf.Tensor3D;
    return tf.relu(convolution(tokens, weight as tf.Tensor3D, bias as tf.Tensor1D));
  }

  private recurrent(words: tf.Tensor2D, { size, length, mask }: DocumentBatch): tf.Tensor3D {
    const [, input, bias, recurrent] = this.parameters.map((parameter) => parameter.value());
    const gates = linear(words, input as tf.Tensor2D, bias as tf.Tensor1D).reshape([size, length, 4 * WIDTH]);
    const [forwards, backwards] = tf.split(gates, 2, 2) as [tf.Tensor3D, tf.Tensor3D];
    const both = tf.stack([forwards, reversed(backwards)]) as tf.Tensor4D;
    const masks = new Float32Array(2 * size * length);
    for (let row = 0; row < size; row++)
      for (let at = 0; at < length; at++) {
        masks[row * length + at] = mask[row * length + at]!;
        masks[(size + row) * length + at] = mask[row * length + length - 1 - at]!;
      }
    return bothWays(both, recurrent as tf.Tensor3D, masks);
  }
}
