// A matrix as coloured cells: the body that confusion and similarity charts share.

import { DIVERGING, SEQUENTIAL } from "./theme";
import type { VegaLiteSpec } from "./vega";

/** One cell: names of row and column, the number behind its colour, the text in it and what the tooltip adds. */
export interface HeatCell {
  readonly row: string;
  readonly column: string;
  readonly colour: number | null;
  readonly text: string;
  readonly detail: string;
}

/** How the cells are laid out and coloured. */
export interface HeatMapOptions {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly colourTitle: string;
  readonly detailTitle: string;
  readonly domain: readonly [number, number];
  /** Format of the colour legend, in d3's language. */
  readonly format: string;
}

/** A vega-lite body; the writing in a cell is left out when the cells are too many to read. */
export function heatMapBody(cells: readonly HeatCell[], options: HeatMapOptions): VegaLiteSpec {
  const { rows, columns, domain } = options;
  const isSigned = domain[0] < 0;
  const range = isSigned ? DIVERGING : SEQUENTIAL;
  const size = cellSize(Math.max(rows.length, columns.length));
  const middle = (domain[0] + domain[1]) / 2;
  const reach = (domain[1] - domain[0]) / 2;
  const isDark = isSigned
    ? `abs(datum.colour - ${middle}) > ${0.7 * reach}`
    : `datum.colour > ${domain[0] + 0.55 * (domain[1] - domain[0])}`;
  const axis = (titles: object): object => ({
    ticks: false,
    domain: false,
    labelLimit: 180,
    labelPadding: 5,
    ...titles,
  });
  const isFlat = columns.every((name) => name.length * 6.5 < size);
  return {
    width: { step: size },
    height: { step: size },
    data: { values: cells },
    transform: [{ calculate: "datum.row + ' / ' + datum.column + ': ' + datum.detail", as: "said" }],
    encoding: {
      x: {
        field: "column",
        type: "nominal",
        sort: columns,
        title: options.columnTitle,
        scale: { paddingInner: 0.04, paddingOuter: 0 },
        axis: axis({ labelAngle: isFlat ? 0 : -45 }),
      },
      y: {
        field: "row",
        type: "nominal",
        sort: rows,
        title: options.rowTitle,
        scale: { paddingInner: 0.04, paddingOuter: 0 },
        axis: axis({}),
      },
      description: { field: "said", type: "nominal" },
      tooltip: [
        { field: "row", type: "nominal", title: options.rowTitle },
        { field: "column", type: "nominal", title: options.columnTitle },
        { field: "detail", type: "nominal", title: options.detailTitle },
      ],
    },
    layer: [
      {
        mark: { type: "rect", cornerRadius: size > 20 ? 2 : 0, invalid: null },
        encoding: {
          color: {
            field: "colour",
            type: "quantitative",
            title: options.colourTitle,
            scale: { domain, range: [...range], interpolate: "lab", clamp: true },
            legend: {
              format: options.format,
              gradientLength: Math.min(200, Math.max(80, rows.length * size)),
            },
          },
        },
      },
      ...(size >= 22
        ? [
            {
              mark: { type: "text", aria: false, fontSize: size >= 34 ? 11 : 9 },
              encoding: {
                text: { field: "text", type: "nominal" },
                color: { condition: { test: isDark, value: "white" }, value: "#2b2f36" },
              },
            },
          ]
        : []),
    ],
  };
}

function cellSize(count: number): number {
  if (count <= 8) return 44;
  if (count <= 12) return 36;
  if (count <= 24) return 28;
  return Math.max(4, Math.floor(620 / count));
}
