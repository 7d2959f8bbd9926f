// Figures 2 to 4 of FineCL: what is learned in which epoch, by two readers, by relation; and how right its labels are.

import { numbersOf, seriesAt, valueAt, type Drawing, type Experiment, type Json } from "../../../experiments";
import { lineChart, type Chart } from "../../../plots";
import { learnedBarChart } from "../order/order-charts";
import { compareRun, orderRun } from "./plan";

const percent = (value: number | null | undefined): number | null =>
  typeof value === "number" ? 100 * value : null;

function numbers(form: "batch" | "epoch", value: Json) {
  const newly = seriesAt(value, form, "newly");
  const shares = seriesAt(value, form, "shares");
  const known = valueAt(value, form, "accuracy");
  const accuracy = known === null ? {} : numbersOf(known);
  const detection = valueAt(value, "detection");
  const auroc = known === null ? null : (valueAt(value, form, "auroc") as number | null);
  return {
    "epoch 1": shares[0]!,
    "most in a later epoch": Math.max(0, ...newly.slice(1)) * (newly[0]! > 0 ? shares[0]! / newly[0]! : 0),
    "all epochs": shares.at(-1)!,
    "right, 1": percent(accuracy["first"]),
    "right, 2-3": percent(accuracy["second"]),
    "right, 4-": percent(accuracy["late"]),
    "right, 1-3": percent(accuracy["early"]),
    "right, 4-6": percent(accuracy["later"]),
    "right, learned": percent(accuracy["learned"]),
    "right, never": percent(accuracy["never"]),
    "AUROC order": auroc,
    "AUROC loss": detection === null ? null : (numbersOf(detection)["loss"] ?? null),
    "AUROC confidence": detection === null ? null : (numbersOf(detection)["confidence"] ?? null),
  };
}

/** A series of one form of the order, the mean over seeds. */
function meanSeries(drawing: Drawing, method: string, ...path: string[]): number[] {
  const all = drawing.values(method).map(({ run }) => seriesAt(run!, ...path));
  return (all[0] ?? []).map((_, at) => all.reduce((sum, one) => sum + one[at]!, 0) / all.length);
}

/** Share of right labels among what each epoch learned first, instances of all seeds together. */
function precisionChart(drawing: Drawing): Chart {
  const points = (["batch", "epoch"] as const).flatMap((form) => {
    const [right, wrong] = (["right", "wrong"] as const).map((kind) =>
      meanSeries(drawing, `${form}-based`, form, kind),
    );
    return right!.map((count, at) => {
      const all = count + wrong![at]!;
      return { form, epoch: at + 1, precision: all === 0 ? null : count / all };
    });
  });
  return lineChart(points, { x: "epoch", y: "precision", series: "form", yDomain: [0, 1] }).title(
    "share of right labels among those first learned in an epoch",
  );
}

/** Figure 2, and what the paper could not measure: label accuracy, and the order as a detector of noise. */
export const F2: Experiment = {
  id: "F2",
  about:
    "shares of the labelled instances; label accuracy in percent where the truth is known; AUROC as a detector of wrong labels: of the order, of the loss summed over epochs, of the last loss (confidence)",
  columns: [
    "epoch 1",
    "most in a later epoch",
    "all epochs",
    "right, 1",
    "right, 2-3",
    "right, 4-",
    "right, 1-3",
    "right, 4-6",
    "right, learned",
    "right, never",
    "AUROC order",
    "AUROC loss",
    "AUROC confidence",
  ],
  rows: (["batch", "epoch"] as const).map((form) => ({
    method: `${form}-based`,
    runs: (setting) => ({ run: orderRun(setting) }),
    read: ({ run }) => numbers(form, run!),
  })),
  claims: {
    p1: (cell) => cell("batch-based", "epoch 1") - cell("batch-based", "most in a later epoch"),
    p2: (cell) => cell("batch-based", "all epochs") - 0.8,
    p3: (cell) => cell("batch-based", "right, 1-3") - cell("batch-based", "right, 4-6"),
    p4: (cell) => cell("batch-based", "right, learned") - cell("batch-based", "right, never"),
    "x-first": (cell) => cell("batch-based", "right, 1") - cell("batch-based", "right, 4-"),
    "x-smaller": (cell) => cell("epoch-based", "epoch 1") - cell("batch-based", "epoch 1"),
    "x-cleaner": (cell) => cell("batch-based", "right, 1") - cell("epoch-based", "right, 1"),
    "x-auroc": (cell) => cell("batch-based", "AUROC order") - 0.5,
    "x-auroc-confidence": (cell) =>
      cell("batch-based", "AUROC order") - cell("batch-based", "AUROC confidence"),
    "x-auroc-loss": (cell) => cell("batch-based", "AUROC order") - cell("batch-based", "AUROC loss"),
  },
  ownClaims: {
    "x-first": {
      text: "labels learned in epoch 1 are more often right than those learned from epoch 4 on",
      margin: 10,
      unit: "points",
    },
    "x-smaller": {
      text: "the batch-based first epoch is smaller than the epoch-based",
      margin: 0,
      unit: "share",
    },
    "x-cleaner": { text: "and its labels are more often right", margin: 0, unit: "points" },
    "x-auroc": {
      text: "the order tells right labels from wrong ones (AUROC above 0.5)",
      margin: 0.1,
      unit: "AUROC",
    },
    "x-auroc-confidence": {
      text: "the order tells them better than the confidence of the trained model",
      margin: 0,
      unit: "AUROC",
    },
    "x-auroc-loss": { text: "and better than the loss summed over all epochs", margin: 0, unit: "AUROC" },
  },
  charts: (drawing) => {
    const points = (["batch", "epoch"] as const).flatMap((form) =>
      meanSeries(drawing, `${form}-based`, form, "shares").map((share, at) => ({
        form,
        epoch: at + 1,
        share,
      })),
    );
    const shares = lineChart(points, { x: "epoch", y: "share", series: "form", yDomain: [0, 1] });
    const first = drawing.values("batch-based")[0]?.["run"];
    if (first === undefined || valueAt(first, "batch", "accuracy") === null)
      return [shares.title("F2: share learned up to each epoch")];
    const counts = (kind: "right" | "wrong"): number[] => meanSeries(drawing, "batch-based", "batch", kind);
    const bars = (["right", "wrong"] as const).map((kind) => {
      const own = counts(kind);
      const never = meanSeries(drawing, "batch-based", "batch", `${kind}Never`)[0]!;
      const all = own.reduce((sum, one) => sum + one, never);
      return { name: `${kind} labels`, shares: own.map((count) => count / Math.max(1, all)) };
    });
    return [
      shares.title("F2: share learned up to each epoch"),
      learnedBarChart(bars, "when right and wrong labels are learned (batch-based)"),
      precisionChart(drawing),
    ];
  },
};

const READERS = "two readers";

/** Figure 3: two models learn the same instances. */
export const F3: Experiment = {
  id: "F3",
  about:
    "the profile's encoder without and with entity markers, each with its own seed, stands for RoBERTa and SSAN; the index is that of the unions [R14], the printed sum of single epochs beside it",
  columns: ["index, epoch 1", "index, epoch 3", "index, all epochs", "sum of single epochs"],
  rows: [
    {
      method: READERS,
      runs: (setting) => ({ run: compareRun(setting) }),
      read: ({ run }) => {
        const cumulative = seriesAt(run!, "cumulative");
        return {
          "index, epoch 1": cumulative[0]!,
          "index, epoch 3": cumulative[2] ?? null,
          "index, all epochs": cumulative.at(-1)!,
          "sum of single epochs": seriesAt(run!, "single").reduce((sum, one) => sum + one, 0),
        };
      },
    },
  ],
  claims: {
    p14: (cell) => cell(READERS, "index, all epochs") - 0.6,
    "x-rises": (cell) => cell(READERS, "index, all epochs") - cell(READERS, "index, epoch 1"),
  },
  ownClaims: {
    "x-rises": { text: "the two agree more after all epochs than after the first", margin: 0, unit: "index" },
  },
  charts: (drawing) => {
    const points = (["cumulative", "single"] as const).flatMap((kind) =>
      meanSeries(drawing, READERS, kind).map((index, at) => ({ kind, epoch: at + 1, index })),
    );
    return [
      lineChart(points, { x: "epoch", y: "index", series: "kind", yDomain: [0, 1] }).title(
        "F3: Jaccard index of what two readers learned",
      ),
    ];
  },
};

/** Figure 4: what share of each relation is learned when. */
export const F4: Experiment = {
  id: "F4",
  about: "shares of the labelled instances of a relation that are learned at all, before up-sampling",
  columns: ["relations above 50 %", "lowest share", "mean share"],
  rows: [
    {
      method: "batch-based",
      runs: (setting) => ({ run: orderRun(setting) }),
      read: ({ run }) => {
        const shares = Object.values(numbersOf(valueAt(run!, "byRelation"))).map((share) => share ?? 0);
        const count = Math.max(1, shares.length);
        return {
          "relations above 50 %": (100 * shares.filter((share) => share > 0.5).length) / count,
          "lowest share": Math.min(...shares),
          "mean share": shares.reduce((sum, share) => sum + share, 0) / count,
        };
      },
    },
  ],
  claims: { "x-most": (cell) => cell("batch-based", "relations above 50 %") - 50 },
  ownClaims: {
    "x-most": { text: "of most relations more than half is learned", margin: 0, unit: "points" },
  },
  charts: (drawing) => {
    const run = drawing.values("batch-based")[0]?.["run"];
    if (run === undefined) return [];
    const bars = Object.keys(valueAt(run, "epochsByRelation") as Readonly<Record<string, Json>>)
      .map((name) => ({ name, shares: seriesAt(run, "epochsByRelation", name) }))
      .sort((a, b) => b.shares[0]! - a.shares[0]!);
    return [learnedBarChart(bars.slice(0, 40), "F4: share learned in each epoch, by relation (seed 0)")];
  },
};
