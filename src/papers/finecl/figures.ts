// Figure 2 of FineCL: what is learned in which epoch, and how right its labels are.

import { numbersOf, seriesAt, valueAt, type Experiment, type Json } from "../../experiments";
import { lineChart } from "../../plots";
import { orderRun } from "./plan";

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
    "right, 1-3": percent(accuracy["early"]),
    "right, 4-6": percent(accuracy["later"]),
    "right, learned": percent(accuracy["learned"]),
    "right, never": percent(accuracy["never"]),
    "AUROC order": auroc,
    "AUROC loss": detection === null ? null : (numbersOf(detection)["loss"] ?? null),
    "AUROC confidence": detection === null ? null : (numbersOf(detection)["confidence"] ?? null),
  };
}

/** Figure 2, and what the paper could not measure: label accuracy, and the order as a detector of noise. */
export const F2: Experiment = {
  id: "F2",
  about: "shares of the labelled instances; label accuracy in percent where the truth is known",
  columns: [
    "epoch 1",
    "most in a later epoch",
    "all epochs",
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
  },
  charts: (drawing) => {
    const points = (["batch", "epoch"] as const).flatMap((form) =>
      seriesAt(drawing.values(`${form}-based`)[0]!["run"]!, form, "shares").map((share, at) => ({
        form,
        epoch: at + 1,
        share,
      })),
    );
    return [lineChart(points, { x: "epoch", y: "share", series: "form" }).title("F2: share learned")];
  },
};
