// A run: the unit of work behind the tables. Plain data, so that it can be hashed, stored, and sent to another process.

import * as path from "node:path";
import { projectFolder, type Random, type Rate } from "../core";
import type { Json } from "./store";

/** One training or measurement with one seed. The same run gives the same numbers. */
export interface Run {
  /** Short name of the paper whose `works.ts` does the work, or of a folder of it: `"clgs/typed"`. */
  readonly paper: string;
  /** Which work of the paper: a name in its `works`. */
  readonly work: string;
  /** The whole configuration of the work; whatever decides the result and is not below. */
  readonly settings: Json;
  readonly seed: number;
  /** Data sets and encoders that are read, by name: their content is part of what decides the result. */
  readonly inputs: readonly string[];
  /** Runs that must be done before, by the name under which the work asks for them. */
  readonly needs?: Readonly<Record<string, Run>>;
  /** What people see while it runs, such as `"HiCLRE, seed 0"`. */
  readonly label: string;
  /** Memory of the process at its peak, in GB; runs are side by side as far as the memory goes. Default 1. */
  readonly memory?: number;
  /** How long it takes beside a full run of its paper; the longest begin first, so that none is alone at the end. Default 1. */
  readonly effort?: number;
  /** True for work of seconds, such as scoring what other runs found; it is done also where only stored results are read. */
  readonly isBrief?: boolean;
}

/** A run that is done: its value and the folder of what else it left, such as weights. */
export interface Finished {
  readonly value: Json;
  readonly folder: string;
  readonly hash: string;
  /** When it was computed (ISO time). */
  readonly when: string;
  /** False when it was found in the store. */
  readonly isFresh: boolean;
}

/** What a work is given. */
export interface WorkContext {
  readonly seed: number;
  /** Forked from the seed; fork it by name for each use. */
  readonly random: Random;
  /**
   * A folder of this run alone, with weights for those that need it. Checkpoints of steps in its folder `checkpoints` stay
   * until the result is stored, so that a killed run finds them again.
   */
  readonly folder: string;
  /** A run named in `needs`, done. */
  need(name: string): { readonly value: Json; readonly folder: string };
  /** Tells how much is done, 0 to 1, and how fast it goes where that is known, such as tokens a second. */
  onShare(share: number, rate?: Rate): void;
  /** Aborts when the user stops. */
  readonly signal: AbortSignal;
}

/** Does the work of a run; what it resolves to is stored. Tensors it makes are its own to dispose. */
export type Work = (settings: Json, context: WorkContext) => Promise<Json>;

/** A work with its settings' type; the settings are what the paper's own plan wrote. */
export function work<S extends object>(does: (settings: S, context: WorkContext) => Promise<Json>): Work {
  return (settings, context) => does(settings as unknown as S, context);
}

/**
 * The file that does a paper's work. It exports `works`, a record of `Work` by name. A folder of the paper may have
 * further works, under a source digest of their own: `"clgs/typed"`.
 */
export function worksFile(paper: string): string {
  return path.join(projectFolder, "src", "papers", paper, "works.ts");
}
