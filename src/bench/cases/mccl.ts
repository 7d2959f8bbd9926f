// What `relata bench mccl` measures: vectors of thousands of pairs with their gradients, and classwise kNN.

import * as tf from "@tensorflow/tfjs";
import { classwiseKnn } from "../../classify";
import { matrix, Random } from "../../core";
import { pairStates } from "../../relations";
import type { DocumentBatch } from "../../text";
import type { BenchCase } from "./engine";
import { peakMemoryOf } from "./peak-memory";

/** A batch of documents of one length, each with as many entities and mentions. */
export interface PairSize {
  readonly documents: number;
  readonly length: number;
  readonly hidden: number;
  readonly heads: number;
  readonly entities: number;
  readonly mentions: number;
}

function documentsOf({ documents, length, entities, mentions }: PairSize, random: Random): DocumentBatch {
  const owners = Array.from({ length: documents * mentions }, (_, index) => {
    const document = Math.floor(index / mentions);
    return document * entities + (index % entities);
  });
  const at = owners.map(() => 1 + random.integer(length - 2));
  const pairs = Array.from({ length: documents }, (_, document) =>
    Array.from({ length: entities * entities }, (_unused, pair) => [
      document * entities + Math.floor(pair / entities),
      document * entities + (pair % entities),
    ]).filter(([head, tail]) => head !== tail),
  ).flat();
  return {
    size: documents,
    length,
    ids: new Int32Array(documents * length).fill(5),
    mask: new Int32Array(documents * length).fill(1),
    typeIds: new Int32Array(documents * length),
    documents,
    documentLength: length,
    windowRows: undefined,
    slots: entities,
    mentions: {
      entity: Int32Array.from(owners),
      at: Int32Array.from(at),
      span: Int32Array.from(at.flatMap((place) => [place, place + 1])),
    },
    pairs: Int32Array.from(pairs.flat()),
    isVisible: pairs.map(() => true),
    entitiesOf: Array.from({ length: documents }, () =>
      Array.from({ length: entities }, (_, entity) => entity),
    ),
  };
}

/** `[h_s ; h_o ; c]` of all ordered pairs from states and attention, and the gradients of their sum of squares. */
export function pairStatesCase(size: PairSize): BenchCase {
  const { documents, length, hidden, heads } = size;
  const random = new Random("bench mccl");
  const batch = documentsOf(size, random);
  const drawn = (shape: number[]): tf.Tensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: count }, () => random.uniform()),
      shape,
    );
  };
  const last = drawn([documents, length, hidden]);
  const attention = tf.tidy(() => tf.softmax(drawn([documents, heads, length, length])));
  const slopes = tf.valueAndGrads((states: tf.Tensor, attended: tf.Tensor) =>
    tf.sum<tf.Scalar>(
      tf.square(pairStates({ last: states as tf.Tensor3D, attention: attended as tf.Tensor4D }, batch)),
    ),
  );
  return {
    run: () =>
      tf.tidy(() => {
        const { value, grads } = slopes([last, attention]);
        value.dataSync();
        grads[1]!.slice([0, 0, 0, 0], [1, 1, 1, 1]).dataSync();
      }),
    dispose: () => tf.dispose([last, attention]),
  };
}

/** The same once in the life of the process; the figure is the most memory it held, in MB. */
export function pairMemoryCase(size: PairSize): { run(): Promise<number>; dispose(): void } {
  return peakMemoryOf(pairStatesCase(size));
}

/** Training pairs and queries of a classwise search. */
export interface SearchSize {
  readonly points: number;
  readonly queries: number;
  readonly dim: number;
  readonly relations: number;
}

/** The numbers of neighbours of the paper, all from one search. */
const KS = [1, 3, 5, 10, 20];

/** Four pairs in five hold no relation; scores of every relation for every k. */
export function classwiseCase({ points, queries, dim, relations }: SearchSize): BenchCase {
  const random = new Random("bench mccl");
  const drawn = (rows: number) =>
    matrix(
      Float32Array.from({ length: rows * dim }, () => random.uniform() - 0.5),
      rows,
      dim,
    );
  const labels = Array.from({ length: points }, () =>
    random.uniform() < 0.8 ? 0 : 1 + random.integer(relations - 1),
  );
  const fitted = classwiseKnn().fit(drawn(points), labels);
  const asked = drawn(queries);
  return {
    run: () => {
      if (fitted.scoresFor(asked, KS).length !== KS.length) throw new Error("scores of a k are missing");
    },
    dispose() {},
  };
}
