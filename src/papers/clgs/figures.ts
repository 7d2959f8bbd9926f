// Figures 4 to 8: negative graphs on a sentence of ours, and maps of the learned spaces.

import { Random, type Displayable } from "../../core";
import { corruptedGraphs, corruptedPairs, type WordPair } from "../../contrast";
import {
  valueAt,
  type Drawing,
  type Experiment,
  type Json,
  type RowPlan,
  type Run,
  type Setting,
} from "../../experiments";
import { arcChart, scatterChart, type ArcLine, type Chart } from "../../plots";
import { TAGS } from "./corpus";
import { NO_RELATION, RELATION } from "./maps";
import { frozenRun, pairsRun, tagsRun } from "./plan";

/** A sentence of ours with two drugs and one effect; the effect is the last word of its mention. */
export const EXAMPLE = {
  words: "background : we saw two cases of delayed rash caused by velorin and oxadine .".split(" "),
  pairs: [
    [11, 8],
    [13, 8],
  ] as readonly WordPair[],
  classes: { 7: "effect", 8: "effect", 11: "drug", 13: "drug" },
} as const;

const sentence = { words: EXAMPLE.words.length, pairs: EXAMPLE.pairs };

/** Edges of a graph: right ones, and those with a wrong word. */
function lineOf(name: string, pairs: readonly WordPair[]): ArcLine {
  const isRight = ([a, b]: WordPair): boolean => EXAMPLE.pairs.some(([c, d]) => a === c && b === d);
  const arcs = pairs.map((pair) => {
    const kind = isRight(pair) ? "relation" : "no relation";
    return { from: pair[0], to: pair[1], kind };
  });
  return { name, arcs };
}

/** Figure 4: the true graph of the sentence and wrong ones, as CLGS is trained with. */
export function clgsNegatives(random = new Random(4)): Chart {
  const wrong = corruptedGraphs(sentence, 4, random);
  const lines = [
    lineOf("true graph", EXAMPLE.pairs),
    ...wrong.map((pairs, at) => lineOf(`negative ${at + 1}`, pairs)),
  ];
  return arcChart(EXAMPLE.words, lines, { classes: EXAMPLE.classes }).title(
    "CLGS: every edge of a negative graph is wrong",
  );
}

/** Figure 5: one relation of the sentence alone and its wrong pairs, as CLDR is trained with. */
export function cldrNegatives(random = new Random(5)): Chart {
  const [pair] = EXAMPLE.pairs;
  const wrong = corruptedPairs(pair!, sentence, 4, random);
  const lines = [
    lineOf("true graph", [pair!]),
    ...wrong.map((one, at) => lineOf(`negative ${at + 1}`, [one])),
  ];
  return arcChart(EXAMPLE.words, lines, { classes: EXAMPLE.classes }).title(
    "CLDR: one relation alone; a negative keeps one of its words",
  );
}

export const F4: Experiment = {
  id: "F4",
  about: "drawn on a sentence of ours by the sampler that trains",
  rows: [],
  charts: () => [clgsNegatives()],
};

export const F5: Experiment = {
  id: "F5",
  about: "drawn on the same sentence by the sampler that trains",
  rows: [],
  charts: () => [cldrNegatives()],
};

/** A row of a map: where its map stands in the value of its run. */
function mapRow(method: string, run: (setting: Setting) => Run, map: "pairMap" | "wordMap"): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: run(setting) }),
    read: ({ run: value }) => ({ purity: Number(valueAt(value!, map, "purity")) }),
  };
}

/** The maps of an experiment's rows, of the first seed. */
function mapCharts(methods: readonly string[], map: "pairMap" | "wordMap", order: readonly string[]) {
  return ({ values }: Drawing): readonly Displayable[] =>
    methods.map((method) => {
      const found = valueAt(values(method)[0]!["run"]!, map);
      const list = <T extends Json>(name: string): readonly T[] =>
        valueAt(found, name) as unknown as readonly T[];
      const [x, y] = [list<number>("x"), list<number>("y")];
      const points = list<string>("labels").map((label, at) => ({ x: x[at], y: y[at], class: label }));
      const purity = Number(valueAt(found, "purity")).toFixed(3);
      return scatterChart(points, { x: "x", y: "y", color: "class", hasAxes: false, order })
        .title(method)
        .subtitle(`t-SNE; ${purity} of the 10 nearest points in the space are of the same class`);
    });
}

const ABOUT_PURITY =
  "purity: share of the 10 nearest sampled test points that are of a point's class, mean over classes; maps of seed 0";

export const F6: Experiment = {
  id: "F6",
  about: `relations and as many hard negatives with one right word; ${ABOUT_PURITY}`,
  columns: ["purity"],
  rows: [
    mapRow("not tuned", frozenRun, "pairMap"),
    mapRow("CLDR space", (setting) => pairsRun(setting), "pairMap"),
  ],
  claims: { p12: (cell) => cell("CLDR space", "purity") - cell("not tuned", "purity") },
  controls: ["p12"],
  charts: mapCharts(["not tuned", "CLDR space"], "pairMap", [RELATION, NO_RELATION]),
};

export const F7: Experiment = {
  id: "F7",
  about: `as many words of each tag; ${ABOUT_PURITY}`,
  columns: ["purity"],
  rows: [
    mapRow("CLDR space", (setting) => pairsRun(setting), "wordMap"),
    mapRow("CLNER space", (setting) => tagsRun(setting), "wordMap"),
  ],
  claims: { p13: (cell) => cell("CLNER space", "purity") - cell("CLDR space", "purity") },
  charts: mapCharts(["CLDR space"], "wordMap", TAGS),
};

export const F8: Experiment = {
  id: "F8",
  about: `as many words of each tag; ${ABOUT_PURITY}`,
  columns: ["purity"],
  rows: [
    mapRow("not tuned", frozenRun, "wordMap"),
    mapRow("CLNER space", (setting) => tagsRun(setting), "wordMap"),
  ],
  claims: { p14: (cell) => cell("CLNER space", "purity") - cell("not tuned", "purity") },
  charts: mapCharts(["not tuned", "CLNER space"], "wordMap", TAGS),
};
