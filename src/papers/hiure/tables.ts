// Tables 1 and 2 of HiURE.

import {
  numbersOf,
  simpleRow,
  valueAt,
  type Cell,
  type Experiment,
  type Json,
  type Numbers,
  type RowPlan,
  type Run,
  type Setting,
} from "../../experiments";
import {
  baselineRun,
  COUNTED,
  embedRun,
  frozenRun,
  kMeansRun,
  lookRun,
  profileData,
  TEN,
  trainRun,
  type Place,
} from "./plan";
import { CODE_CHANGES } from "./profiles";
import type { HiureSettings } from "./settings";

/** What the removals change. */
export const WITHOUT_EXEMNCE: Partial<HiureSettings> = { objective: "infonce" };
export const WITHOUT_HPC: Partial<HiureSettings> = { exemplars: "k-means" };
/** k-means with about as many clusters as hierarchical propagation finds, to tell the algorithm from the numbers. */
const LIKE_HPC: Partial<HiureSettings> = { ...WITHOUT_HPC, kMeansLayers: [6, 7, 8] };
/** Hierarchical propagation with the mean of a cluster where the paper has one of its sentences. */
const MEANS: Partial<HiureSettings> = { centres: "mean" };
export const WITHOUT_CHA: Partial<HiureSettings> = { attention: null };

/** Mentions in place of markers: nothing that a pre-training has not seen. */
const MENTIONS: Partial<HiureSettings> = { pair: "mentions", markers: "none" };
/** And span words from between the mentions first, as in the released code [R3]: there a relation is mostly said. */
const BETWEEN: Partial<HiureSettings> = { ...MENTIONS, spanFrom: "between" };
const BETWEEN_WITHOUT_HPC: Partial<HiureSettings> = { ...BETWEEN, ...WITHOUT_HPC };

/** The answer with a wanted number of clusters, found by bisection on a sample; the others join the nearest exemplar [R8, R9]. */
const counted = (
  setting: Setting,
  place: Place,
  bottomClusters: number,
  changes: Partial<HiureSettings> = {},
): Run => lookRun("answer", setting, place, { changes, look: COUNTED, bottomClusters });

const COLUMNS = ["B3:F1", "V:F1", "ARI", "clusters", "B3:P", "B3:R", "V:hom", "V:comp"];

/** A layer of the answer, 0 the coarsest. */
function layerRow(method: string, place: Place, layer: number): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: trainRun(setting, place) }),
    read: ({ run }) => numbersOf(valueAt(run!, "layers", layer)),
  };
}

/** The epoch that is best by gold B3 F1, as the released code chooses [R16]: an oracle. */
function oracleRow(place: Place): RowPlan {
  return {
    method: "HiURE, best epoch by gold labels (oracle)",
    runs: (setting) => ({ run: trainRun(setting, place) }),
    read: ({ run }) => {
      const epochs = (valueAt(run!, "curve") as readonly Json[]).map(numbersOf);
      return epochs.reduce((best, one) => ((one["B3:F1"] ?? 0) > (best["B3:F1"] ?? 0) ? one : best));
    },
  };
}

/** What a training found before its first step: clusters of the vectors of an encoder that nobody has trained. */
function untrainedRow(method: string, place: Place, changes: Partial<HiureSettings>): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: trainRun(setting, place, changes) }),
    read: ({ run }) => numbersOf(valueAt(run!, "curve", 0)),
  };
}

/** Pairs of mentions alone, one reading of each sentence: what there is before any choice of this method. */
const PLAIN: Partial<HiureSettings> = { ...MENTIONS, spanWords: 0, clusterDraws: 1 };

/** k-means at the gold number of relations, of vectors that nobody trained or that a training left. */
function goldRow(
  method: string,
  place: Place,
  vectors: typeof trainRun | typeof embedRun,
  changes: Partial<HiureSettings>,
): RowPlan {
  return simpleRow(method, (setting) =>
    kMeansRun(
      setting,
      place,
      vectors(setting, place, changes),
      profileData(setting.profile).relations[place],
    ),
  );
}

const trained = (place: Place, method: string, changes: Partial<HiureSettings>): RowPlan =>
  simpleRow(method, (setting) => trainRun(setting, place, changes, method));

/** Rows that both data sets have. */
function rowsOf(place: Place): RowPlan[] {
  const gold = (setting: Setting): number => profileData(setting.profile).relations[place];
  return [
    ...(["UIE-BERT", "SelfORE", "EType"] as const).map((name) =>
      simpleRow(name, (setting) => baselineRun(setting, place, name)),
    ),
    trained(place, "HiURE w/o ExemNCE", WITHOUT_EXEMNCE),
    trained(place, "HiURE w/o HPC", WITHOUT_HPC),
    simpleRow("HiURE w. 10 clusters", (setting) => counted(setting, place, TEN)),
    trained(place, "HiURE", {}),
    untrainedRow("HPC, frozen HiURE vectors", place, {}),
    untrainedRow("k-means, frozen HiURE vectors, 10 clusters", place, WITHOUT_HPC),
    simpleRow("k-means, frozen markers, 10 clusters", (setting) =>
      frozenRun(setting, place, "markers", "k-means", TEN),
    ),
    goldRow("k-means, frozen mentions, gold number", place, embedRun, PLAIN),
    goldRow("k-means, frozen mentions and span words, gold number", place, embedRun, MENTIONS),
    goldRow("k-means, frozen mentions and words between, gold number", place, embedRun, BETWEEN),
    simpleRow("k-means, frozen means of pieces, gold number", (setting) =>
      frozenRun(setting, place, "mean", "k-means", gold(setting)),
    ),
    trained(place, "HiURE, means of mentions in place of markers", MENTIONS),
    simpleRow("HiURE, means of mentions, gold number", (setting) =>
      counted(setting, place, gold(setting), MENTIONS),
    ),
    trained(place, "HiURE, means of mentions and words between", BETWEEN),
    simpleRow("HiURE, means of mentions and words between, gold number", (setting) =>
      counted(setting, place, gold(setting), BETWEEN),
    ),
    trained(place, "HiURE w/o HPC, means of mentions and words between", BETWEEN_WITHOUT_HPC),
    simpleRow("HiURE, gold number", (setting) => counted(setting, place, gold(setting))),
    goldRow("k-means of HiURE's vectors, gold number", place, trainRun, {}),
    goldRow("k-means of HiURE's vectors with means of mentions, gold number", place, trainRun, MENTIONS),
    goldRow("k-means of HiURE's vectors with words between, gold number", place, trainRun, BETWEEN),
    goldRow(
      "k-means of the vectors w/o HPC, words between, gold number",
      place,
      trainRun,
      BETWEEN_WITHOUT_HPC,
    ),
  ];
}

/** F1 or ARI of the full method above another row's. */
const above =
  (column: string, other: string) =>
  (cell: Cell): number =>
    cell("HiURE", column) - cell(other, column);

const MEANING =
  "the answer is the finest layer after the last epoch; baselines are told to find 10 clusters, as in the paper; rows of our own are told what their names say; HiURE with a wanted number finds it by bisection on a sample of 400; k-means at the gold number is the mean of five, each the best of ten starts, but for frozen means of pieces, where it is a single one, as in all rows at 10 clusters";

export const T1a: Experiment = {
  id: "T1a",
  about: `in-domain: trained and scored on the same sentences, labels hidden. ${MEANING}`,
  columns: COLUMNS,
  rows: [
    ...rowsOf("first"),
    simpleRow("EType+", (setting) => baselineRun(setting, "first", "EType+")),
    simpleRow("Ward, frozen markers, 10 clusters", (setting) =>
      frozenRun(setting, "first", "markers", "ward", TEN),
    ),
    trained("first", "released code's way (k-means, one encoder, density temperatures)", CODE_CHANGES),
    trained("first", "HiURE w/o HPC, 6, 7 and 8 clusters", LIKE_HPC),
    trained("first", "HiURE, means of clusters in place of exemplars", MEANS),
    layerRow("HiURE, layer 1", "first", 0),
    layerRow("HiURE, layer 2", "first", 1),
    oracleRow("first"),
  ],
  claims: {
    p1: above("B3:F1", "HiURE w/o ExemNCE"),
    p2: above("ARI", "HiURE w/o ExemNCE"),
    p3: above("B3:F1", "HiURE w/o HPC"),
    p4: above("ARI", "HiURE w/o HPC"),
    p5: above("B3:F1", "HiURE w. 10 clusters"),
    p6: above("V:F1", "k-means, frozen markers, 10 clusters"),
    p7: above("B3:F1", "SelfORE"),
  },
  controls: ["p1", "p2", "p3", "p4", "p6", "p7"],
};

export const T1b: Experiment = {
  id: "T1b",
  about: `the second data set, in-domain; "transfer" was trained on the first. ${MEANING}`,
  columns: COLUMNS,
  rows: [
    ...rowsOf("second"),
    simpleRow("HiURE, transfer", (setting) => lookRun("answer", setting, "first", { of: "other" })),
  ],
  claims: { p8: above("B3:F1", "HiURE w/o ExemNCE") },
  controls: ["p8"],
};

/** One row a data set; each column is another setting of the method. */
function sweepRow(
  method: string,
  place: Place,
  columns: Readonly<Record<string, readonly Partial<HiureSettings>[]>>,
): RowPlan {
  const nameOf = (column: string, at: number): string => `${column} ${at}`;
  return {
    method,
    runs: (setting) =>
      Object.fromEntries(
        Object.entries(columns).flatMap(([column, variants]) =>
          variants.map((changes, at): [string, Run] => [
            nameOf(column, at),
            trainRun(setting, place, changes, column),
          ]),
        ),
      ),
    read: (values): Numbers =>
      Object.fromEntries(
        Object.entries(columns).map(([column, variants]) => {
          const each = variants.map((_, at) => Number(valueAt(values[nameOf(column, at)]!, "average")));
          return [column, each.reduce((sum, value) => sum + value, 0) / each.length];
        }),
      ),
  };
}

const SPAN_WORDS = Object.fromEntries(
  [1, 2, 3, 4, 5].map((spanWords) => [`P=${spanWords}`, [spanWords === 2 ? {} : { spanWords }]]),
);

const LAYERS = {
  ...Object.fromEntries([2, 3, 4, 5].map((layers) => [`L=${layers}`, [layers === 3 ? {} : { layers }]])),
  // preferences by hand: the middle layer nearer to the top, then nearer to the bottom
  "3+M": [{ preferenceShares: [0, 0.25, 1] }, { preferenceShares: [0, 0.75, 1] }],
};

const both = (cell: Cell, column: string): number => (cell("NYT+FB", column) + cell("TACRED", column)) / 2;

const sweep = (columns: Parameters<typeof sweepRow>[2]): RowPlan[] => [
  sweepRow("NYT+FB", "first", columns),
  sweepRow("TACRED", "second", columns),
];

const SWEEP_ABOUT =
  "mean of B3 F1, V F1 and ARI of the finest layer; the row NYT+FB is the first data set of this profile, TACRED the second";

export const T2a: Experiment = {
  id: "T2a",
  about: SWEEP_ABOUT,
  rows: sweep(SPAN_WORDS),
  claims: {
    p9: (cell) =>
      Math.max(...["P=1", "P=2", "P=3"].map((column) => both(cell, column))) -
      Math.max(...["P=4", "P=5"].map((column) => both(cell, column))),
  },
};

export const T2b: Experiment = {
  id: "T2b",
  about: `${SWEEP_ABOUT}; 3+M is the mean of two preference sequences by hand`,
  rows: sweep(LAYERS),
  claims: {
    p10: (cell) => both(cell, "L=3") - Math.max(both(cell, "L=2"), both(cell, "L=5")),
  },
};
