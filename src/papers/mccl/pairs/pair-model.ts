// The pair embedding of paper 004, section 3.1: z = W [h_s ; h_o ; c], with its encoder, tokenizer and projection.

import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { matrix, unknownName, type Matrix, type OnProgress, type Random } from "../../../core";
import type { Document } from "../../../data";
import {
  loadEncoder,
  saveEncoder,
  withMaskedHead,
  writeSafetensors,
  type TransformerEncoder,
} from "../../../encoders";
import { openSafetensors } from "../../../encoders/weights";
import {
  createParameter,
  initialNormal,
  matrixProduct,
  differentiable,
  withGradient,
  type DropoutStream,
  type InitialValues,
  type Parameter,
} from "../../../engine";
import { pairParts, pairStates, type PairReadoutOptions } from "../../../relations";
import {
  documentBatch,
  documentMarkers,
  encodeDocument,
  loadTokenizer,
  type DocumentBatch,
  type EncodedDocument,
  type PairPlace,
  type Tokenizer,
} from "../../../text";
import { inStepOrder, joinRows, pairGroups, type PairGroup } from "./pair-batches";

/** How W begins. */
export type InitialProjection = "normal" | "centred";

/** How documents are read and pairs read off. */
export interface PairModelOptions extends PairReadoutOptions {
  /** Longest document in pieces; beyond the encoder's positions by overlapping windows. Default 1,024. */
  readonly maxLength?: number;
  /**
   * How W begins where the folder has none: `normal` (default, deviation 0.02), or `centred`, the same with rows that sum
   * to 0 over each of h_s, h_o and c. Log-sum-exp adds log(mentions) to every coordinate of an entity, a direction that has
   * nearly all of the variance in a small encoder; a centred W does not begin with it, and may learn to read it.
   */
  readonly projection?: InitialProjection;
}

/** Vectors of pairs, and the states of the windows that they were read from. */
export interface PairVectors {
  /** `[pairs, dim]` */
  readonly vectors: tf.Tensor2D;
  /** `[size, length, hidden]` */
  readonly last: tf.Tensor3D;
}

const PROJECTION = "projection.safetensors";
/** Pieces, and numbers of all pairs' attention, that one batch of inference may have. */
const PIECES = 6144;
const ATTENTION = 1 << 23;

/** `x W'` for `[rows, in]` and `[out, in]`, differentiable by both. */
function project(x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D {
  return differentiable({ x, weight }, () =>
    withGradient(matrixProduct(x, weight, "second"), { x, weight }, (slope, saved) => ({
      x: () => matrixProduct(slope, saved.weight),
      weight: () => matrixProduct(slope, saved.x, "first"),
    })),
  ) as tf.Tensor2D;
}

/** W of `[hidden, parts * hidden]` before training. */
function initialProjection(
  random: Random,
  shape: readonly [number, number],
  { projection = "normal" }: PairModelOptions,
): InitialValues {
  const found = initialNormal(random, shape, 0.02);
  if (projection === "normal") return found;
  if (projection !== "centred") throw unknownName("projection", String(projection), ["normal", "centred"]);
  const [hidden] = shape;
  const data = Float32Array.from(found.data);
  for (let from = 0; from < data.length; from += hidden) {
    const part = data.subarray(from, from + hidden);
    const mean = part.reduce((sum, value) => sum + value, 0) / hidden;
    part.forEach((value, at) => (part[at] = value - mean));
  }
  return { shape, data };
}

/**
 * An encoder that gives one vector for each pair of entities of a document.
 *
 * @example const model = await PairModel.load(folder, random); model.embed(documents, pairs);
 */
export class PairModel {
  private readonly encoded = new WeakMap<Document, EncodedDocument>();

  private constructor(
    readonly encoder: TransformerEncoder,
    readonly tokenizer: Tokenizer,
    readonly projection: Parameter,
    readonly options: PairModelOptions,
  ) {}

  /**
   * From the folder of an encoder, or one that `save` wrote. New rows of markers, the projection (deviation 0.02, no bias,
   * normal or centred as the options say: [R1]) and a masked-language head, where the weights have none, come from `random`.
   */
  static async load(folder: string, random: Random, options: PairModelOptions = {}): Promise<PairModel> {
    const tokenizer = loadTokenizer(folder);
    const encoder = withMaskedHead(await loadEncoder(folder), random.fork("masked-language head"));
    tokenizer.addMarkers(documentMarkers());
    encoder.addTokens(
      Math.max(0, tokenizer.size - encoder.config.vocabularySize),
      random.fork("marker rows"),
    );
    const { hiddenSize } = encoder.config;
    const shape = [hiddenSize, pairParts(options) * hiddenSize] as const;
    const file = path.join(folder, PROJECTION);
    const initial = fs.existsSync(file)
      ? { shape, data: openSafetensors(file).read("weight") }
      : initialProjection(random.fork("projection"), shape, options);
    return new PairModel(encoder, tokenizer, createParameter("pair.projection", initial), options);
  }

  get dim(): number {
    return this.projection.shape[0]!;
  }

  get parameters(): readonly Parameter[] {
    return [...this.encoder.parameters, this.projection];
  }

  /** A document's pieces; kept, unless entities are hidden. */
  encode(document: Document, hidden?: ReadonlySet<number>): EncodedDocument {
    const { maxLength = 1024 } = this.options;
    if (hidden !== undefined && hidden.size > 0)
      return encodeDocument(this.tokenizer, document, { maxLength, hidden });
    let found = this.encoded.get(document);
    if (found === undefined)
      this.encoded.set(document, (found = encodeDocument(this.tokenizer, document, { maxLength })));
    return found;
  }

  /** Documents and pairs as a batch; `hidden` has the entities of each document that become [BLANK]. */
  batch(
    documents: readonly Document[],
    pairs: readonly PairPlace[],
    hidden?: readonly ReadonlySet<number>[],
  ): DocumentBatch {
    const encoded = documents.map((document, index) => this.encode(document, hidden?.[index]));
    const { kind, positions, padId } = this.encoder.config;
    const window = kind === "roberta" ? positions - padId - 1 : positions;
    return documentBatch(encoded, pairs, { padId: this.tokenizer.padId, window });
  }

  /** `z` of every pair of a batch; differentiable. Tensors belong to the caller's scope. */
  forward(batch: DocumentBatch, dropout?: DropoutStream): PairVectors {
    const { context = true } = this.options;
    const output = this.encoder.forward(batch, {
      attention: context,
      ...(dropout === undefined ? {} : { dropout }),
    });
    const states = pairStates(output, batch, this.options);
    return { vectors: project(states, this.projection.value()), last: output.last };
  }

  /**
   * `z` of every pair of some documents as one matrix, `[pairs, dim]`; differentiable. Short and long documents are two
   * batches where that saves a good part of the padding.
   */
  forwardPairs(
    documents: readonly Document[],
    pairs: readonly PairPlace[],
    dropout?: DropoutStream,
  ): { readonly vectors: tf.Tensor2D; readonly isVisible: readonly boolean[] } {
    const groups = this.groupsOf(documents, pairs);
    const parts = groups.map((group) => {
      const batch = this.batch(
        group.documents.map((document) => documents[document]!),
        group.pairs,
      );
      return { isVisible: batch.isVisible, vectors: this.forward(batch, dropout).vectors };
    });
    return {
      vectors: joinRows(
        groups,
        parts.map(({ vectors }) => vectors),
      ),
      isVisible: inStepOrder(
        groups,
        parts.map(({ isVisible }) => isVisible),
      ),
    };
  }

  /** The documents of a step as one group, or as short and long ones where that saves a good part of the padding. */
  groupsOf(documents: readonly Document[], pairs: readonly PairPlace[]): PairGroup[] {
    return pairGroups(
      documents.map((document) => this.encode(document).ids.length),
      pairs,
    );
  }

  /**
   * `z` of pairs (`document` counts in `documents`) without dropout, `[pairs, dim]`, and which of them are visible: a
   * pair that a cut made invisible has a meaningless vector. Documents of like length go together.
   */
  embed(
    documents: readonly Document[],
    pairs: readonly PairPlace[],
    onProgress?: OnProgress,
  ): { vectors: Matrix; isVisible: boolean[] } {
    const of = new Map<number, number[]>();
    pairs.forEach(({ document }, index) => {
      const own = of.get(document);
      if (own === undefined) of.set(document, [index]);
      else own.push(index);
    });
    const data = new Float32Array(pairs.length * this.dim);
    const isVisible = new Array<boolean>(pairs.length).fill(false);
    let done = 0;
    for (const group of this.groups(documents, [...of.keys()])) {
      const indices = group.flatMap((document) => of.get(document)!);
      const place = new Map(group.map((document, at) => [document, at]));
      const batch = this.batch(
        group.map((document) => documents[document]!),
        indices.map((index) => ({ ...pairs[index]!, document: place.get(pairs[index]!.document)! })),
      );
      const found = tf.tidy(() => this.forward(batch).vectors.dataSync<"float32">() as Float32Array);
      indices.forEach((index, row) => {
        data.set(found.subarray(row * this.dim, (row + 1) * this.dim), index * this.dim);
        isVisible[index] = batch.isVisible[row]!;
      });
      done += group.length;
      onProgress?.({ label: "embedding", done, total: of.size, unit: "documents" });
    }
    return { vectors: matrix(data, pairs.length, this.dim), isVisible };
  }

  /** Documents in groups of bounded size, of like length. */
  private groups(documents: readonly Document[], wanted: readonly number[]): number[][] {
    const sizes = wanted.map((index) => {
      const { ids } = this.encode(documents[index]!);
      return { index, pieces: ids.length + 2, entities: documents[index]!.entities.length };
    });
    sizes.sort((a, b) => a.pieces - b.pieces || a.index - b.index);
    const groups: number[][] = [];
    let [count, entities] = [0, 0];
    for (const one of sizes) {
      const most = Math.max(entities, one.entities);
      const isFull = (count + 1) * one.pieces > PIECES || (count + 1) * one.pieces * most ** 2 > ATTENTION;
      if (count === 0 || isFull) [count, entities] = [groups.push([]) * 0, 0];
      groups.at(-1)!.push(one.index);
      count++;
      entities = Math.max(entities, one.entities);
    }
    return groups;
  }

  /** Writes encoder, tokenizer and projection; `load` reads them, and `transformers` the encoder. */
  save(folder: string): void {
    saveEncoder(this.encoder, folder);
    this.tokenizer.save(folder);
    const { shape } = this.projection;
    writeSafetensors(path.join(folder, PROJECTION), [
      { name: "weight", shape, data: () => this.projection.data() },
    ]);
  }

  /** Frees the weights. */
  dispose(): void {
    this.encoder.dispose();
    this.projection.dispose();
  }
}
