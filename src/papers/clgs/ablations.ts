// What decides CLDR: which texts are contrasted, how much a node keeps of itself, and which words are negatives.

import { numbersOf, valueAt, type Experiment, type RowPlan } from "../../experiments";
import { jointRun, pairsRun, tagsRun } from "./plan";
import { CODE_CHANGES, type CldrSettings } from "./settings";

/** Rows by what they change. */
const CHANGES: Readonly<Record<string, Partial<CldrSettings>>> = {
  CLDR: {},
  "anchor pairing": { pairing: "anchor" },
  "lambda 0.5": { lambda: 0.5 },
  "no words of entities as negatives": { excludesEntities: true },
  "optimiser of the released code": CODE_CHANGES,
};

function ablation(method: string, changes: Partial<CldrSettings>): RowPlan {
  return {
    method,
    runs: (setting) => {
      const pairs = pairsRun(setting, changes);
      return { pairs, joint: jointRun(setting, { pairs, tags: tagsRun(setting) }) };
    },
    read: ({ pairs, joint }) => ({
      F1: numbersOf(pairs!)["F1"] ?? null,
      "RE-": numbersOf(joint!)["RE-"] ?? null,
      RE: numbersOf(joint!)["RE"] ?? null,
      "tag purity": Number(valueAt(pairs!, "wordMap", "purity")),
    }),
  };
}

export const ABLATIONS: Experiment = {
  id: "T3-ablations",
  title: "What decides CLDR",
  about:
    "F1: linear probe of Table 3; RE- and RE: kNN of Table 4, with the tags of CLNER; tag purity: that of figure 7",
  columns: ["F1", "RE-", "RE", "tag purity"],
  rows: Object.entries(CHANGES).map(([method, changes]) => ablation(method, changes)),
  claims: {
    "x-pairing": (cell) => cell("CLDR", "RE-") - cell("anchor pairing", "RE-"),
    "x-lambda": (cell) => cell("CLDR", "F1") - cell("lambda 0.5", "F1"),
  },
  ownClaims: {
    "x-pairing": {
      text: "RE- of CLDR with diagonal pairing is above anchor pairing, because it also moves words of wrong pairs",
      margin: 0,
      unit: "points",
    },
    "x-lambda": {
      text: "F1 of CLDR with lambda 0.8 is above lambda 0.5, which makes both nodes equal",
      margin: 0,
      unit: "points",
    },
  },
};
