// A map of points, coloured by a label, each saying what it is on hover.

import { Chart } from "./chart";
import { numbers, texts, type DataRow } from "./columns";
import { sketchPoints } from "./sketch";
import { colours, shapes } from "./theme";

/** What a scatter chart shows. Names are those of columns. */
export interface ScatterOptions {
  readonly x: string;
  readonly y: string;
  /** A column of labels, told apart by colour and, when there are many, by shape. */
  readonly color?: string;
  /** Columns shown on hover, such as `["sentence", "relation"]`. */
  readonly hover?: readonly string[];
  readonly title?: string;
  /** Whether the axes mean something; false for t-SNE. Default true. */
  readonly hasAxes?: boolean;
  /** Labels in the order of the legend; default by first appearance. */
  readonly order?: readonly string[];
}

/** Hover text is cut at this many characters. */
const LONGEST_HOVER = 240;

/**
 * A scatter chart; rows without both numbers are left out.
 *
 * @example scatterChart(points, { x: "x", y: "y", color: "relation", hover: ["sentence", "relation"], hasAxes: false });
 */
export function scatterChart(rows: readonly DataRow[], options: ScatterOptions): Chart {
  const { x, y, color, hover = [], title, hasAxes = true } = options;
  const [xs, ys] = [numbers(rows, x), numbers(rows, y)];
  const labels = color === undefined ? rows.map(() => "") : texts(rows, color);
  const said = hover.map((name) => texts(rows, name));
  const values = rows.flatMap((_, row) => {
    const [left, up] = [xs[row], ys[row]];
    if (left === null || left === undefined || up === null || up === undefined) return [];
    const more = said.map((column, index) => [`hover${index}`, cut(column[row]!)] as const);
    return [{ x: left, y: up, label: labels[row]!, ...Object.fromEntries(more) }];
  });
  const order = options.order ?? [...new Set(labels)].sort();
  const size = Math.max(14, Math.min(70, 9000 / Math.max(1, values.length)));
  const place = (field: string, name: string): object => ({
    field,
    type: "quantitative",
    scale: { zero: false, nice: false, padding: 8 },
    ...(hasAxes ? { title: name } : { axis: null }),
  });
  const legend = {
    title: color ?? null,
    legend: { symbolSize: 70, symbolOpacity: 1, columns: order.length > 24 ? 2 : 1, labelLimit: 200 },
  };
  const tooltip = [
    ...hover.map((name, index) => ({ field: `hover${index}`, type: "nominal", title: name })),
    ...(color === undefined || hover.includes(color)
      ? []
      : [{ field: "label", type: "nominal", title: color }]),
  ];
  const chart = new Chart({
    body: {
      width: 560,
      height: 420,
      data: { values },
      // What browsers show on hover in the static picture; the fields are ours, so no data are read as an expression.
      ...(tooltip.length === 0
        ? {}
        : {
            transform: [
              { calculate: tooltip.map(({ field }) => `datum.${field}`).join(" + ' · ' + "), as: "said" },
            ],
          }),
      ...(hasAxes ? {} : { view: { stroke: "#e5e7eb" } }),
      mark: { type: "point", filled: true, opacity: 0.8, size },
      encoding: {
        x: place("x", x),
        y: place("y", y),
        ...(color === undefined
          ? { color: { value: colours(1)[0] } }
          : {
              color: {
                field: "label",
                type: "nominal",
                scale: { domain: order, range: colours(order.length) },
                ...legend,
              },
              shape: {
                field: "label",
                type: "nominal",
                scale: { domain: order, range: shapes(order.length) },
                ...legend,
              },
            }),
        ...(tooltip.length > 0
          ? { tooltip, description: { field: "said", type: "nominal" } }
          : { tooltip: null }),
      },
    },
    sketch: () =>
      [
        sketchPoints([{ name: "", points: values.map((value) => ({ x: value.x, y: value.y })) }], {
          isLine: false,
        }),
        `${values.length} points${color === undefined ? "" : `, ${order.length} labels`}`,
      ].join("\n"),
  });
  return title === undefined ? chart : chart.title(title);
}

function cut(text: string): string {
  return text.length <= LONGEST_HOVER ? text : `${text.slice(0, LONGEST_HOVER)}…`;
}
