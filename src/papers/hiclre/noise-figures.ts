// Figures 5 and 7 of HiCLRE: where the attention goes in a bag with known noise, and where bags lie.

import { DISPLAY, type Displayable } from "../../core";
import type { Bag } from "../../data";
import {
  numbersOf,
  seriesAt,
  valueAt,
  type Drawing,
  type Experiment,
  type Json,
  type Numbers,
} from "../../experiments";
import { scatterChart, similarityChart } from "../../plots";
import { Table } from "../../report";
import { openBags } from "./bag-data";
import { readRow } from "./figures";
import { BERT_ATT, type Changes } from "./plan";
import { settingsOf } from "./settings";

const numbersAt = (value: Json, name: string): Numbers => {
  const found = valueAt(value, name);
  return found === null ? {} : numbersOf(found);
};

const F5_ROWS: Readonly<Record<string, Changes>> = {
  "with recontextualization": {},
  without: { recontextualization: "none" },
  "BERT+ATT": BERT_ATT,
};

/** The attention of a bag's sentences in the run of seed 0. */
function attentionOf(drawing: Drawing, method: string, bag: number): readonly number[] | undefined {
  const all = valueAt(drawing.values(method)[0]!["run"]!, "pictures") as readonly Json[] | null;
  const found = all?.find((one) => valueAt(one, "bag") === bag);
  return found === undefined ? undefined : seriesAt(found, "attention");
}

const isNoise = ({ relations, sentences }: Bag, at: number): boolean =>
  !relations.includes(sentences[at]!.truth!.relation);

/** Heat maps of bags, one row a method, and the sentences below. Only of the world, whose truth is known. */
async function heatMaps(drawing: Drawing, most: number): Promise<readonly Displayable[]> {
  if (drawing.profile !== "quick") return [];
  const methods = Object.keys(F5_ROWS);
  const shown = valueAt(drawing.values(methods[0]!)[0]!["run"]!, "pictures") as readonly Json[];
  const { test } = await openBags("world/bags", settingsOf("quick"));
  return shown.slice(0, most).flatMap((picture): Displayable[] => {
    const place = Number(valueAt(picture, "bag"));
    const bag = test[place]!;
    const rows = methods.map((method) => attentionOf(drawing, method, place)!);
    const names = bag.sentences.map((_, at) => `S${at + 1}${isNoise(bag, at) ? " noise" : ""}`);
    const chart = similarityChart(rows, {
      labels: methods,
      columns: names,
      domain: [0, 1],
      measure: "attention",
      title: `F5: ${bag.relations.join(", ")}`,
    });
    const table = Table.from(
      bag.sentences.map(({ text, truth }, at) => ({
        sentence: names[at]!,
        text,
        states: truth!.relation,
        ...Object.fromEntries(methods.map((method, row) => [method, rows[row]![at]!.toFixed(2)])),
      })),
    );
    return [chart, table];
  });
}

/** Figure 5, in numbers and as heat maps: attention that falls on sentences known to be noise. */
export const F5: Experiment = {
  id: "F5",
  about:
    "test bags that hold both noise and a sentence that states their relation, attention by the query of the label. even share: attention spread evenly; top is right: the most attended sentence states the relation; precision and recall: sentences with less than half of an even share, taken for noise",
  columns: ["attention on noise", "even share", "top is right", "precision", "recall"],
  rows: Object.entries(F5_ROWS).map(([method, changes]) =>
    readRow(method, changes, (value) => {
      const {
        mass = null,
        share = null,
        top = null,
        precision = null,
        recall = null,
      } = numbersAt(value, "noise");
      return { "attention on noise": mass, "even share": share, "top is right": top, precision, recall };
    }),
  ),
  claims: {
    p11: (cell) =>
      cell("without", "attention on noise") - cell("with recontextualization", "attention on noise"),
    "x-denoises": (cell) =>
      cell("with recontextualization", "even share") - cell("with recontextualization", "attention on noise"),
  },
  ownClaims: {
    "x-denoises": {
      text: "attention mass of HiCLRE on sentences known to be noise is below their share",
      margin: 0.01,
      unit: "share",
    },
  },
  charts: (drawing) => heatMaps(drawing, 2),
};

/** Two bags whose label no sentence states, and of which HiCLRE says what they state. */
async function cases(drawing: Drawing): Promise<readonly Displayable[]> {
  if (drawing.profile !== "quick") return [];
  const { test, relations } = await openBags("world/bags", settingsOf("quick"));
  const said = (method: string): readonly number[] => seriesAt(drawing.values(method)[0]!["run"]!, "said");
  const [ours, plain] = [said("HiCLRE"), said("BERT+ATT")];
  const right = test.flatMap(({ relations: labels, truth }, at) => {
    const isWrong = !labels.includes("NA") && labels.every((label) => !truth!.includes(label));
    return isWrong && truth!.includes(relations[ours[at]!]!) ? [at] : [];
  });
  // What another relation states is a stronger case than what states nothing.
  const isOther = (at: number): boolean => !test[at]!.truth!.includes("NA");
  const chosen = [...right.filter(isOther), ...right.filter((at) => !isOther(at))].slice(0, 2);
  if (chosen.length === 0) {
    const text = "no bag whose label is wrong was given what its sentences state (seed 0)";
    return [{ [DISPLAY]: () => ({ "text/plain": text }) }];
  }
  return [
    Table.from(
      chosen.flatMap((at) =>
        test[at]!.sentences.map(({ text, truth }) => ({
          sentence: text,
          states: truth!.relation,
          "label of the bag": test[at]!.relations.join(", "),
          HiCLRE: relations[ours[at]!]!,
          "BERT+ATT": relations[plain[at]!]!,
        })),
      ),
      { title: "F7: bags whose label no sentence states (seed 0)" },
    ),
  ];
}

/** The map of a method's bag vectors, seed 0. */
function mapOf(drawing: Drawing, method: string): readonly Displayable[] {
  const space = valueAt(drawing.values(method)[0]!["run"]!, "space");
  if (space === null) return [];
  const labels = valueAt(space, "labels") as readonly string[];
  const [x, y] = [seriesAt(space, "x"), seriesAt(space, "y")];
  const points = labels.map((relation, at) => ({ relation, x: x[at]!, y: y[at]! }));
  return [scatterChart(points, { x: "x", y: "y", color: "relation" }).title(`F7: bag vectors of ${method}`)];
}

/** Figure 7: bags of one relation against others, maps, and two bags that were relabelled. */
export const F7: Experiment = {
  id: "F7",
  about:
    "test bags that state one relation: R* is each in turn, R+ bags of its relation, R- others (cosines of bag vectors). relabelled: of the bags whose label no sentence states, the percentage of which the method says what they do state (mostly: nothing); kept: of which it repeats the label",
  columns: ["cos R* R+", "cos R* R-", "gap", "relabelled", "kept"],
  rows: (
    [
      ["HiCLRE", {}],
      ["BERT+ATT", BERT_ATT],
    ] as const
  ).map(([method, changes]) =>
    readRow(method, changes, (value) => {
      const { related = null, unrelated = null } = numbersAt(value, "space");
      const { right = null, kept = null } = numbersAt(value, "relabelled");
      return {
        "cos R* R+": related,
        "cos R* R-": unrelated,
        gap: related === null || unrelated === null ? null : related - unrelated,
        relabelled: right === null ? null : 100 * right,
        kept: kept === null ? null : 100 * kept,
      };
    }),
  ),
  claims: { "x-gap": (cell) => cell("HiCLRE", "gap") - cell("BERT+ATT", "gap") },
  ownClaims: {
    "x-gap": {
      text: "bags of one relation are nearer to each other than to others, by more with HiCLRE than with BERT+ATT",
      margin: 0,
      unit: "cosine",
    },
  },
  charts: async (drawing) => [
    ...mapOf(drawing, "HiCLRE"),
    ...mapOf(drawing, "BERT+ATT"),
    ...(await cases(drawing)),
  ],
};
