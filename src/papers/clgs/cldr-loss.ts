// CLDR (paper 003, eq. 5): a pair of words finds the graph of its relation among graphs with one wrong word.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import { clgs, corruptedPairs, diagonalClgs, type WordPair } from "../../contrast";
import { graphConvolution, pairAdjacency, type GraphConvolution } from "../../encoders";
import type { Parameter } from "../../engine";
import { properPairs, type TaggedSentence } from "./corpus";
import { encode, rowsAt, type Chance, type Part } from "./part";
import type { CldrSettings } from "./settings";
import type { WordEncoder } from "./word-encoder";

/** A relation with the pairs it is compared with, itself first; the same number for all, the rest of 0 weight. */
export interface ComparedPairs {
  readonly relations: number;
  readonly width: number;
  /** First and second word of each pair among the words of the step, and of the part, `[relations, width, 2]`. */
  readonly inStep: Int32Array;
  readonly inPart: Int32Array;
  /** `[relations, width]`: 1 where there is a pair. */
  readonly isPair: Float32Array;
  /** `[relations]`: 1 / relations of its sentence. */
  readonly share: Float32Array;
  readonly sentences: number;
}

type Sampling = Pick<CldrSettings, "negatives" | "order" | "excludesEntities">;

/** The true pair of each relation of some sentences with hard negatives [R7], in the order of roles or of the text. */
export function comparedPairs(
  part: Part,
  indices: readonly number[],
  starts: Int32Array,
  { negatives, order, excludesEntities }: Sampling,
  random: Random,
): ComparedPairs {
  const lists: { pairs: WordPair[]; at: number; of: number; share: number }[] = [];
  let sentences = 0;
  indices.forEach((of, at) => {
    const sentence = part.sentences[of]!;
    const proper = properPairs(sentence);
    if (proper.length > 0) sentences++;
    const excluded = excludesEntities ? wordsOfEntities(sentence) : new Set<number>();
    const seen = { words: sentence.words.length, pairs: proper, excluded };
    const own = random.fork(`sentence ${of}`);
    for (const pair of proper) {
      const pairs = [pair, ...corruptedPairs(pair, seen, negatives, own)];
      lists.push({ pairs, at, of, share: 1 / proper.length });
    }
  });
  const width = Math.max(1, ...lists.map(({ pairs }) => pairs.length));
  const inStep = new Int32Array(lists.length * width * 2);
  const inPart = new Int32Array(lists.length * width * 2);
  const isPair = new Float32Array(lists.length * width);
  lists.forEach(({ pairs, at, of }, relation) => {
    pairs.forEach(([a, b], z) => {
      const ordered = order === "text" && b < a ? [b, a] : [a, b];
      ordered.forEach((word, side) => {
        const place = 2 * (relation * width + z) + side;
        inStep[place] = starts[at]! + word;
        inPart[place] = part.offsets[of]! + word;
      });
      isPair[relation * width + z] = 1;
    });
  });
  const share = Float32Array.from(lists, (list) => list.share);
  return { relations: lists.length, width, inStep, inPart, isPair, share, sentences };
}

function wordsOfEntities({ tags }: TaggedSentence): Set<number> {
  return new Set(tags.flatMap((tag, word) => (tag === "O" ? [] : [word])));
}

/** The trained part of CLDR beside the encoder: one graph convolution. */
export class Cldr {
  private readonly graph: GraphConvolution;

  constructor(
    private readonly words: WordEncoder,
    private readonly settings: CldrSettings,
    random: Random,
  ) {
    const { dim } = words;
    this.graph = graphConvolution({ inputs: dim, outputs: dim, activation: "relu", random });
  }

  get parameters(): Parameter[] {
    return [...this.graph.parameters];
  }

  /** Eq. 5, or its diagonal form, on some sentences; 0 where they have no relation. */
  loss(part: Part, teacher: tf.Tensor2D, indices: readonly number[], chance: Chance): tf.Scalar {
    const { pairing, temperature, reduce: how } = this.settings;
    const { words, starts } = encode(this.words, part, indices, chance);
    const compared = comparedPairs(part, indices, starts, this.settings, chance.random);
    const { relations, width, sentences } = compared;
    if (relations === 0) return tf.mul(tf.sum(words), 0) as tf.Scalar;
    const graphs = this.graphVectors(teacher, compared);
    const weights = tf.mul(
      tf.tensor1d(compared.share),
      how === "mean" ? relations / sentences : 1,
    ) as tf.Tensor1D;
    const isGraph = tf.tensor2d(compared.isPair, [relations, width]);
    const options = { temperature, reduce: how };
    const text = textPairs(words, compared.inStep, [relations, width]);
    if (pairing === "diagonal") return diagonalClgs(options).loss({ text, graphs, isGraph, weights });
    const anchor = tf
      .slice(text, [0, 0, 0], [relations, 1, text.shape[2]])
      .reshape([relations, text.shape[2]]);
    return clgs(options).loss({ text: anchor as tf.Tensor2D, graphs, isGraph, weights });
  }

  dispose(): void {
    this.graph.dispose();
  }

  /** RG of eq. 5: both nodes of each graph of two, side by side, `[relations, graphs, 2 dim]`. */
  private graphVectors(teacher: tf.Tensor2D, { relations, width, inPart }: ComparedPairs): tf.Tensor3D {
    return twoNodeGraphs(
      this.graph,
      rowsAt(teacher, inPart, [relations * width, 2]),
      this.settings.lambda,
    ).reshape([relations, width, 2 * teacher.shape[1]]);
  }
}

/** Nodes of graphs of two, `[graphs, 2, dim]`, after the convolution with the adjacency of lambda. */
export function twoNodeGraphs(graph: GraphConvolution, nodes: tf.Tensor3D, lambda: number): tf.Tensor3D {
  return graph.apply(nodes, tf.tensor2d(pairAdjacency(lambda), [2, 2]));
}

/** RS of eq. 5 with ReLU, as the released code trains it [R5]: `[...shape, 2 dim]`. */
function textPairs(
  words: tf.Tensor2D,
  places: Int32Array,
  [relations, width]: readonly [number, number],
): tf.Tensor3D {
  return tf
    .relu(rowsAt<tf.Tensor4D>(words, places, [relations, width, 2]))
    .reshape([relations, width, 2 * words.shape[1]]);
}
