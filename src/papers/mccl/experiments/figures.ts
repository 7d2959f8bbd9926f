// Figures 1 to 4: temperatures, shares of the data, maps of the vectors, proxies.

import {
  seriesAt,
  valueAt,
  type Drawing,
  type Experiment,
  type RowPlan,
  type Values,
} from "../../../experiments";
import { lineChart, scatterChart } from "../../../plots";
import type { FineTuneObjective } from "../fine-tuning/fine-tune-task";
import { fineTuneRun, frozenRun, LONG_IN, type FineTuneChoice } from "./plan";
import { PROFILES } from "./profiles";
import type { TaskForm } from "../pairs/task-data";

const F1_OF = "F1";
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** A row whose columns are one run each. */
function sweepRow(
  method: string,
  form: TaskForm,
  choices: Readonly<Record<string, FineTuneChoice>>,
): RowPlan {
  return {
    method,
    runs: (setting) =>
      Object.fromEntries(
        Object.entries(choices).map(([name, choice]) => [name, fineTuneRun(setting, form, choice)]),
      ),
    read: (values) =>
      Object.fromEntries(Object.keys(choices).map((name) => [name, Number(valueAt(values[name]!, F1_OF))])),
  };
}

/** Mean F1 over seeds of every column of a row, as rows of a chart. */
function curve(drawing: Drawing, method: string, columns: readonly string[], x: (column: string) => number) {
  const seeds = drawing.values(method);
  return columns
    .filter((column) => seeds.every((values: Values) => values[column] !== undefined))
    .map((column) => ({
      series: method,
      x: x(column),
      F1: meanOf(seeds.map((values) => Number(valueAt(values[column]!, F1_OF)))),
    }));
}

const TAUS = [0.02, 0.05, 0.2, 1, 10] as const;
const tauName = (tau: number): string => String(tau);
const atOnePercent = (change: Partial<FineTuneObjective>): FineTuneChoice => ({
  start: "ours",
  loss: "mccl",
  share: 0.01,
  change,
});
const tauRow = (method: string, field: "memberTemperature" | "temperature"): RowPlan =>
  sweepRow(
    method,
    "single",
    Object.fromEntries(TAUS.map((tau) => [tauName(tau), atOnePercent({ [field]: tau })])),
  );

/** F1 by tau_1 and by tau_2, the other being the default 0.2. */
export const F1: Experiment = {
  id: "F1",
  byIdIn: LONG_IN,
  columns: TAUS.map(tauName),
  rows: [tauRow("tau_1 varied", "memberTemperature"), tauRow("tau_2 varied", "temperature")],
  claims: {
    p14: (cell) =>
      cell("tau_1 varied", tauName(PROFILES.quick.forms.single.mccl.memberTemperature)) -
      cell("tau_1 varied", tauName(TAUS.at(-1)!)),
  },
  charts: (drawing) => {
    const rows = ["tau_1 varied", "tau_2 varied"].flatMap((method) =>
      curve(drawing, method, TAUS.map(tauName), (name) => Math.log10(Number(name))),
    );
    const title = "Micro-F1 with 1 % of the pairs, by temperature";
    return [
      lineChart(rows, { x: "x", y: "F1", series: "series", title, xLabel: "log10 of the temperature" }),
    ];
  },
};

const PERCENTS = [1, 5, 10, 20, 50, 100] as const;
const percentName = (percent: number): string => `${percent}%`;
const shareRow = (method: string, loss: "mccl" | "ce"): RowPlan =>
  sweepRow(
    method,
    "single",
    Object.fromEntries(
      PERCENTS.map((percent) => [percentName(percent), { start: "ours", loss, share: percent / 100 }]),
    ),
  );

/** F1 by the share of the training pairs, MCCL and cross-entropy on the pre-trained model. */
export const F2: Experiment = {
  id: "F2",
  byIdIn: LONG_IN,
  columns: PERCENTS.map(percentName),
  rows: [shareRow("MCCL", "mccl"), shareRow("CE", "ce")],
  claims: {
    p7: (cell) => cell("MCCL", "1%") - cell("CE", "1%") - (cell("MCCL", "100%") - cell("CE", "100%")),
  },
  charts: (drawing) => {
    const rows = ["MCCL", "CE"].flatMap((method) =>
      curve(drawing, method, PERCENTS.map(percentName), (name) => parseFloat(name)),
    );
    const title = "Micro-F1 by the share of training pairs";
    return [lineChart(rows, { x: "x", y: "F1", series: "series", title, xLabel: "% of the training pairs" })];
  },
};

const [ONE, SEVERAL, GAIN] = ["one centre", "three centres", "gain"] as const;

function pointsRow(method: string, loss: FineTuneObjective["loss"] | undefined): RowPlan {
  return {
    method,
    runs: (setting) => ({
      run:
        loss === undefined
          ? frozenRun(setting, "single", "ours")
          : fineTuneRun(setting, "single", { start: "ours", loss, share: 1 }),
    }),
    read: ({ run }) => {
      const [one, several] = ["one", "several"].map((name) => Number(valueAt(run!, "points", name)));
      return { [ONE]: one!, [SEVERAL]: several!, [GAIN]: several! - one! };
    },
  };
}

const MAPS = ["lazy", "CE", "SupCon", "MCCL"] as const;

/** Maps of the test pairs of the four most frequent relations, and how clustered each relation is. */
export const F3: Experiment = {
  id: "F3",
  about: "Mean silhouette (cosine) of test pairs with one cluster a relation, and with three of k-means.",
  columns: [ONE, SEVERAL, GAIN],
  rows: [
    pointsRow("lazy", undefined),
    pointsRow("CE", "ce"),
    pointsRow("SupCon", "supcon"),
    pointsRow("MCCL", "mccl"),
  ],
  claims: { p15: (cell) => cell("MCCL", GAIN) - cell("CE", GAIN) },
  charts: (drawing) =>
    MAPS.flatMap((method) => {
      const run = drawing.values(method)[0]?.["run"];
      if (run === undefined) return [];
      const [xs, ys] = [seriesAt(run, "points", "x"), seriesAt(run, "points", "y")];
      const rows = xs.map((x, at) => ({
        x,
        y: ys[at]!,
        relation: String(valueAt(run, "points", "relation", at)),
      }));
      return [scatterChart(rows, { x: "x", y: "y", color: "relation", title: method, hasAxes: false })];
    }),
};

const PROXIES = [0, 1, 2, 4] as const;
const proxyRow = (method: string, form: TaskForm): RowPlan =>
  sweepRow(
    method,
    form,
    Object.fromEntries(PROXIES.map((proxies) => [String(proxies), atOnePercent({ proxies })])),
  );

/** F1 by the number of proxies of a relation. */
export const F4: Experiment = {
  id: "F4",
  byIdIn: LONG_IN,
  columns: PROXIES.map(String),
  rows: [proxyRow("BioRED", "single"), proxyRow("Re-DocRED", "multi")],
  claims: {
    p16: (cell) => Math.min(...["BioRED", "Re-DocRED"].map((data) => cell(data, "1") - cell(data, "0"))),
  },
  charts: (drawing) => {
    const rows = ["BioRED", "Re-DocRED"].flatMap((method) =>
      curve(drawing, method, PROXIES.map(String), Number),
    );
    const title = "Micro-F1 with 1 % of the pairs, by proxies a relation";
    return [lineChart(rows, { x: "x", y: "F1", series: "series", title, xLabel: "proxies" })];
  },
};
