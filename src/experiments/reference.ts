// What a paper reports: the numbers of its tables, what its figures show, and what a reproduction must find.

import * as path from "node:path";
import { projectFolder, readText } from "../core";

/** A number of a table; `null` where the paper prints none. */
export type Quoted = number | string | null;

export interface ReferenceTable {
  readonly id: string;
  readonly caption: string;
  /** `null` where a table is about no data. */
  readonly dataset: string | null;
  readonly setting?: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly method: string; readonly values: readonly Quoted[] }[];
}

export interface ReferenceFigure {
  readonly id: string;
  readonly kind: string;
  readonly axes: Readonly<Record<string, string>> | null;
  readonly series: readonly string[];
  readonly finding: string;
}

/** A statement that a reproduction judges: a difference that must be at least `margin`. */
export interface Predicate {
  readonly id: string;
  /** The table or figure it is about. */
  readonly experiment: string;
  readonly text: string;
  readonly margin: number;
  readonly unit: string;
  /** Profiles in which it is judged. */
  readonly profiles: readonly string[];
}

/** A paper's record: `src/papers/<short>/reference.json`. */
export interface Reference {
  readonly paper: string;
  readonly title: string;
  readonly venue: string;
  readonly year: number;
  readonly tables: readonly ReferenceTable[];
  readonly figures: readonly ReferenceFigure[];
  readonly predicates: readonly Predicate[];
}

/** The record of a paper by its short name. */
export function readReference(short: string): Reference {
  const file = path.join(projectFolder, "src", "papers", short, "reference.json");
  return JSON.parse(readText(file)) as Reference;
}
