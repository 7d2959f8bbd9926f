// `relata reproduce`: tables and figures of the papers, the paper's number beside ours, and which claims held.

import { messageOf, OptionError } from "../../core";
import {
  isOwnClaim,
  keepCommitted,
  plannedRuns,
  profileOf,
  reproduce,
  type Outcome,
  type ReproduceOptions,
  type Target,
} from "../../experiments";
import { PAPERS, targetsOf } from "../../papers";
import type { Command, Output } from "../command";
import { readOptions } from "../options";

const USAGE = `relata reproduce ID... [options]       reproduce tables and figures of the papers

ID is a paper (hiure), a table or figure (hiure/T1a), or all. Some long tables, and some of our own, are left out of
a paper unless they are named; the last line tells which.

  --profile P        quick (default), small or paper
  --seeds N          number of seeds; default 3, and 5 where a claim stays undecided
  --fast             one seed, no negative control
  --no-control       do not measure claims on the negative control
  --fresh            compute again what is stored
  --stored           show what is stored, a part of the folds if need be, and begin nothing that takes long
  --workers N        processes side by side; default by cores and memory
  --keep             write the numbers to notebooks/results/PROFILE/PAPER/, as those of the small profile are committed
  --list             the ids there are; with ids: their runs, and which are stored
  --json             one object: { experiments: [{ id, profile, seeds, engine, hash, columns, rows, claims }] }

What is computed is stored; Ctrl-C stops, and the same command goes on from there.`;

/** The command `relata reproduce`. */
export const reproduceCommand: Command = {
  name: "reproduce",
  summary: "reproduce tables and figures of the papers, and judge their claims",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const { flags, values, rest } = readOptions(args, {
      flags: ["--fast", "--no-control", "--fresh", "--stored", "--keep", "--list", "--json"],
      values: ["--profile", "--seeds", "--workers"],
    });
    const isListed = flags.has("--list");
    if (isListed && rest.length === 0) return list(out, flags.has("--json"));
    if (rest.length === 0)
      throw new OptionError("relata reproduce needs an id, such as hiure/T1a; --list shows them");
    const options = optionsOf(flags, values);
    const { targets, leftOut } = targetsFor(rest, options);
    const tellLeftOut = (): void => {
      if (leftOut.length > 0 && !flags.has("--json"))
        out.text(`left out in ${options.profile} unless named: ${leftOut.join(", ")}`);
    };
    if (isListed) {
      await listRuns(targets, options, out, flags.has("--json"));
      tellLeftOut();
      return 0;
    }
    const stop = new AbortController();
    const onSignal = (): void => {
      if (stop.signal.aborted) process.exit(130);
      out.text("stopping; what is done is stored");
      stop.abort();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
    try {
      const outcomes = await reproduce(targets, {
        ...options,
        signal: stop.signal,
        onProgress: (event) => out.progress(event),
      });
      show(outcomes, leftOut, out, flags.has("--json"));
      tellLeftOut();
      return flags.has("--keep") ? keep(outcomes, out) : 0;
    } finally {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
    }
  },
};

/** What these ids mean, each experiment once; and what the profile leaves out of them. What is stored is all shown. */
function targetsFor(
  ids: readonly string[],
  { profile, storedOnly }: ReproduceOptions,
): { readonly targets: readonly Target[]; readonly leftOut: readonly string[] } {
  const once = (targets: readonly Target[]) => new Map(targets.map((one) => [one.experiment, one]));
  const all = once(ids.flatMap((id) => targetsOf(id)));
  const wanted = storedOnly === true ? all : once(ids.flatMap((id) => targetsOf(id, profile)));
  const leftOut = [...all.values()].filter(({ experiment }) => !wanted.has(experiment));
  return {
    targets: [...wanted.values()],
    leftOut: leftOut.map(({ paper, experiment }) => `${paper.short}/${experiment.id}`),
  };
}

/** Keeps every outcome that may be kept; 1 where one may not. */
function keep(outcomes: readonly Outcome[], out: Output): number {
  let code = 0;
  for (const { record } of outcomes)
    try {
      keepCommitted(record);
    } catch (error) {
      out.error(messageOf(error));
      code = 1;
    }
  return code;
}

function optionsOf(flags: ReadonlySet<string>, values: ReadonlyMap<string, string>): ReproduceOptions {
  const isFast = flags.has("--fast");
  const seeds = isFast ? 1 : wholeNumber("--seeds", values.get("--seeds"));
  const workers = wholeNumber("--workers", values.get("--workers"));
  return {
    profile: profileOf(values.get("--profile")).name,
    ...(seeds === undefined ? {} : { seeds }),
    ...(workers === undefined ? {} : { workers }),
    ...(isFast || flags.has("--no-control") ? { control: false } : {}),
    ...(flags.has("--fresh") ? { fresh: true } : {}),
    ...(flags.has("--stored") ? { storedOnly: true } : {}),
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new OptionError(`${name} "${text}" is no whole number: write ${name} 3`);
  return Number(text);
}

function show(outcomes: readonly Outcome[], leftOut: readonly string[], out: Output, isJson: boolean): void {
  if (isJson) return out.json({ experiments: outcomes, ...(leftOut.length > 0 ? { leftOut } : {}) });
  for (const outcome of outcomes) out.text(`${String(outcome)}\n`);
  const claims = outcomes.flatMap(({ claims: all }) => all.filter(({ id }) => !isOwnClaim(id)));
  const count = (status: string): number => claims.filter((claim) => claim.status === status).length;
  out.text(
    `${claims.length} claims: ${count("held")} held, ${count("not-held")} not held, ${count("undecided")} undecided`,
  );
}

function list(out: Output, isJson: boolean): number {
  const all = PAPERS.flatMap((paper) =>
    paper.experiments.map(({ id }) => ({ id: `${paper.short}/${id}`, title: paper.titleOf(id) })),
  );
  if (isJson) out.json({ experiments: all });
  else for (const { id, title } of all) out.text(`${id.padEnd(12)} ${title}`);
  return 0;
}

async function listRuns(
  targets: readonly Target[],
  options: ReproduceOptions,
  out: Output,
  isJson: boolean,
): Promise<void> {
  const runs = await plannedRuns(targets, options);
  if (isJson) return out.json({ runs });
  for (const { label, isStored } of runs) out.text(`${isStored ? "stored" : "to do "}  ${label}`);
  out.text(`${runs.length} runs, ${runs.filter(({ isStored }) => isStored).length} of them stored`);
}
