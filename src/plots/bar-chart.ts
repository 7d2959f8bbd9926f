// Bars with error bars: one number a category, with its spread over seeds.

import { Chart } from "./chart";
import { column, numbers, texts, type DataRow } from "./columns";
import { cellText, columnDigits, isSpread } from "../report";
import { sketchBars } from "./sketch";
import { colours } from "./theme";

/** What a bar chart shows. Names are those of columns. */
export interface BarOptions {
  /** The category of each bar. */
  readonly x: string;
  /** The number: a column of numbers, or of `Spread`s, whose deviation becomes the error bar. */
  readonly y: string;
  /** Standard deviations, where `y` holds plain numbers. */
  readonly error?: string;
  /** A column that puts bars of one category side by side. */
  readonly series?: string;
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly yDomain?: readonly [number, number];
}

/**
 * A bar chart from zero, with one standard deviation up and down as error bar and the value written above.
 *
 * @example barChart(results, { x: "fraction", y: "f1", series: "method" });
 */
export function barChart(rows: readonly DataRow[], options: BarOptions): Chart {
  const { x, y, error, series, title, yDomain } = options;
  const names = texts(rows, x);
  const heights = numbers(rows, y);
  const groups = series === undefined ? undefined : texts(rows, series);
  const spreads =
    error === undefined
      ? column(rows, y).map((v) => (isSpread(v) ? (v.sd ?? null) : null))
      : numbers(rows, error);
  const digits = columnDigits(heights);
  const values = names.flatMap((name, row) => {
    const height = heights[row];
    if (height === null || height === undefined) return [];
    const sd = spreads[row] ?? null;
    const ends = sd === null ? {} : { low: height - sd, high: height + sd };
    const text = sd === null ? cellText(height, digits) : cellText({ mean: height, sd, count: 2 }, digits);
    return [
      {
        x: name,
        y: height,
        series: groups?.[row] ?? "",
        text,
        said: `${name}${groups === undefined ? "" : ` · ${groups[row]}`}: ${text}`,
        label: cellText(height, digits),
        top: height + (sd ?? 0),
        ...ends,
      },
    ];
  });
  const order = [...new Set(values.map((value) => value.series))];
  const categories = [...new Set(values.map((value) => value.x))];
  const isTilted = categories.some((name) => name.length > 14) || categories.length > 8;
  const position = {
    x: {
      field: "x",
      type: "nominal",
      sort: null,
      title: options.xLabel ?? x,
      axis: { labelAngle: isTilted ? -40 : 0, ticks: false, labelPadding: 6 },
    },
    ...(series === undefined ? {} : { xOffset: { field: "series", type: "nominal", sort: order } }),
  };
  const yTitle = options.yLabel ?? y;
  const scale = yDomain === undefined ? { zero: true } : { domain: [...yDomain] };
  const bars = categories.length * order.length;
  const width = Math.min(720, Math.max(160, bars * (bars > 20 ? 24 : 46) + categories.length * 12));
  const hasErrors = values.some((value) => "low" in value);
  const body = {
    width,
    height: 260,
    data: { values },
    encoding: {
      ...position,
      y: { field: "y", type: "quantitative", title: yTitle, scale },
      description: { field: "said", type: "nominal" },
      tooltip: [
        { field: "x", type: "nominal", title: options.xLabel ?? x },
        ...(series === undefined ? [] : [{ field: "series", type: "nominal", title: series }]),
        { field: "text", type: "nominal", title: yTitle },
      ],
    },
    layer: [
      {
        mark: { type: "bar", cornerRadiusEnd: 2, clip: yDomain !== undefined },
        encoding: {
          color: {
            field: "series",
            type: "nominal",
            title: series ?? null,
            scale: { domain: order, range: colours(order.length) },
            ...(series === undefined ? { legend: null } : {}),
          },
        },
      },
      ...(hasErrors
        ? [
            {
              transform: [{ filter: "isValid(datum.low)" }],
              mark: { type: "rule", aria: false, color: "#2b2f36", strokeWidth: 1.4 },
              encoding: { y: { field: "low", type: "quantitative", title: yTitle }, y2: { field: "high" } },
            },
          ]
        : []),
      {
        mark: { type: "text", aria: false, dy: -7, fontSize: 11, color: "#2b2f36" },
        encoding: {
          y: { field: "top", type: "quantitative", title: yTitle },
          text: { field: "label", type: "nominal" },
        },
      },
    ],
  };
  const chart = new Chart({
    body,
    sketch: () =>
      sketchBars(
        values.map((value) => ({
          name: series === undefined ? value.x : `${value.x} · ${value.series}`,
          value: value.y,
          text: value.text,
        })),
      ),
  });
  return title === undefined ? chart : chart.title(title);
}
