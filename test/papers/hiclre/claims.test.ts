import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/experiments";
import { hiclre } from "../../../src/papers/hiclre";
import { cellOf, type Cells } from "../../support/cells";

const aucs = (values: Readonly<Record<string, number>>): Cells =>
  Object.fromEntries(Object.entries(values).map(([method, AUC]) => [method, { AUC }]));
const without = (part: string, bag: number, sentence: number, entity: number) =>
  aucs({ [`bag: w/o ${part}`]: bag, [`sentence: w/o ${part}`]: sentence, [`entity: w/o ${part}`]: entity });
const epochs = (alignment: number, uniformity: number) => ({
  "alignment, last": alignment,
  "uniformity, last": uniformity,
});

/** Cells in which the claim holds, and by how much. */
const HOLDING: readonly (readonly [string, Cells, number])[] = [
  ["p1", aucs({ HiCLRE: 80, "PCNN-ATT": 77 }), 3],
  ["p2", aucs({ HiCLRE: 80, "BERT+ATT": 78, "PCNN-ATT": 90 }), 2],
  ["p3", { HiCLRE: { "P@M": 95, AUC: 0 }, "PCNN-ATT": { "P@M": 91, AUC: 50 } }, 4],
  ["p4", aucs({ HiCLRE: 80, "PCNN-ATT": 77 }), 3],
  ["p5", aucs({ HiCLRE: 80, "PCNN-ATT": 77 }), 3],
  ["p6", aucs({ HiCLRE: 80, "w/o multi-granularity recontextualization": 75 }), 5],
  ["p7", aucs({ HiCLRE: 80, "w/o three-level contrastive loss": 74 }), 6],
  ["p8", { ...aucs({ HiCLRE: 80 }), ...without("gradient", 76, 77, 78) }, 3],
  ["p9", { ...aucs({ HiCLRE: 80 }), ...without("memory", 75, 76, 83) }, 2],
  ["p10", { "Multi-Gra.": { steps: 300 }, "Single-Gra.": { steps: 420 } }, 120],
  [
    "p11",
    {
      "with recontextualization": { "attention on noise": 0.25 },
      without: { "attention on noise": 0.5 },
    },
    0.25,
  ],
  [
    "p12",
    {
      "HiCLRE (dynamic gradient)": {
        ...epochs(0.25, -3),
        "alignment, first": 0.75,
        "uniformity, first": -2,
      },
    },
    0.5,
  ],
  [
    "p13",
    {
      "HiCLRE (dynamic gradient)": epochs(0.25, -3),
      "random word deletion": epochs(1, -3),
      "twice dropout": epochs(0.5, -2.5),
      "random noise": epochs(0.5, -3),
    },
    0.5 + 1 / 12,
  ],
  ["p14", aucs({ "tau 0.05": 70, "tau 0.2": 60, "tau 0.75": 66 }), 4],
];

describe("the claims of HiCLRE", () => {
  it.each(HOLDING)("%s is a difference above 0 where the claim holds", (id, cells, wanted) => {
    const { experiment } = hiclre.reference.predicates.find((one) => one.id === id)!;
    expect(hiclre.experiment(experiment).claims![id]!(cellOf(cells))).toBeCloseTo(wanted, 10);
  });

  it("are all tried here", () => {
    expect(HOLDING.map(([id]) => id)).toEqual(hiclre.reference.predicates.map(({ id }) => id));
  });
});

describe("the figures of HiCLRE", () => {
  const read = (id: string, run: Json) => hiclre.experiment(id).rows[0]!.read({ run });

  it("read of figure 4 the first look at 90 % of the last F1, that F1, and the mean jump of late looks", () => {
    const history = [10, 62.9, 64, 60, 65, 70].map((F1, at) => ({ step: 10 * (at + 1), F1 }));
    expect(read("F4", { history })).toEqual({ steps: 30, "last F1": 70, jitter: 5 });
    expect(read("F4", { history: history.slice(0, 1) })).toEqual({ steps: 10, "last F1": 10, jitter: null });
  });

  it("read of figure 6 the first, the middle and the last epoch", () => {
    const geometry = [1, 2, 3, 4, 5].map((at) => ({ epoch: at, alignment: at, uniformity: -at }));
    expect(read("F6", { geometry })).toEqual({
      "alignment, first": 1,
      "alignment, middle": 3,
      "alignment, last": 5,
      "uniformity, first": -1,
      "uniformity, middle": -3,
      "uniformity, last": -5,
    });
  });
});
