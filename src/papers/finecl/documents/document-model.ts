// Entities and pairs of documents as vectors: Hogan et al. 2022, eq. 4: means over tokens, then over mentions.

import * as tf from "@tensorflow/tfjs";
import { matrix, type Matrix, type Random } from "../../../core";
import type { Document } from "../../../data";
import { loadEncoder, saveEncoder, withMaskedHead, type TransformerEncoder } from "../../../encoders";
import type { DropoutStream, Parameter } from "../../../engine";
import { scoped } from "../../../engine/scoped";
import { documentStates, entityStates } from "../../../relations";
import {
  documentBatch,
  documentMarkers,
  encodeDocument,
  loadTokenizer,
  maskTokens,
  type DocumentBatch,
  type EncodedDocument,
  type MaskedBatch,
  type PairPlace,
  type Tokenizer,
} from "../../../text";

/** Vectors of entities, and the states they were read from. */
export interface EntityVectors {
  /** `[documents * slots, hidden]`; the rows of a pair are in `batch.pairs`. */
  readonly entities: tf.Tensor2D;
  /** `[size, length, hidden]` */
  readonly last: tf.Tensor3D;
}

/** What reads entities off documents: an encoder, or one of the networks before them. */
export interface DocumentReader {
  /** Width of an entity vector. */
  readonly dim: number;
  readonly parameters: readonly Parameter[];
  batch(
    documents: readonly Document[],
    pairs: readonly PairPlace[],
    hidden?: readonly ReadonlySet<number>[],
  ): DocumentBatch;
  forward(batch: DocumentBatch, dropout?: DropoutStream): EntityVectors;
  dispose(): void;
}

/** How documents are read. */
export interface DocumentModelOptions {
  readonly maxLength: number;
  /** Whether mentions get markers; the paper has none in documents. Default false. */
  readonly isMarked?: boolean;
}

/** An encoder with its tokenizer, reading entities off documents. */
export class DocumentModel implements DocumentReader {
  private readonly encoded = new Map<Document, EncodedDocument>();
  private readonly blanked = new Map<Document, EncodedDocument>();

  private constructor(
    readonly encoder: TransformerEncoder,
    readonly tokenizer: Tokenizer,
    readonly options: DocumentModelOptions,
  ) {}

  /** Reads an encoder's folder; new rows and a masked-language head, where there is none, come from `random`. */
  static async load(folder: string, random: Random, options: DocumentModelOptions): Promise<DocumentModel> {
    const tokenizer = loadTokenizer(folder);
    const encoder = withMaskedHead(await loadEncoder(folder), random.fork("masked-language head"));
    tokenizer.addMarkers(documentMarkers(options.isMarked ? "entity" : "none"));
    encoder.addTokens(
      Math.max(0, tokenizer.size - encoder.config.vocabularySize),
      random.fork("marker rows"),
    );
    return new DocumentModel(encoder, tokenizer, options);
  }

  /** A model of an encoder with a masked-language head, and a tokenizer that has the tokens of `options`. */
  static of(encoder: TransformerEncoder, tokenizer: Tokenizer, options: DocumentModelOptions): DocumentModel {
    return new DocumentModel(encoder, tokenizer, options);
  }

  /** Hidden size of the encoder. */
  get dim(): number {
    return this.encoder.config.hiddenSize;
  }

  /** The encoder's, its masked-language head among them. */
  get parameters(): readonly Parameter[] {
    return this.encoder.parameters;
  }

  /** The token that ends a text, [SEP] of BERT or </s> of RoBERTa, as it is written in one. */
  get separator(): string {
    const ids = this.tokenizer
      .itemsOf(false, true)
      .flatMap((one) => (one.kind === "special" ? [one.id] : []));
    return this.tokenizer.tokenOf(ids.at(-1) ?? -1) ?? ".";
  }

  /** Documents and pairs of their entities as a batch; `hidden` entities of each document become [BLANK]. */
  batch(
    documents: readonly Document[],
    pairs: readonly PairPlace[],
    hidden?: readonly ReadonlySet<number>[],
  ): DocumentBatch {
    const { kind, positions, padId } = this.encoder.config;
    const window = kind === "roberta" ? positions - padId - 1 : positions;
    const encoded = documents.map((document, at) => this.encode(document, hidden?.[at]));
    return documentBatch(encoded, pairs, { padId: this.tokenizer.padId, window });
  }

  /** Hides tokens for the masked-language loss; tokens of the batch's entities are never hidden. */
  masked(batch: DocumentBatch, random: Random, rate = 0.15): DocumentBatch & MaskedBatch {
    const kept = new Set<number>();
    const { entity, span } = batch.mentions;
    // a document of several windows has other places: its mentions are then left out by no one
    if (batch.windowRows === undefined)
      entity.forEach((row, at) => {
        const begin = Math.floor(row / batch.slots) * batch.length;
        for (let place = span[2 * at]!; place < span[2 * at + 1]!; place++) kept.add(begin + place);
      });
    const mayMask = (row: number, position: number): boolean => !kept.has(row * batch.length + position);
    return maskTokens(batch, this.tokenizer, { random, rate, mayMask });
  }

  /** Entities of a batch, differentiable. One forward serves contrast and masked-language loss. */
  forward(batch: DocumentBatch, dropout?: DropoutStream): EntityVectors {
    const { last } = this.encoder.forward(batch, dropout === undefined ? {} : { dropout });
    const entities = entityStates(documentStates(last, batch), batch, { mention: "mean", pooling: "mean" });
    return { entities, last };
  }

  /** Relation vectors (eq. 4) of pairs as plain numbers, `[pairs, 2 hidden]`; a pair's `document` is its place in `documents`. */
  pairVectors(documents: readonly Document[], pairs: readonly PairPlace[]): Matrix {
    const batch = this.batch(documents, pairs);
    const data = scoped(
      () => relationVectors(this.forward(batch).entities, batch).dataSync<"float32">() as Float32Array,
    );
    return matrix(data, pairs.length, 2 * this.dim);
  }

  /** Writes encoder and tokenizer; `load` reads them, and `transformers` the encoder. */
  save(folder: string): void {
    saveEncoder(this.encoder, folder);
    this.tokenizer.save(folder);
  }

  dispose(): void {
    this.encoder.dispose();
  }

  private encode(document: Document, hidden?: ReadonlySet<number>): EncodedDocument {
    const { maxLength, isMarked = false } = this.options;
    const markers = isMarked ? "entity" : "none";
    // without hidden entities, and with all of them, a document reads the same every time
    const isWhole = hidden === undefined || hidden.size === 0;
    const kept = isWhole ? this.encoded : hidden.size === document.entities.length ? this.blanked : undefined;
    const known = kept?.get(document);
    if (known !== undefined) return known;
    const how = { maxLength, markers, ...(isWhole ? {} : { hidden }) } as const;
    const found = encodeDocument(this.tokenizer, document, how);
    kept?.set(document, found);
    return found;
  }
}

/** Relation vectors `[e_h ; e_t]`, `[pairs, 2 hidden]`, of the pairs of a batch (eq. 4). */
export function relationVectors(entities: tf.Tensor2D, { pairs }: DocumentBatch): tf.Tensor2D {
  const count = pairs.length / 2;
  const rows = tf.gather(entities, tf.tensor1d(pairs, "int32"));
  return rows.reshape([count, 2 * entities.shape[1]]);
}
