// The similarity matrix: how near each vector is to each other.

import { OptionError, row as rowOf, type Matrix } from "../core";
import { Chart } from "./chart";
import { distinct } from "./columns";
import { heatMapBody } from "./heat-map";
import { sketchMatrix } from "./sketch";

/** How a similarity matrix is labelled and coloured. */
export interface SimilarityOptions {
  /** Names of the rows; default their numbers from 1. */
  readonly labels?: readonly string[];
  /** Names of the columns; default those of the rows. */
  readonly columns?: readonly string[];
  /** Values at both ends of the colours; default -1 to 1 if any value is negative, else 0 to 1. */
  readonly domain?: readonly [number, number];
  readonly title?: string;
  /** What a cell measures, as the legend says it; default `"similarity"`. */
  readonly measure?: string;
}

/**
 * A heat map of similarities `[rows, columns]`.
 *
 * @example similarityChart(cosines, { labels: sentences.map((s) => s.relation ?? "") });
 */
export function similarityChart(
  values: readonly ArrayLike<number>[] | Matrix,
  options: SimilarityOptions = {},
): Chart {
  const rows =
    "data" in values
      ? Array.from({ length: values.rows }, (_, index) => Array.from(rowOf(values, index)))
      : values.map((row) => Array.from(row));
  const width = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => row.length !== width);
  if (odd >= 0)
    throw new OptionError(
      `row ${odd + 1} of a similarity matrix has ${rows[odd]!.length} values, row 1 has ${width}: expected equally many`,
    );
  const labels = distinct(options.labels ?? rows.map((_, index) => String(index + 1)));
  const square = rows.length === width;
  const columns = distinct(
    options.columns ?? (square ? labels : Array.from({ length: width }, (_, i) => String(i + 1))),
  );
  if (labels.length !== rows.length || columns.length !== width)
    throw new OptionError(
      `similarity matrix [${rows.length}, ${width}] with ${labels.length} row labels and ${columns.length} column labels: give one a row and column`,
    );
  const domain = options.domain ?? (rows.some((row) => row.some((value) => value < 0)) ? [-1, 1] : [0, 1]);
  const cells = rows.flatMap((row, r) =>
    row.map((value, c) => ({
      row: labels[r]!,
      column: columns[c]!,
      colour: Number.isFinite(value) ? value : null,
      text: Number.isFinite(value) ? value.toFixed(2) : "",
      detail: Number.isFinite(value) ? value.toFixed(4) : String(value),
    })),
  );
  const chart = new Chart({
    body: heatMapBody(cells, {
      rows: labels,
      columns,
      rowTitle: "",
      columnTitle: "",
      colourTitle: options.measure ?? "similarity",
      detailTitle: options.measure ?? "similarity",
      domain,
      format: ".1f",
    }),
    sketch: () => sketchMatrix(rows, labels),
  });
  return options.title === undefined ? chart : chart.title(options.title);
}
