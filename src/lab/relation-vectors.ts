// Relation vectors with the sentences they stand for: neighbours, classifiers, maps.

import {
  DISPLAY,
  escapeHtml,
  OptionError,
  row,
  unknownName,
  type Displayable,
  type Matrix,
  type MimeBundle,
  type Random,
} from "../core";
import { classwiseKnn, knn, linearClassifier, nearestCentroid, type Classifier } from "../classify";
import { textOf, type Sentence, type SentenceSet } from "../data";
import { project, type Chart, type Projection, type ProjectOptions } from "../plots";
import { Table } from "../report";
import { relationsOf } from "./labels";
import { RelationClusters, type ClusterRecipe } from "./relation-clusters";

/** One neighbour: its sentence, its place in the set, and the cosine to the query. */
export interface NearestSentence {
  readonly sentence: Sentence;
  readonly index: number;
  readonly cosine: number;
}

const CLASSIFIERS = ["classwise-knn", "knn", "nearest-centroid", "linear"] as const;
/** Classifiers of frozen vectors by name. */
export type ClassifierName = (typeof CLASSIFIERS)[number];

/** A classifier that has learnt from relation vectors and their relations. */
export class RelationClassifier {
  readonly name: ClassifierName;
  private readonly fitted: Classifier<string>;

  constructor(name: ClassifierName, fitted: Classifier<string>) {
    this.name = name;
    this.fitted = fitted;
  }

  /** The relations it can answer, in order. */
  get relations(): readonly string[] {
    return this.fitted.labels;
  }

  /** The relation of each vector, in order. */
  predict(vectors: RelationVectors): string[] {
    return this.fitted.predict(vectors.matrix);
  }
}

/** NearestSentences, nearest first; shows itself as a table. */
export class NearestSentences implements Displayable {
  readonly items: readonly NearestSentence[];

  constructor(items: readonly NearestSentence[]) {
    this.items = items;
  }

  /** One row a neighbour: cosine, relation, mentions, sentence. */
  table(): Table {
    const rows = this.items.map(({ sentence, cosine }) => ({
      cosine,
      relation: sentence.relation ?? null,
      head: textOf(sentence.text, sentence.head),
      tail: textOf(sentence.text, sentence.tail),
      sentence: sentence.text,
    }));
    return Table.from(rows, {
      columns: [{ name: "cosine", digits: 3 }, "relation", "head", "tail", "sentence"],
    });
  }

  [DISPLAY](): MimeBundle {
    return this.table()[DISPLAY]();
  }
}

/** A projection of relation vectors that knows their sentences. */
export class RelationMap implements Displayable {
  readonly projection: Projection;
  private readonly sentences: SentenceSet;

  constructor(projection: Projection, sentences: SentenceSet) {
    this.projection = projection;
    this.sentences = sentences;
  }

  /** The map coloured by relation (or by labels of your own), each point saying its sentence on hover. */
  plot({ color = "relation" }: { color?: "relation" | readonly string[] } = {}): Chart {
    const rows = this.sentences.items.map(({ text, head, tail, relation }) => ({
      sentence: text,
      mentions: `${textOf(text, head)} · ${textOf(text, tail)}`,
      relation: relation ?? "(none)",
    }));
    return this.projection.plot({ color, rows, hover: ["sentence", "mentions", "relation"] });
  }

  [DISPLAY](): Promise<MimeBundle> {
    return this.plot()[DISPLAY]();
  }
}

function norm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.max(Math.sqrt(sum), 1e-8);
}

/** Relation vectors, one row a sentence. */
export class RelationVectors implements Displayable {
  readonly matrix: Matrix;
  readonly sentences: SentenceSet;
  private readonly random: Random;

  constructor(vectors: Matrix, sentences: SentenceSet, random: Random) {
    this.matrix = vectors;
    this.sentences = sentences;
    this.random = random;
  }

  get length(): number {
    return this.matrix.rows;
  }

  /** The `count` sentences of `among` (default: these) nearest to row `index` by cosine, itself left out. */
  nearest(index: number, count = 5, among: RelationVectors = this): NearestSentences {
    if (!Number.isInteger(index) || index < 0 || index >= this.length)
      throw new OptionError(`row ${index} does not exist: there are ${this.length} vectors, counted from 0`);
    const query = row(this.matrix, index);
    const length = norm(query);
    const scored = among.sentences.items.map((sentence, at) => {
      const other = row(among.matrix, at);
      let dot = 0;
      for (let i = 0; i < query.length; i++) dot += query[i]! * other[i]!;
      return { sentence, index: at, cosine: dot / (length * norm(other)) };
    });
    const others = among === this ? scored.filter(({ index: at }) => at !== index) : scored;
    return new NearestSentences(others.sort((a, b) => b.cosine - a.cosine).slice(0, count));
  }

  /**
   * A classifier that learns from these vectors and their relations: `"classwise-knn"` (k 10), `"knn"` (k 5),
   * `"nearest-centroid"` or `"linear"`.
   *
   * @example known.classifier("classwise-knn", { k: 10 }).predict(asked)
   */
  classifier(name: ClassifierName, { k }: { k?: number } = {}): RelationClassifier {
    const relations = relationsOf(this.sentences.items);
    switch (name) {
      case "classwise-knn":
        return new RelationClassifier(name, classwiseKnn({ k: k ?? 10 }).fit(this.matrix, relations));
      case "knn":
        return new RelationClassifier(name, knn({ k: k ?? 5, metric: "cosine" }).fit(this.matrix, relations));
      case "nearest-centroid":
        return new RelationClassifier(name, nearestCentroid().fit(this.matrix, relations));
      case "linear":
        return new RelationClassifier(name, linearClassifier().fit(this.matrix, relations));
      default:
        throw unknownName("classifier", name, CLASSIFIERS);
    }
  }

  /**
   * Clusters by a recipe; relations are not looked at.
   *
   * @example const clusters = await vectors.cluster(kMeans({ clusters: 10 })); clusters.score(); await clusters.plot();
   */
  async cluster(recipe: ClusterRecipe): Promise<RelationClusters> {
    return new RelationClusters(await recipe.fit(this.matrix), this.matrix, this.sentences, this.random);
  }

  /** A map in the plane, by cosine; seeded by the lab. */
  async project(
    method: "tsne" | "pca" = "tsne",
    options: Omit<ProjectOptions, "method" | "seed"> = {},
  ): Promise<RelationMap> {
    const { data, rows, columns } = this.matrix;
    const seed = this.random.fork(method).word();
    const projection = await project(
      { data, shape: [rows, columns] },
      { metric: "cosine", ...options, method, seed },
    );
    return new RelationMap(projection, this.sentences);
  }

  [DISPLAY](): MimeBundle {
    const text = `${this.length.toLocaleString("en")} relation vectors of ${this.matrix.columns} numbers (${this.sentences.name})`;
    return { "text/plain": text, "text/html": `<div>${escapeHtml(text)}</div>` };
  }
}
