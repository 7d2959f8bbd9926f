// The confusion matrix: which relation was taken for which.

import { OptionError } from "../core";
import { Chart } from "./chart";
import { heatMapBody } from "./heat-map";
import { sketchMatrix } from "./sketch";

/** Counts by true label (rows) and predicted label (columns), both in the order of `labels`. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Counts pairs of labels. `labels` gives the order; default all that occur, by alphabet. */
export function countConfusion(
  truth: readonly string[],
  predicted: readonly string[],
  labels: readonly string[] = [...new Set([...truth, ...predicted])].sort(),
): Confusion {
  if (truth.length !== predicted.length)
    throw new OptionError(
      `confusion of ${truth.length} true labels and ${predicted.length} predicted ones: expected as many of each`,
    );
  const place = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  truth.forEach((label, index) => {
    const [row, column] = [place.get(label), place.get(predicted[index]!)];
    if (row === undefined || column === undefined) {
      const missing = row === undefined ? label : predicted[index]!;
      throw new OptionError(
        `label "${missing}" is not among the ${labels.length} labels given: add it, or leave labels out`,
      );
    }
    counts[row]![column]!++;
  });
  return { labels, counts };
}

/**
 * Counts in cells, coloured by their share of the row (the recall of a label is the colour of its diagonal cell).
 *
 * @example confusionChart(countConfusion(truth, predicted)).title("SupCon, 10 %");
 */
export function confusionChart({ labels, counts }: Confusion): Chart {
  const shares = counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
  const cells = labels.flatMap((row, r) =>
    labels.map((column, c) => {
      const count = counts[r]![c]!;
      const share = shares[r]![c]!;
      return {
        row,
        column,
        colour: share,
        text: count === 0 ? "" : String(count),
        detail: `${count} (${(100 * share).toFixed(1)} % of the row)`,
      };
    }),
  );
  return new Chart({
    body: heatMapBody(cells, {
      rows: labels,
      columns: labels,
      rowTitle: "true relation",
      columnTitle: "predicted relation",
      colourTitle: "share of row",
      detailTitle: "sentences",
      domain: [0, 1],
      format: ".0%",
    }),
    sketch: () => `rows: true, columns: predicted\n${sketchMatrix(shares, labels)}`,
  });
}
