// Pairs of entities of documents: both entities, and the context that they share (paper 004, section 3.1).

import * as tf from "@tensorflow/tfjs";
import { OptionError } from "../core";
import type { EncoderOutput } from "../encoders";
import type { DocumentBatch } from "../text";
import { documentStates } from "./document-states";
import { entityStates, type EntityOptions } from "./entity-states";
import { localizedContext, type ContextOptions } from "./localized-context";

/** How pairs are read off. */
export interface PairReadoutOptions extends EntityOptions, ContextOptions {
  /** Whether the localized context is part of the vector (default true); it needs the encoder's attention. */
  readonly context?: boolean;
}

/** Width of a pair's vector in hidden sizes: head, tail and context. */
export function pairParts({ context = true }: PairReadoutOptions = {}): 2 | 3 {
  return context ? 3 : 2;
}

/**
 * `[h_s ; h_o ; c]` of every pair of the batch, `[pairs, 3 * hidden]`, or `[h_s ; h_o]` without context. A pair that is
 * not visible has zeros where an entity lost its mentions.
 *
 * @example pairStates(encoder.forward(batch, { attention: true }), batch)
 */
export function pairStates(
  { last, attention }: Pick<EncoderOutput, "last" | "attention">,
  batch: DocumentBatch,
  options: PairReadoutOptions = {},
): tf.Tensor2D {
  const { context = true } = options;
  const { pairs, slots } = batch;
  const count = pairs.length / 2;
  return tf.tidy(() => {
    const states = documentStates(last, batch);
    const entities = entityStates(states, batch, options);
    const side = (which: 0 | 1): tf.Tensor2D => {
      const rows = Int32Array.from({ length: count }, (_, index) => pairs[2 * index + which]!);
      return tf.gather(entities, tf.tensor1d(rows, "int32")) as tf.Tensor2D;
    };
    if (!context) return tf.concat([side(0), side(1)], 1);
    if (attention === undefined)
      throw new OptionError(
        "the localized context needs the encoder's attention: call forward(batch, { attention: true }), or set context: false",
      );
    const contexts = localizedContext(states, attention, batch, options);
    const rows = Int32Array.from(
      { length: count },
      (_, index) => pairs[2 * index]! * slots + (pairs[2 * index + 1]! % slots),
    );
    return tf.concat([side(0), side(1), tf.gather(contexts, tf.tensor1d(rows, "int32")) as tf.Tensor2D], 1);
  });
}
