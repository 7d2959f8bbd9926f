// What an encoder is asked for and what it gives.

import type * as tf from "@tensorflow/tfjs";
import type { DropoutStream } from "../engine";

/** What to compute. */
export interface ForwardOptions {
  /** Training: masks come from this stream. Default: inference, no dropout. */
  readonly dropout?: DropoutStream | undefined;
  /** Also the hidden states of embeddings and every block. */
  readonly allHidden?: boolean;
  /** Also the last block's attention, after softmax and before dropout. */
  readonly attention?: boolean;
  /** Also the attention of every block. */
  readonly allAttention?: boolean;
  /** Row-major `[size, length]`; default 0, 1, 2, ... (RoBERTa: counted over tokens that are not padding). */
  readonly positions?: Int32Array;
  /**
   * Computes no states of padding, which are 0 in the output. States and attention of tokens are the same but for
   * rounding, so `pooled` differs only where a sequence begins with padding; with dropout other masks are drawn, as there
   * are fewer rows. Default: padding is computed too.
   */
  readonly packed?: boolean | undefined;
}

/** Hidden states `[size, length, hidden]` and what else was asked for. */
export interface EncoderOutput {
  readonly last: tf.Tensor3D;
  /** `tanh(W h_first + b)`, `[size, hidden]`, where the encoder has a pooler. */
  readonly pooled?: tf.Tensor2D;
  /** After embeddings, then after each block. */
  readonly hidden?: tf.Tensor3D[];
  /** The last block's attention `[size, heads, length, length]`. */
  readonly attention?: tf.Tensor4D;
  readonly attentions?: tf.Tensor4D[];
}
