// Precision over recall, one curve a method.

import { OptionError } from "../core";
import { type Chart } from "./chart";
import { lineChart } from "./line-chart";

/** A precision-recall curve, in the order of falling scores; `area` is written into the legend. */
export interface PrecisionRecall {
  readonly name: string;
  readonly precision: ArrayLike<number>;
  readonly recall: ArrayLike<number>;
  readonly area?: number;
}

/** Precision over recall; both axes go from 0 to 1 unless `recallDomain` narrows them (papers often stop at 0.5). */
export function precisionRecallChart(
  curves: readonly PrecisionRecall[],
  { title, recallDomain = [0, 1] }: { title?: string; recallDomain?: readonly [number, number] } = {},
): Chart {
  const rows = curves.flatMap(({ name, precision, recall, area }) => {
    if (precision.length !== recall.length)
      throw new OptionError(
        `curve "${name}" has ${precision.length} precisions and ${recall.length} recalls: expected as many of each`,
      );
    const series = area === undefined ? name : `${name} (area ${area.toFixed(3)})`;
    const points = Array.from(precision, (value, index) => ({
      recall: recall[index]!,
      precision: value,
      series,
    }));
    return points.filter((point) => point.recall >= recallDomain[0] && point.recall <= recallDomain[1]);
  });
  const chart = lineChart(rows, {
    x: "recall",
    y: "precision",
    series: "series",
    legendTitle: null,
    yDomain: [0, 1],
  });
  return (title === undefined ? chart : chart.title(title)).size(400, 320);
}
