// Figures 3 to 5 of HiURE.

import type { Displayable } from "../../core";
import {
  numbersOf,
  seriesAt,
  valueAt,
  type Cell,
  type Drawing,
  type Experiment,
  type Json,
  type RowPlan,
  type Values,
} from "../../experiments";
import { clusterTree, lineChart, scatterChart } from "../../plots";
import { COUNTED, lookRun, profileData, readingOf, trainRun, type Place } from "./plan";
import { read } from "./reading";
import type { HiureSettings } from "./settings";
import { WITHOUT_CHA, WITHOUT_EXEMNCE, WITHOUT_HPC } from "./tables";

const listAt = (value: Json, ...path: string[]): readonly Json[] =>
  valueAt(value, ...path) as readonly Json[];

/** The total loss of each epoch. */
const lossesOf = (value: Json): number[] =>
  listAt(value, "losses").map((epoch) => numbersOf(epoch)["total"] ?? NaN);

/** The average score at the start of each epoch and at the end. */
const averagesOf = (value: Json): number[] =>
  listAt(value, "curve").map((epoch) => numbersOf(epoch)["average"] ?? NaN);

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

/** Position by position, the mean of curves. */
const meanCurve = (curves: readonly (readonly number[])[]): number[] =>
  (curves[0] ?? []).map((_, at) => meanOf(curves.map((curve) => curve[at]!)));

const F3A_ROWS = { "with CHA": {}, "without CHA": WITHOUT_CHA } as const;

export const F3a: Experiment = {
  id: "F3a",
  about: "HiNCE while training, mean of each epoch, first data set; the temperature is the same",
  columns: ["first epoch", "last epoch", "log last"],
  rows: Object.entries(F3A_ROWS).map(([method, changes]): RowPlan => ({
    method,
    runs: (setting) => ({ run: trainRun(setting, "first", changes, method) }),
    read: ({ run }) => {
      const losses = lossesOf(run!);
      const last = losses.at(-1) ?? NaN;
      return { "first epoch": losses[0] ?? NaN, "last epoch": last, "log last": Math.log(last) };
    },
  })),
  claims: { p11: (cell: Cell) => cell("without CHA", "last epoch") - cell("with CHA", "last epoch") },
  charts: (drawing) => {
    const points = Object.keys(F3A_ROWS).flatMap((method) =>
      meanCurve(drawing.values(method).map(({ run }) => lossesOf(run!))).map((loss, epoch) => ({
        method,
        epoch: epoch + 1,
        "log loss": Math.log(loss),
      })),
    );
    return [lineChart(points, { x: "epoch", y: "log loss", series: "method" }).title("F3a: log HiNCE")];
  },
};

const F3B_ROWS = { HiNCE: {}, InfoNCE: WITHOUT_EXEMNCE } as const;

/** A row's curves of both data sets as one. */
const bothCurves = ({ first, second }: Values): number[] =>
  meanCurve([averagesOf(first!), averagesOf(second!)]);

export const F3b: Experiment = {
  id: "F3b",
  about: "average of B3 F1, V F1 and ARI of the finest layer, over both data sets; found anew each epoch",
  columns: ["start", "half", "end"],
  rows: Object.entries(F3B_ROWS).map(([method, changes]): RowPlan => ({
    method,
    runs: (setting) => ({
      first: trainRun(setting, "first", changes, method),
      second: trainRun(setting, "second", changes, method),
    }),
    read: (values) => {
      const curve = bothCurves(values);
      const half = curve[Math.floor((curve.length - 1) / 2)] ?? NaN;
      return { start: curve[0] ?? NaN, half, end: curve.at(-1) ?? NaN };
    },
  })),
  claims: { p12: (cell: Cell) => cell("HiNCE", "end") - cell("InfoNCE", "end") },
  controls: ["p12"],
  charts: (drawing) => {
    const points = Object.keys(F3B_ROWS).flatMap((method) =>
      meanCurve(drawing.values(method).map(bothCurves)).map((average, epoch) => ({ method, epoch, average })),
    );
    return [
      lineChart(points, { x: "epoch", y: "average", series: "method" }).title("F3b: average score by epoch"),
    ];
  },
};

const sentencesOf = (drawing: Drawing, place: Place) =>
  read(readingOf({ profile: drawing.profile, seed: 0, data: "usual" }, place));

/** A layer of the tree against leaf and parent relations. */
function treeRow(layer: number): RowPlan {
  return {
    method: `layer ${layer + 1}`,
    runs: (setting) => {
      const { parents } = profileData(setting.profile);
      const wish = parents === null ? {} : { topClusters: parents, look: COUNTED };
      return { run: lookRun("tree", setting, "first", wish) };
    },
    read: ({ run }) => {
      const found = valueAt(run!, "layers", layer);
      const leaves = numbersOf(valueAt(found, "leaves"));
      const parents = valueAt(found, "parents");
      return {
        clusters: leaves["clusters"] ?? null,
        "V:parents": parents === null ? null : (numbersOf(parents)["V:F1"] ?? null),
        "V:leaves": leaves["V:F1"] ?? null,
        "B3:leaves": leaves["B3:F1"] ?? null,
      };
    },
  };
}

export const F4: Experiment = {
  id: "F4",
  about:
    "three layers of exemplars; where the relations have a tree, the first layer's preference is tuned to as many clusters as there are parents, on a sample of 400 [R7a, R8]",
  columns: ["clusters", "V:parents", "V:leaves", "B3:leaves"],
  rows: [0, 1, 2].map(treeRow),
  claims: {
    p13: (cell) => cell("layer 1", "V:parents") - cell("layer 3", "V:parents"),
    p14: (cell) => cell("layer 3", "V:leaves") - cell("layer 1", "V:leaves"),
  },
  charts: async (drawing): Promise<readonly Displayable[]> => {
    const { sentences, relations } = await sentencesOf(drawing, "first");
    const layers = listAt(drawing.values("layer 1")[0]!["run"]!, "layers").map((layer) => ({
      labels: seriesAt(layer, "labels"),
      exemplars: seriesAt(layer, "exemplars"),
    }));
    const texts = sentences.map(({ text }) => text);
    return [clusterTree(layers, { texts, labels: relations }).title("F4: exemplars in three layers")];
  },
};

const PANELS: Readonly<Record<string, Partial<HiureSettings>>> = {
  "(b) HiURE": {},
  "(c) w/o ExemNCE": WITHOUT_EXEMNCE,
  "(d) w/o HPC": WITHOUT_HPC,
};

/** One map: colours are clusters of layer 1, words on hover say the rest. */
async function panel(drawing: Drawing, title: string, method: string, layer: "top" | "bottom") {
  const { sentences, relations } = await sentencesOf(drawing, "second");
  const value = drawing.values(method)[0]!["run"]!;
  const [x, y] = [seriesAt(value, "x"), seriesAt(value, "y")];
  const [top, bottom] = [seriesAt(value, "top"), seriesAt(value, "bottom")];
  const rows = seriesAt(value, "rows").map((index, at) => ({
    x: x[at]!,
    y: y[at]!,
    cluster: String((layer === "top" ? top : bottom)[at]!).padStart(2, "0"),
    "high-level cluster": String(top[at]!),
    "base cluster": String(bottom[at]!),
    relation: relations[index]!,
    sentence: sentences[index]!.text,
  }));
  return scatterChart(rows, {
    x: "x",
    y: "y",
    color: layer === "top" ? "cluster" : "relation",
    hover: ["sentence", "relation", "high-level cluster", "base cluster"],
    hasAxes: false,
    title,
  });
}

export const F5: Experiment = {
  id: "F5",
  about:
    "400 sentences of the second data set by t-SNE, seed 0; (a) in the colours of its high-level clusters, (b) to (d) in those of the gold relations; silhouette of the relations over all sentences",
  columns: ["silhouette"],
  rows: Object.entries(PANELS).map(([method, changes]): RowPlan => ({
    method,
    runs: (setting) => ({ run: lookRun("map", setting, "second", { changes, points: 400 }) }),
    read: ({ run }) => ({ silhouette: Number(valueAt(run!, "silhouette")) }),
  })),
  claims: {
    p15: (cell) =>
      cell("(b) HiURE", "silhouette") -
      Math.max(cell("(c) w/o ExemNCE", "silhouette"), cell("(d) w/o HPC", "silhouette")),
  },
  charts: (drawing) =>
    Promise.all([
      panel(drawing, "(a) HiURE, high-level clusters", "(b) HiURE", "top"),
      ...Object.keys(PANELS).map((method) => panel(drawing, method, method, "bottom")),
    ]),
};
