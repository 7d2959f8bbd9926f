// An experiment: one table or figure of a paper, as the runs behind its rows and the arithmetic of its claims.

import { OptionError, type Displayable } from "../core";
import type { ProfileName } from "./profile";
import type { Run } from "./run";
import type { Json } from "./store";

/** Where a row is measured. */
export interface Setting {
  readonly profile: ProfileName;
  readonly seed: number;
  /** The profile's data, or the world's negative control, on which a method's gain must vanish. */
  readonly data: "usual" | "control";
}

/** Numbers by column; `null` where a number is not defined, such as P@N of a list that is too short. */
export type Numbers = Readonly<Record<string, number | null>>;

/** The values of a row's runs, by the names its `runs` gave them. */
export type Values = Readonly<Record<string, Json>>;

/** A row that we measure. */
export interface RowPlan {
  /** The paper's name of the method, so that the paper's numbers stand beside ours; other names are rows of our own. */
  readonly method: string;
  /** The runs behind the row for one seed; rows may share runs, which are done once. */
  runs(setting: Setting): Readonly<Record<string, Run>>;
  /** The row's numbers from the values of these runs. */
  read(values: Values): Numbers;
  /** True where `read` takes any of the runs, such as the folds that are done; else a row with a run missing is empty. */
  readonly readsAny?: boolean;
}

/** The number of a cell, for one seed. */
export type Cell = (method: string, column: string) => number;

/** A claim as arithmetic: a difference that is above 0 where the claim holds, in the unit of its margin. */
export type Claim = (cell: Cell) => number;

/** What charts are drawn from: the raw values of a row, one for each seed. */
export interface Drawing {
  readonly profile: ProfileName;
  readonly seeds: readonly number[];
  values(method: string): readonly Values[];
}

/** One table or figure. */
export interface Experiment {
  /** The paper's id: `"T1a"`, `"F4"`. */
  readonly id: string;
  /** Title of one that the paper has not; those of the paper have its caption. */
  readonly title?: string;
  /** What a reader should know first: which data stand for the paper's, what differs. */
  readonly about?: string;
  /**
   * Profiles in which reproducing the whole paper leaves it out, because it takes long or is an observation of our own;
   * by its own id it is reproduced in all. Default: none.
   */
  readonly byIdIn?: readonly ProfileName[];
  /** Columns; default those of the paper's table. */
  readonly columns?: readonly string[];
  readonly rows: readonly RowPlan[];
  /** Claims by the id of their predicate, or of our own with the prefix `x-`. */
  readonly claims?: Readonly<Record<string, Claim>>;
  /** Texts and margins of our own claims. */
  readonly ownClaims?: Readonly<
    Record<string, { readonly text: string; readonly margin: number; readonly unit: string }>
  >;
  /** Claims whose gain must vanish on the negative control. */
  readonly controls?: readonly string[];
  /** Charts, diagrams and trees. */
  charts?(drawing: Drawing): Promise<readonly Displayable[]> | readonly Displayable[];
}

/** A row with one run, whose value is an object of numbers with the names of the columns. */
export function simpleRow(method: string, run: (setting: Setting) => Run): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: run(setting) }),
    read: ({ run: value }) => numbersOf(value!),
  };
}

/** The numbers in a value, by name; what is no number is left out. */
export function numbersOf(value: Json): Record<string, number | null> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OptionError(`a run gave ${JSON.stringify(value).slice(0, 60)}: expected an object of numbers`);
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, number | null] => typeof entry[1] === "number" || entry[1] === null,
    ),
  );
}

/** The part of a value at a path of names and places: `valueAt(value, "curve", 3)`. */
export function valueAt(value: Json, ...path: readonly (string | number)[]): Json {
  return path.reduce<Json>((part, key) => {
    const found = (part as Readonly<Record<string | number, Json>> | null)?.[key];
    if (found !== undefined) return found;
    throw new OptionError(`a run's value has no "${path.join(".")}": its work and its table do not agree`);
  }, value);
}

/** The numbers of a list in a value, such as a curve. */
export function seriesAt(value: Json, ...path: readonly (string | number)[]): readonly number[] {
  const found = valueAt(value, ...path);
  if (Array.isArray(found) && found.every((one) => typeof one === "number")) return found as number[];
  throw new OptionError(`"${path.join(".")}" of a run's value is no list of numbers`);
}
