// A paper in the laboratory: `lab.paper("hiure").table("T1a").reproduce()`.

import { DISPLAY, unknownName, type Displayable, type MimeBundle, type OnProgress } from "../core";
import {
  claimsOverview,
  keptOutcome,
  keptOutcomes,
  reproduce,
  type Experiment,
  type KeptOutcome,
  type Outcome,
  type Paper,
  type Profile,
  type ProfileName,
  type ReproduceOptions,
} from "../experiments";
import { Table } from "../report";

/** What can be said when reproducing from a notebook; the profile is the laboratory's. */
export type NotebookReproduceOptions = Partial<Omit<ReproduceOptions, "onProgress">>;

/** One table or figure, ready to be reproduced. */
export class ExperimentHandle implements Displayable {
  constructor(
    readonly paper: Paper,
    readonly experiment: Experiment,
    private readonly profile: Profile,
    private readonly surroundings: () => { signal?: AbortSignal; onProgress: OnProgress },
  ) {}

  /** Computes what is not stored yet; the paper's numbers beside ours, the claims, and the charts (`.charts`). */
  async reproduce(options: NotebookReproduceOptions = {}): Promise<Outcome> {
    const target = { paper: this.paper, experiment: this.experiment };
    const [outcome] = await reproduce([target], {
      profile: this.profile.name,
      ...this.surroundings(),
      ...options,
    });
    return outcome!;
  }

  /** The committed numbers of a larger profile, without any run; an error where there are none. */
  kept(profile: ProfileName = "small"): KeptOutcome {
    return keptOutcome(this.paper, this.experiment.id, profile);
  }

  [DISPLAY](): MimeBundle {
    const { id, about } = this.experiment;
    const line = `${this.paper.short}/${id}: ${this.paper.titleOf(id)}`;
    return { "text/plain": about === undefined ? line : `${line}\n${about}` };
  }
}

/** A paper with its tables and figures. */
export class PaperHandle implements Displayable {
  constructor(
    readonly paper: Paper,
    private readonly profile: Profile,
    private readonly surroundings: () => { signal?: AbortSignal; onProgress: OnProgress },
  ) {}

  /** A table of the paper by its id, such as `"T1a"`. */
  table(id: string): ExperimentHandle {
    return this.of(id, "T", "table");
  }

  /** A figure of the paper by its id, such as `"F4"`. */
  figure(id: string): ExperimentHandle {
    return this.of(id, "F", "figure");
  }

  /** Every table and figure but those that the profile reproduces only by id (`byIdIn`), runs done side by side. */
  reproduce(options: NotebookReproduceOptions = {}): Promise<readonly Outcome[]> {
    const all = { profile: this.profile.name, ...this.surroundings(), ...options };
    const { experiments: every } = this.paper;
    const experiments = all.storedOnly === true ? every : this.paper.wholeIn(all.profile);
    return reproduce(
      experiments.map((experiment) => ({ paper: this.paper, experiment })),
      all,
    );
  }

  /** The committed numbers of a larger profile of all tables and figures that have some; no run is done. */
  kept(profile: ProfileName = "small"): readonly KeptOutcome[] {
    return keptOutcomes(this.paper, profile);
  }

  /**
   * Every claim of the paper, and ours, with its status: as `outcomes` judged them, where they are of that experiment,
   * else as the committed numbers of their profile did. No run is done.
   */
  claims(outcomes: readonly Outcome[] = []): Table {
    const profile = outcomes[0]?.record.profile ?? this.profile.name;
    const given = new Map(outcomes.map(({ record }) => [record.id, record]));
    const kept = new Map(this.kept(profile).map(({ record }) => [record.id, record]));
    const claims = this.paper.experiments.flatMap(({ id }) => {
      const name = `${this.paper.short}/${id}`;
      const record = given.get(name) ?? kept.get(name);
      return (record?.claims ?? []).map((claim) => ({ ...claim, experiment: id }));
    });
    return claimsOverview(claims, `claims of ${this.paper.short}, profile ${profile}`);
  }

  [DISPLAY](): MimeBundle {
    const { title, venue, year } = this.paper.reference;
    const rows = this.paper.experiments.map(({ id }) => ({ id, shows: this.paper.titleOf(id) }));
    return Table.from(rows, { title: `${title} (${venue} ${year})` })[DISPLAY]();
  }

  private of(id: string, letter: string, kind: string): ExperimentHandle {
    const ids = this.paper.experiments.map((one) => one.id).filter((one) => one.startsWith(letter));
    if (!ids.includes(id)) throw unknownName(`${kind} of ${this.paper.short}`, id, ids);
    return new ExperimentHandle(this.paper, this.paper.experiment(id), this.profile, this.surroundings);
  }
}
