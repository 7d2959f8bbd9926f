// How many of each: horizontal bars of counts, for labels, entity types and sizes.

import { groupDigits } from "../data";
import { OptionError } from "../core";
import { Chart } from "./chart";
import { sketchBars } from "./sketch";
import { colours } from "./theme";

/** What a count chart shows. */
export interface CountOptions {
  readonly title?: string;
  /** What is counted, for the axis: "sentences" (default). */
  readonly unit?: string;
  /** What the names are, for the axis and hints: "relation" (default). */
  readonly of?: string;
  /** Bars at most; the names after them become one bar "N others". Default 30. */
  readonly most?: number;
}

const ROW = 17;

/**
 * A bar for each name, in the order given, with its count written beside it: `set.counts`, `bags.counts`, a card's
 * labels, or `bags.sizes`.
 *
 * @example countChart(train.counts, { title: "SemEval, train" });
 */
export function countChart(
  counts: Iterable<readonly [string, number]> | Readonly<Record<string, number>>,
  { title, unit = "sentences", of = "relation", most = 30 }: CountOptions = {},
): Chart {
  if (!Number.isInteger(most) || most < 1)
    throw new OptionError(`a chart of ${most} bars: give a whole number from 1`);
  const all: (readonly [string, number])[] = [
    ...(Symbol.iterator in counts ? counts : Object.entries(counts)),
  ];
  const rest = all.length > most ? all.slice(most - 1) : [];
  const total = rest.reduce((sum, [, count]) => sum + count, 0);
  const others: [string, number][] = rest.length === 0 ? [] : [[`${rest.length} others`, total]];
  const shown = [...all.slice(0, all.length - rest.length), ...others];
  const values = shown.map(([name, count], index) => {
    const text = groupDigits(count);
    return {
      x: count,
      y: name,
      text,
      isRest: index >= all.length - rest.length,
      said: `${name}: ${text} ${unit}`,
    };
  });
  const [blue = "", grey = "#9ca3af"] = [colours(1)[0]];
  const chart = new Chart({
    body: {
      width: 320,
      height: { step: ROW },
      data: { values },
      encoding: {
        y: {
          field: "y",
          type: "nominal",
          sort: null,
          title: null,
          axis: { ticks: false, domain: false, labelPadding: 6, labelLimit: 300, labelOverlap: false },
        },
        x: { field: "x", type: "quantitative", title: unit, axis: { tickCount: 5, format: "~s" } },
        description: { field: "said", type: "nominal" },
        tooltip: [
          { field: "y", type: "nominal", title: of },
          { field: "text", type: "nominal", title: unit },
        ],
      },
      layer: [
        {
          mark: { type: "bar", cornerRadiusEnd: 2, height: 12 },
          encoding: {
            color: {
              field: "isRest",
              type: "nominal",
              scale: { domain: [false, true], range: [blue, grey] },
              legend: null,
            },
          },
        },
        {
          mark: { type: "text", aria: false, align: "left", dx: 4, fontSize: 11, color: "#2b2f36" },
          encoding: { text: { field: "text", type: "nominal" } },
        },
      ],
    },
    sketch: () => sketchBars(values.map(({ x, y, text }) => ({ name: y, value: x, text }))),
  });
  return title === undefined ? chart : chart.title(title);
}
