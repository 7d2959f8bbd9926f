// A paper: its record and its experiments.

import { unknownName } from "../core";
import type { Experiment } from "./experiment";
import type { ProfileName } from "./profile";
import { readReference, type Reference } from "./reference";

/** A paper that can be reproduced. */
export class Paper {
  /** Short name: `"hiure"`. */
  readonly short: string;
  readonly experiments: readonly Experiment[];
  private found: Reference | undefined;

  /** `reference` defaults to the paper's `reference.json`, read when it is first asked for. */
  constructor(short: string, experiments: readonly Experiment[], reference?: Reference) {
    this.short = short;
    this.experiments = experiments;
    this.found = reference;
  }

  /** What the paper reports. */
  get reference(): Reference {
    this.found ??= readReference(this.short);
    return this.found;
  }

  /** One experiment by its id. */
  experiment(id: string): Experiment {
    const found = this.experiments.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw unknownName(
      `experiment of ${this.short}`,
      id,
      this.experiments.map((one) => one.id),
    );
  }

  /** What reproducing the whole paper means in a profile: all experiments but those that want to be named there. */
  wholeIn(profile: ProfileName): readonly Experiment[] {
    return this.experiments.filter(({ byIdIn }) => byIdIn?.includes(profile) !== true);
  }

  /** Caption of a table, or what a figure finds; for experiments of our own their title. */
  titleOf(id: string): string {
    const table = this.reference.tables.find((one) => one.id === id);
    if (table !== undefined)
      return table.dataset === null ? table.caption : `${table.caption} (${table.dataset})`;
    const own = this.experiments.find((one) => one.id === id)?.title;
    return this.reference.figures.find((one) => one.id === id)?.finding ?? own ?? id;
  }
}
