// The runs behind an order: each once, after what it needs, with the hash under which its result is stored.

import * as fs from "node:fs";
import * as path from "node:path";
import { inputDigest } from "./inputs";
import type { Finished, Run } from "./run";
import { digestBehind } from "./source-digest";
import { hashOf, originOf, resultsFolder, type Origin } from "./store";

/** A run with everything that names its result. */
export interface Planned {
  readonly run: Run;
  readonly origin: Origin;
  readonly hash: string;
  readonly needs: Readonly<Record<string, Planned>>;
}

/** Where a run leaves what is not its value, such as weights. */
export const folderOf = (hash: string): string => path.join(resultsFolder(), hash);

/** Runs in the order in which they can be done; the same run asked for twice is in it once. */
export class RunPlan {
  /** Every run once, after what it needs. */
  readonly inOrder: Planned[] = [];
  private readonly byRun = new Map<Run, Planned>();
  private readonly byHash = new Map<string, Planned>();

  constructor(private readonly fileOf: (paper: string) => string) {}

  /** Puts a run and what it needs into the plan. */
  add(run: Run): Planned {
    const known = this.byRun.get(run);
    if (known !== undefined) return known;
    const needs = Object.fromEntries(
      Object.entries(run.needs ?? {}).map(([name, need]) => [name, this.add(need)]),
    );
    const { paper, work, settings, seed, inputs } = run;
    const key = {
      paper,
      work,
      settings,
      seed,
      inputs: Object.fromEntries(inputs.map((name) => [name, inputDigest(name)])),
      needs: Object.fromEntries(Object.entries(needs).map(([name, { hash }]) => [name, hash])),
    };
    const origin = originOf(key, digestBehind(this.fileOf(paper)));
    const hash = hashOf(origin);
    const planned = this.byHash.get(hash) ?? { run, origin, hash, needs };
    if (!this.byHash.has(hash)) {
      this.byHash.set(hash, planned);
      this.inOrder.push(planned);
    }
    this.byRun.set(run, planned);
    return planned;
  }

  /** What has to be done: all that is not stored, and what that needs where its weights are gone. */
  missing(done: Map<string, Finished>): Planned[] {
    for (const { hash, needs } of [...this.inOrder].reverse())
      for (const need of done.has(hash) ? [] : Object.values(needs))
        if (!fs.existsSync(folderOf(need.hash))) done.delete(need.hash);
    return this.inOrder.filter(({ hash }) => !done.has(hash));
  }
}
