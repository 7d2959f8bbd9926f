// The kept outcome of an experiment in another profile: numbers that were committed, shown without any run.

import { DISPLAY, OptionError, type Displayable, type MimeBundle } from "../core";
import type { Table } from "../report";
import type { OutcomeClaim, OutcomeRecord } from "./outcome";
import { committedOutcome } from "./outcome-store";
import { claimTable, outcomeBundle, outcomeTable, outcomeText, type OutcomeTables } from "./outcome-tables";
import type { Paper } from "./paper";
import type { ProfileName } from "./profile";

/** Committed numbers of one experiment. They have no charts: raw values are not kept. */
export class KeptOutcome implements Displayable {
  constructor(
    readonly record: OutcomeRecord,
    private readonly about: string | undefined,
  ) {}

  /** The claims, as they were judged then. */
  get claims(): readonly OutcomeClaim[] {
    return this.record.claims;
  }

  /** The table: the paper's numbers beside the kept ones. */
  table(): Table {
    return outcomeTable(this.record, this.about, []);
  }

  /** The claims as a table. */
  claimTable(): Table {
    return claimTable(this.record, []);
  }

  toString(): string {
    return outcomeText(this.record, this.tables);
  }

  toJSON(): OutcomeRecord {
    return this.record;
  }

  [DISPLAY](): MimeBundle {
    return outcomeBundle(this.record, this.tables);
  }

  private get tables(): OutcomeTables {
    return { numbers: this.table(), claims: this.claimTable() };
  }
}

/**
 * The kept outcome of an experiment.
 *
 * @throws OptionError where none was committed in that profile
 */
export function keptOutcome(paper: Paper, id: string, profile: ProfileName): KeptOutcome {
  const { about } = paper.experiment(id);
  const name = `${paper.short}/${id}`;
  const record = committedOutcome(profile, name);
  if (record === undefined)
    throw new OptionError(
      `${name} has no kept numbers of the profile ${profile}: relata reproduce ${name} --profile ${profile} --keep writes them`,
    );
  return new KeptOutcome(record, about);
}

/** All kept outcomes of a paper in a profile, in the order of its experiments; none where nothing was committed. */
export function keptOutcomes(paper: Paper, profile: ProfileName): readonly KeptOutcome[] {
  return paper.experiments
    .filter(({ id }) => committedOutcome(profile, `${paper.short}/${id}`) !== undefined)
    .map(({ id }) => keptOutcome(paper, id, profile));
}
