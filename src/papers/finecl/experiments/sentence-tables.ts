// Table 5 of FineCL: sentences, of TACRED (a) and of SemEval-2010 Task 8 (b).

import { numbersOf, type Cell, type Experiment, type RowPlan } from "../../../experiments";
import { METHODS, sentencesRun, sharesAsked, tacredIsHere, type SentenceTask } from "./plan";

const above = (column: string, method: string, other: string) => (cell: Cell) =>
  cell(method, column) - cell(other, column);

const SHARES = ["1", "10", "100"] as const;

function rowsOf(task: SentenceTask, isHere: (profile: string) => boolean): RowPlan[] {
  return Object.entries(METHODS).map(([method, objective]): RowPlan => ({
    method,
    runs: (setting) =>
      isHere(setting.profile)
        ? Object.fromEntries(
            sharesAsked(setting, method, SHARES).map((share) => [
              share,
              sentencesRun(setting, objective, share, task),
            ]),
          )
        : {},
    read: (values) => ({
      ...Object.fromEntries(
        SHARES.map((share) => [`${share}%`, numbersOf(values[share] ?? {})["F1"] ?? null]),
      ),
      "100% official": numbersOf(values["100"] ?? {})["official"] ?? null,
    }),
    readsAny: true,
  }));
}

/** Table 5, TACRED: sentences many of which have no relation. */
export const T5a: Experiment = {
  id: "T5a",
  about:
    "micro-F1 over classes other than no relation; quick: sentences of the world's bags with their true labels, NA among them; small and paper: TACRED, which needs a licence: put its train.json, dev.json and test.json under tacred/ in the folder that RELATA_DATA names, then relata reproduce finecl/T5a --profile small; without it the cells stay empty",
  columns: ["1%", "10%", "100%"],
  rows: rowsOf("tacred", (profile) => profile === "quick" || tacredIsHere()),
};

/** Table 5, SemEval: sentences. */
export const T5b: Experiment = {
  id: "T5b",
  about:
    "micro-F1 over classes other than Other; small measures plain fine-tuning, ERICA and FineCL; official: SemEval's macro-F1 where it applies [R13]; quick: the world's labelled sentences",
  columns: ["1%", "10%", "100%", "100% official"],
  rows: rowsOf("semeval", () => true),
  claims: {
    p10: above("1%", "FineCL", "RoBERTa"),
    p11: above("1%", "FineCL", "ERICA_RoBERTa"),
  },
  controls: ["p10", "p11"],
};
