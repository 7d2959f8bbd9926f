// Lines over a number: loss curves and other series, with smoothing.

import { OptionError } from "../core";
import { Chart } from "./chart";
import { numbers, texts, type DataRow } from "./columns";
import { sketchPoints } from "./sketch";
import { colours } from "./theme";

/** What a line chart shows. Names are those of columns. */
export interface LineOptions {
  readonly x: string;
  /** One column, or several, each of which becomes a series of its own. */
  readonly y: string | readonly string[];
  /** A column whose values name the series (with one `y` column). */
  readonly series?: string;
  /** Weight of the past in the smoothed line, 0 (default, none) to below 1; the raw line stays behind it, faint. */
  readonly smoothing?: number;
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Title of the legend; default the name of the series column, `null` for none. */
  readonly legendTitle?: string | null;
  /** Range of the y axis; default that of the data. */
  readonly yDomain?: readonly [number, number];
}

interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly series: string;
}

/** The legend shows full lines, whatever is faint in the chart. */
const STROKE_SYMBOLS = { symbolType: "stroke", symbolOpacity: 1, symbolStrokeWidth: 3 };

/** Above this many points a series is thinned for drawing: the lowest and highest point of each stretch stay. */
const MOST_POINTS = 600;

/**
 * Exponential moving average without the start's bias: `s_t = w s_(t-1) + (1 - w) y_t`, divided by `1 - w^t`
 * (Kingma and Ba 2015, section 3).
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (!(weight >= 0 && weight < 1))
    throw new OptionError(`smoothing is ${weight}: expected a number from 0 (none) to below 1, such as 0.9`);
  let average = 0;
  let past = 1;
  return values.map((value) => {
    average = weight * average + (1 - weight) * value;
    past *= weight;
    return average / (1 - past);
  });
}

/** At most about `most` of the items, in order: of each stretch the lowest and highest, and the first and last of all. */
export function thin<T>(items: readonly T[], value: (item: T) => number, most = MOST_POINTS): T[] {
  if (items.length <= most) return [...items];
  const stretch = Math.ceil(items.length / (most / 2));
  const kept = new Set<number>([0, items.length - 1]);
  for (let start = 0; start < items.length; start += stretch) {
    let [low, high] = [start, start];
    for (let i = start; i < Math.min(items.length, start + stretch); i++) {
      if (value(items[i]!) < value(items[low]!)) low = i;
      if (value(items[i]!) > value(items[high]!)) high = i;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b).map((index) => items[index]!);
}

/**
 * A line chart of the rows' columns; rows without a number leave a gap.
 *
 * @example lineChart(history, { x: "step", y: "loss", series: "method", smoothing: 0.8 });
 */
export function lineChart(rows: readonly DataRow[], options: LineOptions): Chart {
  const { x, y, series, smoothing = 0, title, yDomain } = options;
  const names = typeof y === "string" ? [y] : [...y];
  if (names.length > 1 && series !== undefined)
    throw new OptionError("a line chart takes several y columns or a series column, not both: leave one out");
  const xs = numbers(rows, x);
  const points = names.flatMap((name) => {
    const labels = series === undefined ? undefined : texts(rows, series);
    return numbers(rows, name).flatMap((value, row): LinePoint[] => {
      const at = xs[row];
      return value === null || at === null || at === undefined
        ? []
        : [{ x: at, y: value, series: labels?.[row] ?? name }];
    });
  });
  const order = [...new Set(points.map((point) => point.series))];
  const lines = order.map((name) => {
    const own = points.filter((point) => point.series === name).sort((a, b) => a.x - b.x);
    const soft =
      smoothing > 0
        ? smooth(
            own.map((point) => point.y),
            smoothing,
          )
        : own.map((point) => point.y);
    return thin(
      own.map((point, index) => ({ ...point, smooth: soft[index]! })),
      (point) => point.y,
    );
  });
  const yTitle = options.yLabel ?? (names.length === 1 ? names[0]! : "value");
  const chart = new Chart({
    body: lineBody(lines.flat(), order, {
      xTitle: options.xLabel ?? x,
      yTitle,
      legendTitle: options.legendTitle === undefined ? (series ?? null) : options.legendTitle,
      isSmoothed: smoothing > 0,
      yDomain,
    }),
    sketch: () => sketchLines(lines, order, yTitle),
  });
  return title === undefined ? chart : chart.title(title);
}

function lineBody(
  values: readonly (LinePoint & { smooth: number })[],
  order: readonly string[],
  { xTitle, yTitle, legendTitle, isSmoothed, yDomain }: LineLabels,
): Record<string, unknown> {
  // A step is never 1.5; a recall may be.
  const isWhole = values.every((value) => Number.isInteger(value.x));
  const legend = { orient: "right", columns: order.length > 24 ? 2 : 1, ...STROKE_SYMBOLS };
  const encoding = {
    description: { field: "series", type: "nominal" },
    x: {
      field: "x",
      type: "quantitative",
      title: xTitle,
      scale: { nice: false, zero: false },
      axis: isWhole ? { tickMinStep: 1 } : {},
    },
    color: {
      field: "series",
      type: "nominal",
      title: legendTitle,
      scale: { domain: order, range: colours(order.length) },
      legend: order.length > 1 ? legend : null,
    },
  };
  const scale = yDomain === undefined ? { zero: false } : { domain: [...yDomain] };
  const height = (field: string): object => ({ field, type: "quantitative", title: yTitle, scale });
  const tooltip = [
    { field: "series", type: "nominal", title: "series" },
    { field: "x", type: "quantitative", title: xTitle },
    { field: "y", type: "quantitative", title: yTitle, format: ".4~g" },
  ];
  const drawn = isSmoothed ? "smooth" : "y";
  // A line of one point is invisible: show the point.
  const isSingle = values.length > 0 && values.length === order.length;
  const line = (opacity: number, strokeWidth: number): object => ({
    type: "line",
    opacity,
    strokeWidth,
    clip: yDomain !== undefined,
  });
  return {
    width: 480,
    height: 260,
    data: { values },
    encoding,
    layer: [
      ...(isSmoothed ? [{ mark: line(0.25, 1), encoding: { y: height("y") } }] : []),
      { mark: line(1, 2), encoding: { y: height(drawn) } },
      ...(isSingle
        ? [{ mark: { type: "point", filled: true, size: 45 }, encoding: { y: height(drawn), tooltip } }]
        : []),
      {
        params: [
          { name: "near", select: { type: "point", on: "pointerover", nearest: true, clear: "pointerout" } },
        ],
        mark: { type: "point", filled: true, size: 45 },
        encoding: {
          y: height(drawn),
          tooltip,
          opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
        },
      },
    ],
  };
}

interface LineLabels {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly legendTitle: string | null;
  readonly isSmoothed: boolean;
  readonly yDomain: readonly [number, number] | undefined;
}

function sketchLines(
  lines: readonly (readonly (LinePoint & { smooth: number })[])[],
  order: readonly string[],
  label: string,
): string {
  const series = lines.map((line, index) => ({
    name: order[index]!,
    points: line.map((point) => ({ x: point.x, y: point.smooth })),
  }));
  const last = lines.map((line, index) => `${order[index]} ${line.at(-1)?.smooth.toPrecision(4) ?? ""}`);
  return [label === order[0] ? "" : label, sketchPoints(series), `last: ${last.join(", ")}`]
    .filter((line) => line !== "")
    .join("\n");
}
