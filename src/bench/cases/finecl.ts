// What `relata bench finecl` measures: one pre-training step of FineCL, relation discrimination and masked language.

import * as tf from "@tensorflow/tfjs";
import { fineClRelation } from "../../contrast";
import { Random } from "../../core";
import { maskedLanguageLoss, withMaskedHead } from "../../encoders";
import { AdamW, DropoutStream, gradients } from "../../engine";
import { segmentMeans } from "../../relations";
import { batchOf, encoderOf, type BenchCase, type EncoderSize } from "./engine";

/** Size of a step: documents with `entities` of three tokens each, `relations` labelled pairs a document. */
export interface FineClSize extends EncoderSize {
  readonly entities: number;
  readonly relations: number;
  readonly classes: number;
  readonly negatives: number;
}

const MENTION = 3;

/** Pairs of rows of one class, and up to `most` rows of other classes for each. */
function rolesOf(classes: readonly number[], most: number, random: Random) {
  const byClass = new Map<number, number[]>();
  classes.forEach((one, row) => byClass.set(one, [...(byClass.get(one) ?? []), row]));
  const pairs = [...byClass.values()].flatMap((rows) =>
    Array.from({ length: Math.floor(rows.length / 2) }, (_, at): [number, number][] => {
      const [a, b] = [rows[2 * at]!, rows[2 * at + 1]!];
      return [
        [a, b],
        [b, a],
      ];
    }).flat(),
  );
  const negatives = pairs.map(([anchor]) => {
    const others = classes.flatMap((one, row) => (one === classes[anchor] ? [] : [row]));
    return random.sample(others, Math.min(most, others.length));
  });
  return { pairs, negatives };
}

/**
 * Masked documents through the encoder, means over the tokens of each entity, `[e_h ; e_t]` of the pairs, the weighted
 * loss of eq. 5 and the masked-language loss, gradients of every weight, AdamW. The engine must run.
 */
export function fineClStepCase(size: FineClSize): BenchCase {
  const random = new Random("bench finecl");
  const encoder = withMaskedHead(encoderOf(size, random), random.fork("head"));
  const batch = batchOf(size, random);
  const { length, entities, relations, classes, negatives } = size;
  const first = Array.from({ length: size.batch * entities }, (_, at) => {
    const place = 1 + (at % entities) * Math.floor((length - 2) / entities);
    return Math.floor(at / entities) * length + place;
  });
  const tokens = Int32Array.from(
    first.flatMap((at) => Array.from({ length: MENTION }, (_, one) => at + one)),
  );
  const owners = Int32Array.from(first.flatMap((_, entity) => new Array<number>(MENTION).fill(entity)));
  const ends = Array.from({ length: size.batch * relations }, (_, at) => {
    const document = Math.floor(at / relations);
    return random.sample(
      Array.from({ length: entities }, (_, one) => document * entities + one),
      2,
    );
  });
  const roles = rolesOf(
    ends.map(() => random.integer(classes)),
    negatives,
    random,
  );
  const weights = ends.map(() => 1 + 1.7 * random.uniform());
  const masked = Math.floor(0.15 * size.batch * length);
  const places = Int32Array.from(
    random.sample(
      Array.from({ length: size.batch * length }, (_, at) => at),
      masked,
    ),
  ).sort();
  const hidden = { places, targets: Int32Array.from(places, (at) => batch.ids[at]!) };
  const optimiser = new AdamW(encoder.parameters, { decay: 1e-5 });
  const dropout = new DropoutStream(random.fork("dropout"));
  const objective = fineClRelation({ temperature: 0.05, variant: "code" });
  const loss = (): tf.Scalar => {
    const { last } = encoder.forward(batch, { dropout });
    const rows = tf.gather(last.reshape([size.batch * length, size.hidden]), tf.tensor1d(tokens, "int32"));
    const states = segmentMeans(rows as tf.Tensor2D, owners, first.length);
    const picked = tf.gather(states, tf.tensor1d(Int32Array.from(ends.flat()), "int32"));
    const embeddings = picked.reshape([ends.length, 2 * size.hidden]) as tf.Tensor2D;
    const contrast = objective.loss({ embeddings, ...roles, weights });
    return tf.add<tf.Scalar>(contrast, maskedLanguageLoss(encoder, last, hidden));
  };
  return {
    run: () =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(loss, encoder.parameters);
        optimiser.step(slopes, 5e-5);
        value.dataSync();
      }),
    dispose: () => {
      optimiser.dispose();
      encoder.dispose();
    },
  };
}
