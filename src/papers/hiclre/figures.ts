// Figures 3, 4, 6 and 8 of HiCLRE.

import type { Displayable } from "../../core";
import {
  numbersOf,
  seriesAt,
  valueAt,
  type Cell,
  type Drawing,
  type Experiment,
  type Json,
  type Numbers,
  type RowPlan,
} from "../../experiments";
import { barChart, lineChart } from "../../plots";
import { spread } from "../../report";
import type { Augmentation } from "./level-contrast";
import { METHODS, scoreRow, trainRun, type Changes, type Place } from "./plan";

const listAt = (value: Json, ...path: string[]): readonly Json[] =>
  valueAt(value, ...path) as readonly Json[];

/** A row whose numbers are read from its run's value. */
export function readRow(
  method: string,
  changes: Changes,
  read: (value: Json) => Numbers,
  place: Place = "first",
): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: trainRun(setting, changes, method, place) }),
    read: ({ run }) => read(run!),
  };
}

/** Figure 3: precision against recall. */
export const F3: Experiment = {
  id: "F3",
  about: "the runs of T1a, seed 0; area in points; the point of the first prediction alone is left out",
  columns: ["AUC"],
  rows: Object.entries(METHODS).map(([method, changes]) => scoreRow(method, changes)),
  charts: (drawing: Drawing): readonly Displayable[] => {
    const points = Object.keys(METHODS).flatMap((method) =>
      // The precision of one prediction is 0 or 1, and would be the start of a line through the picture.
      listAt(drawing.values(method)[0]!["run"]!, "curve")
        .slice(1)
        .map((point) => ({ method, recall: seriesAt(point)[0]!, precision: seriesAt(point)[1]! })),
    );
    return [
      lineChart(points, { x: "recall", y: "precision", series: "method" }).title("F3: precision and recall"),
    ];
  },
};

/** Steps until the development F1 first reaches 90 % of its last value. */
function stepsToMost(value: Json): number {
  const history = listAt(value, "history").map(numbersOf);
  const wanted = 0.9 * (history.at(-1)?.["F1"] ?? 0);
  return history.find(({ F1 }) => (F1 ?? 0) >= wanted)?.["step"] ?? NaN;
}

/** How much the development F1 jumps from look to look in the second half of training: the mean absolute change, in points. */
function jitter(value: Json): number | null {
  const scores = listAt(value, "history").map((look) => numbersOf(look)["F1"] ?? 0);
  const late = scores.slice(Math.floor(scores.length / 2));
  const changes = late.slice(1).map((score, at) => Math.abs(score - late[at]!));
  return changes.length === 0 ? null : changes.reduce((sum, change) => sum + change, 0) / changes.length;
}

/** Figure 4: convergence with and without recontextualization. */
export const F4: Experiment = {
  id: "F4",
  about:
    "F1 on the development bags; steps until 90 % of the run's own last F1; jitter: mean absolute change from look to look in the second half of training",
  columns: ["steps", "last F1", "jitter"],
  rows: (
    [
      ["Multi-Gra.", {}],
      ["Single-Gra.", { recontextualization: "none" }],
    ] as const
  ).map(([method, changes]) =>
    readRow(method, changes, (value) => ({
      steps: stepsToMost(value),
      "last F1": numbersOf(listAt(value, "history").at(-1)!)["F1"] ?? null,
      jitter: jitter(value),
    })),
  ),
  claims: { p10: (cell: Cell) => cell("Single-Gra.", "steps") - cell("Multi-Gra.", "steps") },
  charts: (drawing) => {
    const points = ["Multi-Gra.", "Single-Gra."].flatMap((method) =>
      listAt(drawing.values(method)[0]!["run"]!, "history").map((one) => ({ method, ...numbersOf(one) })),
    );
    return [lineChart(points, { x: "step", y: "F1", series: "method" }).title("F4: F1 while training")];
  },
};

const AUGMENTATIONS: Readonly<Record<Augmentation, string>> = {
  gradient: "HiCLRE (dynamic gradient)",
  deletion: "random word deletion",
  dropout: "twice dropout",
  noise: "random noise",
};
const OTHERS = ["deletion", "dropout", "noise"] as const;

/** Dropout twice needs an encoder that drops out, whatever the profile. */
const augmentedBy = (augmentation: Augmentation): Changes =>
  augmentation === "dropout" ? { augmentation, encoderDropout: true } : { augmentation };

const EPOCHS = ["first", "middle", "last"] as const;
const MEASURES = ["alignment", "uniformity"] as const;

/** Both measures in the first, the middle and the last epoch. */
function trajectory(value: Json): Numbers {
  const geometry = listAt(value, "geometry").map(numbersOf);
  const places = { first: 0, middle: Math.floor(geometry.length / 2), last: geometry.length - 1 };
  return Object.fromEntries(
    MEASURES.flatMap((measure) =>
      EPOCHS.map((epoch) => [`${measure}, ${epoch}`, geometry[places[epoch]]![measure]!]),
    ),
  );
}

/** Figure 6: alignment and uniformity of sentence vectors with their pseudo positives, epoch by epoch. */
export const F6: Experiment = {
  id: "F6",
  about:
    "sentence level, means over the steps of the first, the middle and the last epoch; lower is better; inertia is none in the first and the last; quick: half of the training bags of T1a",
  columns: MEASURES.flatMap((measure) => EPOCHS.map((epoch) => `${measure}, ${epoch}`)),
  rows: Object.entries(AUGMENTATIONS).map(([augmentation, method]) =>
    readRow(method, augmentedBy(augmentation as Augmentation), trajectory, "study"),
  ),
  claims: {
    p12: (cell) => {
      const fall = (what: string): number =>
        cell(AUGMENTATIONS.gradient, `${what}, first`) - cell(AUGMENTATIONS.gradient, `${what}, last`);
      return Math.min(fall("alignment"), fall("uniformity"));
    },
    p13: (cell) => {
      const sum = (method: string): number =>
        cell(method, "alignment, last") + cell(method, "uniformity, last");
      const others = OTHERS.reduce((total, one) => total + sum(AUGMENTATIONS[one]), 0) / OTHERS.length;
      return others - sum(AUGMENTATIONS.gradient);
    },
  },
  charts: (drawing) => {
    const points = Object.values(AUGMENTATIONS).flatMap((method) =>
      listAt(drawing.values(method)[0]!["run"]!, "geometry").map((one) => ({ method, ...numbersOf(one) })),
    );
    return [
      lineChart(points, { x: "uniformity", y: "alignment", series: "method" }).title(
        "F6: alignment and uniformity, first to last epoch",
      ),
    ];
  },
};

/** The four studies of Figure 8; the paper does not name them (section 4.3: tau, lambda, epsilon, learning rate). */
const STUDIES: readonly {
  readonly name: string;
  readonly values: readonly (readonly [string, Changes])[];
}[] = [
  {
    name: "tau",
    values: [0.05, 0.2, 0.75].map((temperature) => [String(temperature), { temperature }] as const),
  },
  {
    name: "lambda",
    values: [
      ["task .85", { weights: { task: 0.85, bag: 0.05, sentence: 0.05, entity: 0.05 } }],
      ["task .4, bag .4 (code)", { weights: { task: 0.4, bag: 0.4, sentence: 0.1, entity: 0.1 } }],
      [
        "entity .4, sentence .4 (as printed)",
        { weights: { entity: 0.4, sentence: 0.4, bag: 0.1, task: 0.1 } },
      ],
      ["all .25", { weights: { entity: 0.25, sentence: 0.25, bag: 0.25, task: 0.25 } }],
    ],
  },
  { name: "epsilon", values: [0.5, 2, 8].map((epsilon) => [String(epsilon), { epsilon }] as const) },
  {
    name: "learning rate",
    values: [0.3, 1, 3].map((factor) => [`x ${factor}`, { rateFactor: factor }] as const),
  },
];
const studyRow = (name: string, value: string): string => `${name} ${value}`;

/** Figure 8: hyper-parameters. */
export const F8: Experiment = {
  id: "F8",
  about: "each study changes one setting; quick: half of the training bags of T1a, all else the same",
  columns: ["AUC"],
  rows: STUDIES.flatMap(({ name, values }) =>
    values.map(([value, changes]) => scoreRow(studyRow(name, value), changes, { place: "study" })),
  ),
  claims: { p14: (cell) => cell(studyRow("tau", "0.05"), "AUC") - cell(studyRow("tau", "0.75"), "AUC") },
  charts: (drawing) =>
    STUDIES.map(({ name, values }) => {
      const points = values.map(([value]) => {
        const all = drawing
          .values(studyRow(name, value))
          .map(({ run }) => Number(valueAt(run!, "distant", "AUC")));
        return { [name]: value, AUC: spread(all) };
      });
      return barChart(points, { x: name, y: "AUC", title: `F8: ${name}` });
    }),
};
