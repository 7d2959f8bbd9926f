// The result of a projection: two numbers a vector, and how far they can be trusted.

import { DISPLAY, OptionError, type MimeBundle } from "../../core";
import type { Chart } from "../chart";
import { distinct, plainColumns, type DataRow } from "../columns";
import { scatterChart } from "../scatter-chart";
import { affinities, mapDivergence } from "./affinities";
import type { Points } from "./points";
import { continuity, trustworthiness } from "./trustworthiness";

/** How a map is drawn. */
export interface MapOptions {
  /** One label a point (or the name of a column of `rows`), told apart by colour. */
  readonly color?: string | readonly string[];
  /** What each point says on hover: rows in the order of the points. */
  readonly rows?: readonly DataRow[];
  /** Columns of `rows` shown on hover; default all that hold text or numbers. */
  readonly hover?: readonly string[];
  readonly title?: string;
}

/** Coordinates of vectors in the plane. */
export class Projection {
  readonly method: "tsne" | "pca";
  readonly size: number;
  /** Row-major `[size, 2]`. */
  readonly coordinates: Float64Array;
  /** Perplexity of a t-SNE map. */
  readonly perplexity: number | undefined;
  /** The vectors, as they were compared. */
  private readonly points: Points;

  constructor(method: "tsne" | "pca", points: Points, coordinates: Float64Array, perplexity?: number) {
    this.method = method;
    this.points = points;
    this.size = points.size;
    this.coordinates = coordinates;
    this.perplexity = perplexity;
  }

  /** The coordinates of point `index`. */
  at(index: number): readonly [number, number] {
    const [x, y] = [this.coordinates[2 * index], this.coordinates[2 * index + 1]];
    if (x === undefined || y === undefined)
      throw new OptionError(`point ${index} of a map of ${this.size}: expected 0 to ${this.size - 1}`);
    return [x, y];
  }

  /** Whether points near each other in the map are near each other in truth, 0 to 1. */
  trustworthiness(neighbours = 5): number {
    return trustworthiness(this.points, this.map, neighbours);
  }

  /** Whether true neighbours are near each other in the map, 0 to 1. */
  continuity(neighbours = 5): number {
    return continuity(this.points, this.map, neighbours);
  }

  /** Kullback-Leibler divergence of the map at `perplexity` (default its own, else 30): lower is better. */
  divergence(perplexity = this.perplexity ?? Math.min(30, (this.size - 1) / 3)): number {
    return mapDivergence(affinities(this.points, perplexity), this.map).divergence;
  }

  /**
   * The map as a chart.
   *
   * @example map.plot({ rows: sentences, color: "relation", hover: ["text", "relation"] });
   */
  plot({ color, rows, hover, title }: MapOptions = {}): Chart {
    const count = rows?.length ?? (typeof color === "string" ? undefined : color?.length);
    if (count !== undefined && count !== this.size)
      throw new OptionError(`${count} rows for a map of ${this.size} points: expected one row a point`);
    const [x, y, label] = distinct([...Object.keys(rows?.[0] ?? {}), "x", "y", "label"]).slice(-3) as [
      string,
      string,
      string,
    ];
    const data = Array.from({ length: this.size }, (_, index) => ({
      ...rows?.[index],
      [x]: this.coordinates[2 * index]!,
      [y]: this.coordinates[2 * index + 1]!,
      ...(color === undefined || typeof color === "string" ? {} : { [label]: color[index]! }),
    }));
    const name = typeof color === "string" ? color : color === undefined ? undefined : label;
    return scatterChart(data, {
      x,
      y,
      hasAxes: false,
      hover: hover ?? plainColumns(rows ?? []),
      ...(name === undefined ? {} : { color: name }),
      title: title ?? (this.method === "tsne" ? "t-SNE" : "Principal components"),
    });
  }

  toString(): string {
    return this.plot().text();
  }

  [DISPLAY](): Promise<MimeBundle> {
    return this.plot()[DISPLAY]();
  }

  private get map(): Points {
    return { size: this.size, dimensions: 2, data: this.coordinates };
  }
}
