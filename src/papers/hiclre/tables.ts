// Tables 1 to 3 of HiCLRE.

import { numbersOf, type Cell, type Experiment } from "../../experiments";
import { LEVELS } from "./level-contrast";
import { CODE_FORM } from "./observations";
import { countRun, METHODS, scoreRow, type ScoreOptions } from "./plan";
import { GDS_RANKS, type HiClreSettings } from "./settings";

const rowsOn = (options: ScoreOptions) =>
  Object.entries(METHODS).map(([method, own]) => scoreRow(method, own, options));

const above = (column: string, method: string, other: string) => (cell: Cell) =>
  cell(method, column) - cell(other, column);

/** Table 1, NYT10: bags of the profile's data, scored by distant labels. */
export const T1a: Experiment = {
  id: "T1a",
  about:
    "quick: 4,000 training bags of the world with 40 % noise; small: GDS, whose development part trains (its training part cannot be had here)",
  rows: rowsOn({}),
  claims: {
    p1: above("AUC", "HiCLRE", "PCNN-ATT"),
    p2: above("AUC", "HiCLRE", "BERT+ATT"),
    p3: above("P@M", "HiCLRE", "PCNN-ATT"),
  },
  controls: ["p1", "p2", "p3"],
};

/** Table 1, GDS. */
export const T1b: Experiment = {
  id: "T1b",
  about:
    "quick: the world's bags with 20 % noise, fewer facts than the ranks ask for, so P@500 and beyond stay low for all; small: the runs of T1a",
  rows: rowsOn({ place: "second", ranks: GDS_RANKS }),
  claims: { p4: above("AUC", "HiCLRE", "PCNN-ATT") },
  controls: ["p4"],
};

const MANUAL_COLUMNS = ["AUC", "F1", "macro-F1", "P@M"];

/** Table 2, NYT10-M: a test set with true labels. */
export const T2a: Experiment = {
  id: "T2a",
  about:
    "quick: the runs of T1a, scored by what the test sentences really state; F1 is the best micro-F1 on the curve [R17]; small: GDS has one label a pair, which is scored as it is",
  columns: MANUAL_COLUMNS,
  rows: rowsOn({ place: "manual", labels: "true" }),
  claims: { p5: above("AUC", "HiCLRE", "PCNN-ATT") },
  controls: ["p5"],
};

/** Table 2, KBP. */
export const T2b: Experiment = {
  id: "T2b",
  about: "quick: the runs of T1b, scored by what the test sentences really state",
  columns: MANUAL_COLUMNS,
  rows: rowsOn({ place: "second", labels: "true" }),
};

const without = (
  part: "withoutGradient" | "withoutMemory",
): readonly (readonly [string, Partial<HiClreSettings>])[] =>
  (["bag", "sentence", "entity"] as const).map((level) => [
    `${level}: w/o ${part === "withoutGradient" ? "gradient" : "memory"}`,
    { [part]: [level] },
  ]);

const meanOf = (cell: Cell, part: string): number =>
  LEVELS.reduce((sum, level) => sum + cell(`${level}: w/o ${part}`, "AUC"), 0) / LEVELS.length;

/** Table 3: each part removed in turn, and the released code's variants. */
export const T3: Experiment = {
  id: "T3",
  about: "on the data of T1a; rows of ours are the forms of the released code",
  columns: ["AUC", "F1", "P@M"],
  rows: [
    scoreRow("HiCLRE", {}),
    scoreRow("w/o multi-granularity recontextualization", { recontextualization: "none" }),
    scoreRow("w/o three-level contrastive loss", { contrast: false }),
    ...[...without("withoutGradient"), ...without("withoutMemory")].map(([name, changes]) =>
      scoreRow(name, changes),
    ),
    scoreRow("code: recontextualization without parameters, not at test", CODE_FORM),
    scoreRow("paper: eq. 16 as printed", { form: "paper" }),
  ],
  claims: {
    p6: above("AUC", "HiCLRE", "w/o multi-granularity recontextualization"),
    p7: above("AUC", "HiCLRE", "w/o three-level contrastive loss"),
    p8: (cell) => cell("HiCLRE", "AUC") - meanOf(cell, "gradient"),
    p9: (cell) => cell("HiCLRE", "AUC") - meanOf(cell, "memory"),
  },
  controls: ["p6", "p7", "p8", "p9"],
};

/** Table 4: what the data sets hold, counted where they are on this machine. */
export const T4: Experiment = {
  id: "T4",
  about:
    "sentences, counted in the files where they are here; train of GDS: its development part, which trains; ours: the world, one distant label a sentence",
  columns: ["relations", "train", "test", "test_type"],
  rows: (
    [
      ["NYT10", "nyt10"],
      ["GDS", "gds"],
      ["NYT10-M", "nyt10m"],
      ["world/bags", "world/bags"],
    ] as const
  ).map(([method, data]) => ({
    method,
    runs: ({ profile }) => ({ run: countRun(data, profile) }),
    read: ({ run }) => (run === null ? {} : numbersOf(run!)),
  })),
};
