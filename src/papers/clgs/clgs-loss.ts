// CLGS (paper 003, eq. 4): a sentence finds its graph of relations among graphs with wrong words.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import { linearHead, type LinearHead } from "../../classify";
import { clgs, clgsInput, corruptedGraphs, type GraphBatch, type WordPair } from "../../contrast";
import { graphConvolution, symmetricAdjacency, type GraphConvolution } from "../../encoders";
import type { Parameter } from "../../engine";
import { padRows, pooled, statesAt } from "../../relations";
import { properPairs } from "./corpus";
import { encode, rowsAt, type Chance, type Encoded, type Part } from "./part";
import type { ClgsSettings } from "./settings";
import type { WordEncoder } from "./word-encoder";

/** The graphs of a sentence, the true one first, as pairs of its words. */
type Graphs = readonly (readonly WordPair[])[];

/** The trained parts of CLGS beside the encoder. */
export class Clgs {
  private readonly graph: GraphConvolution;
  private readonly projections: readonly LinearHead[];

  constructor(
    private readonly words: WordEncoder,
    private readonly settings: ClgsSettings,
    random: Random,
  ) {
    const { dim } = words;
    this.graph = graphConvolution({ inputs: dim, outputs: dim, activation: "tanh", random });
    const sides = settings.hasProjection ? ["text projection", "graph projection"] : [];
    this.projections = sides.map((name) => linearHead({ inputs: dim, outputs: dim, random, name }));
  }

  get parameters(): Parameter[] {
    return [...this.graph.parameters, ...this.projections.flatMap(({ parameters }) => parameters)];
  }

  /** Eq. 4 on some sentences of a part whose words the teacher knows. */
  loss(part: Part, teacher: tf.Tensor2D, indices: readonly number[], chance: Chance): tf.Scalar {
    const { temperature, reduce: how, negatives } = this.settings;
    const graphs = indices.map((at) => graphsOf(part, at, negatives, chance.random.fork(`sentence ${at}`)));
    return clgs({ temperature, reduce: how }).loss(this.batch(part, teacher, indices, graphs, chance));
  }

  /**
   * For each sentence whether its true graph is the most alike; a tie counts as wrong [R12]. With the number of graphs
   * that it was chosen from.
   */
  choices(
    part: Part,
    teacher: tf.Tensor2D,
    negatives: number,
    random: Random,
  ): { readonly isRight: boolean; readonly graphs: number }[] {
    const usable = part.sentences
      .map((_, at) => at)
      .filter((at) => properPairs(part.sentences[at]!).length > 0);
    const found: { isRight: boolean; graphs: number }[] = [];
    for (let from = 0; from < usable.length; from += 16) {
      const indices = usable.slice(from, from + 16);
      const graphs = indices.map((at) => graphsOf(part, at, negatives, random.fork(`sentence ${at}`)));
      const cosines = tf.tidy(() => {
        const batch = this.batch(part, teacher, indices, graphs, { random });
        return clgsInput(batch, this.settings).similarities.arraySync();
      });
      cosines.forEach(([right, ...wrong], at) => {
        const { length } = graphs[at]!;
        found.push({ isRight: wrong.slice(0, length - 1).every((one) => one < right!), graphs: length });
      });
    }
    return found;
  }

  dispose(): void {
    this.graph.dispose();
    for (const projection of this.projections) projection.dispose();
  }

  private batch(
    part: Part,
    teacher: tf.Tensor2D,
    indices: readonly number[],
    graphs: readonly Graphs[],
    chance: Chance,
  ): GraphBatch {
    const encoded = encode(this.words, part, indices, chance);
    const most = Math.max(...graphs.map(({ length }) => length));
    const isGraph = Float32Array.from(
      graphs.flatMap((own) => Array.from({ length: most }, (_, z) => (z < own.length ? 1 : 0))),
    );
    const text = this.textVectors(encoded);
    const flat = graphs.flatMap((own) => Array.from({ length: most }, (_, z) => own[z] ?? []));
    const offsets = indices.flatMap((at) => Array.from({ length: most }, () => part.offsets[at]!));
    const vectors = this.graphVectors(teacher, flat, offsets);
    const [ofText, ofGraph] = this.projections;
    const project = (head: LinearHead | undefined, x: tf.Tensor2D): tf.Tensor2D =>
      head === undefined ? x : tf.relu(head.logits(x));
    return {
      text: project(ofText, text),
      graphs: project(ofGraph, vectors).reshape([indices.length, most, vectors.shape[1]]) as tf.Tensor3D,
      isGraph: tf.tensor2d(isGraph, [indices.length, most]),
    };
  }

  /** S of eq. 4: [CLS], or words pooled without special tokens [R3]. */
  private textVectors({ words, last, batch, starts }: Encoded): tf.Tensor2D {
    const { textPooling } = this.settings;
    if (textPooling === "cls") return statesAt(last, new Int32Array(batch.size));
    const groups = Array.from({ length: batch.size }, (_, at) =>
      Array.from({ length: starts[at + 1]! - starts[at]! }, (_, word) => starts[at]! + word),
    );
    const { rows, mask, width } = padRows(groups);
    return pooled(rowsAt<tf.Tensor3D>(words, rows, [batch.size, width]), mask, textPooling);
  }

  /** G of eq. 4: the graphs' own nodes only, each edge a relation; a graph without edges gives 0. */
  private graphVectors(
    teacher: tf.Tensor2D,
    graphs: readonly (readonly WordPair[])[],
    offsets: readonly number[],
  ): tf.Tensor2D {
    const nodes = graphs.map((edges) => [...new Set(edges.flat())]);
    const { rows, mask, width } = padRows(nodes.map((own, at) => own.map((word) => offsets[at]! + word)));
    const shapes = graphs.map((edges, at) => {
      const place = new Map(nodes[at]!.map((word, node) => [word, node]));
      const own = edges.map(([a, b]): [number, number] => [place.get(a)!, place.get(b)!]);
      return { nodes: nodes[at]!.length, edges: own };
    });
    const adjacency = symmetricAdjacency(shapes, width, this.settings.normalisation);
    const features = rowsAt<tf.Tensor3D>(teacher, rows, [graphs.length, width]);
    const after = this.graph.apply(features, tf.tensor3d(adjacency, [graphs.length, width, width]));
    return pooled(after, mask, this.settings.graphPooling);
  }
}

/** The true graph of a sentence and up to `negatives` wrong ones. */
function graphsOf(part: Part, at: number, negatives: number, random: Random): Graphs {
  const sentence = part.sentences[at]!;
  const pairs = properPairs(sentence);
  const wrong = corruptedGraphs({ words: sentence.words.length, pairs }, negatives, random);
  return [pairs, ...wrong];
}
