// The training task of a relation encoder: sentences in, whatever roles the objective names out.

import type * as tf from "@tensorflow/tfjs";
import type { Labels, Objective } from "../contrast";
import type { Sentence } from "../data";
import type { TransformerEncoder } from "../encoders";
import type { LinearHead } from "../classify";
import type { DropoutStream, Parameter } from "../engine";
import type { Readout } from "../relations";
import type { MentionBatch } from "../text";
import type { TrainingTask } from "../train";
import { digestOf } from "../experiments";

/**
 * The roles a batch of sentences can play. Only those the objective names are computed: without `logits` there is no
 * head, and only `positive` costs a second pass, with other dropout.
 */
export interface RelationRoles {
  /** Relation vectors `[batch, width]`. */
  readonly embeddings: tf.Tensor2D;
  /** Class scores `[batch, relations]`. */
  readonly logits: tf.Tensor2D;
  /** Index of each sentence's relation `[batch]`. */
  readonly labels: Labels;
  /** The first of two views `[batch, width]`. */
  readonly anchor: tf.Tensor2D;
  /** The second view of the same sentences `[batch, width]`. */
  readonly positive: tf.Tensor2D;
}

/** The names of the roles that the losses of an objective use. */
export function rolesOf<B>(objective: Objective<B>): ReadonlySet<string> {
  return new Set(objective.losses.flatMap(({ about }) => about.roles.map(({ name }) => name)));
}

export interface RelationTaskParts {
  readonly encoder: TransformerEncoder;
  readonly readout: Readout;
  readonly head: LinearHead | undefined;
  /** Dropout on the relation vector before the head. */
  readonly headDropout: number;
  readonly sentences: readonly Sentence[];
  /** Class index of each sentence; empty for objectives without labels. */
  readonly labels: readonly number[];
  encode(sentences: readonly Sentence[]): MentionBatch;
  readonly objective: Objective<RelationRoles>;
}

/** The relation vectors of a batch, `[batch, width]`, with dropout where a stream is given. */
export function relationVectors(
  encoder: TransformerEncoder,
  readout: Readout,
  batch: MentionBatch,
  dropout?: DropoutStream,
): tf.Tensor2D {
  const { last } = encoder.forward(batch, dropout === undefined ? {} : { dropout });
  return readout.read(last, batch);
}

/** Puts encoder, readout, head and objective together for the step loop. */
export function relationTask(parts: RelationTaskParts): TrainingTask {
  const { encoder, readout, head, headDropout, sentences, labels, encode, objective } = parts;
  const needed = rolesOf(objective);
  const parameters: Parameter[] = [...encoder.parameters, ...(head?.parameters ?? [])];
  return {
    parameters,
    size: sentences.length,
    identity: JSON.stringify([digestOf(sentences), labels, `${objective}`, readout.name, headDropout]),
    terms(indices, { dropout }) {
      const batch = encode(indices.map((index) => sentences[index]!));
      const view = (): tf.Tensor2D =>
        dropout.apply(relationVectors(encoder, readout, batch, dropout), headDropout) as tf.Tensor2D;
      const embeddings = view();
      const roles: Partial<RelationRoles> = {
        embeddings,
        anchor: embeddings,
        labels: indices.map((index) => labels[index]!),
        ...(head === undefined ? {} : { logits: head.logits(embeddings) }),
        ...(needed.has("positive") ? { positive: view() } : {}),
      };
      return objective.terms(roles as RelationRoles);
    },
  };
}
