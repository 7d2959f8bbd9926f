// Charts of learning orders: shares by epoch, Jaccard indices, and how much of each relation was learned when (figures 2-4).

import { Chart, lineChart } from "../../../plots";
import { SEQUENTIAL } from "../../../plots/theme";
import type { LearningOrder } from "./learning-order";
import { cumulativeJaccard, cumulativeShares, newlyLearned } from "./learning-order";
import { epochsByRelation } from "./order-report";

const NEVER = "never";

/** The colour of an epoch: dark for the first, light for the last. */
function epochColours(epochs: number): string[] {
  const steps = [...SEQUENTIAL].reverse();
  const mix = (a: string, b: string, share: number): string =>
    [1, 3, 5].reduce((text, at) => {
      const [one, other] = [parseInt(a.slice(at, at + 2), 16), parseInt(b.slice(at, at + 2), 16)];
      return (
        text +
        Math.round(one + share * (other - one))
          .toString(16)
          .padStart(2, "0")
      );
    }, "#");
  return Array.from({ length: epochs }, (_, at) => {
    const place = (at / Math.max(1, epochs - 1)) * (steps.length - 1.4);
    const from = Math.floor(place);
    return mix(steps[from]!, steps[from + 1]!, place - from);
  });
}

/** A stacked bar: its name, and a share for each epoch; the rest was never learned. */
export interface LearnedBar {
  readonly name: string;
  readonly shares: readonly number[];
}

/**
 * Stacked bars of the share learned in each epoch, dark ones first; what was never learned is pale orange (figure 4).
 *
 * @example learnedBarChart(Object.entries(epochsByRelation(order)).map(([name, shares]) => ({ name, shares })))
 */
export function learnedBarChart(bars: readonly LearnedBar[], title = "share learned in each epoch"): Chart {
  const epochs = Math.max(0, ...bars.map(({ shares }) => shares.length));
  const values = bars.flatMap(({ name, shares }) => {
    const never = Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0));
    return [...shares, never].map((share, at) => ({
      name,
      share,
      epoch: at === shares.length ? NEVER : String(at + 1),
      place: at,
    }));
  });
  const names = [...Array.from({ length: epochs }, (_, at) => String(at + 1)), NEVER];
  return new Chart({
    body: {
      width: { step: bars.length < 4 ? 90 : 40 },
      height: 240,
      data: { values },
      mark: { type: "bar" },
      encoding: {
        x: {
          field: "name",
          type: "nominal",
          sort: null,
          title: null,
          axis: { labelAngle: bars.length < 4 ? 0 : -40 },
        },
        y: { field: "share", type: "quantitative", title: "share of instances", scale: { domain: [0, 1] } },
        color: {
          field: "epoch",
          type: "nominal",
          title: "epoch",
          scale: { domain: names, range: [...epochColours(epochs), "#fbe3d2"] },
        },
        order: { field: "place", type: "quantitative" },
        tooltip: [
          { field: "name", type: "nominal", title: "relation" },
          { field: "epoch", type: "nominal" },
          { field: "share", type: "quantitative", format: ".1%" },
        ],
      },
    },
    sketch: () =>
      bars
        .map(
          ({ name, shares }) =>
            `${name.padEnd(20)} ${"#".repeat(Math.round(30 * shares.reduce((a, b) => a + b, 0)))}`,
        )
        .join("\n"),
  }).title(title);
}

/** Share learned up to each epoch, one line an order. */
export function learnedChart(orders: Readonly<Record<string, LearningOrder>>): Chart {
  const points = Object.entries(orders).flatMap(([order, own]) =>
    cumulativeShares(own).map((share, at) => ({ order, epoch: at + 1, share })),
  );
  return lineChart(points, {
    x: "epoch",
    y: "share",
    series: "order",
    yLabel: "share learned",
    yDomain: [0, 1],
  });
}

/** How many instances were first learned in each epoch: right and wrong labels apart, and the never-learned ones last. */
export function cleanNoisyChart(order: LearningOrder, right: ReadonlySet<string>): Chart {
  const part = (isRight: boolean): LearnedBar => {
    const instances = order.instances.filter(({ id }) => right.has(id) === isRight);
    const shares = newlyLearned({ epochs: order.epochs, instances }).map(
      (n) => n / Math.max(1, instances.length),
    );
    return { name: isRight ? "right labels" : "wrong labels", shares };
  };
  return learnedBarChart([part(true), part(false)], "when right and wrong labels are learned");
}

/** Cumulative Jaccard index of two orders by epoch [R14] (figure 3). */
export function jaccardChart(first: LearningOrder, second: LearningOrder): Chart {
  const points = cumulativeJaccard(first, second).map((index, at) => ({ epoch: at + 1, index }));
  return lineChart(points, {
    x: "epoch",
    y: "index",
    yLabel: "Jaccard index up to the epoch",
    yDomain: [0, 1],
  });
}

/** Figure 4 of an order: one bar a relation. */
export function relationChart(order: LearningOrder): Chart {
  const bars = Object.entries(epochsByRelation(order)).map(([name, shares]) => ({ name, shares }));
  return learnedBarChart(bars, "F4: share learned in each epoch, by relation");
}
