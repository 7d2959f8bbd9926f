// `relata report`: which claims of the papers held, from the outcomes that were computed last.

import * as path from "node:path";
import { escapeHtml, OptionError, writeFileAtomic } from "../../core";
import {
  claimsOverview,
  committedOutcome,
  isOwnClaim,
  latestOutcome,
  profileOf,
  reportedOutcome,
  type OutcomeRecord,
  type ProfileName,
} from "../../experiments";
import { PAPERS } from "../../papers";
import { Table } from "../../report";
import type { Command, Output } from "../command";
import { readOptions } from "../options";

const USAGE = `relata report [options]       which claims of the papers held, from what was reproduced last

  Where the last reproduction had fewer seeds than the numbers that are kept, these are told, and the report says so.

  --profile P        quick (default), small or paper
  --out FILE         also write the report as a page, such as out/report.html
  --json             one object: { profile, papers: [{ paper, held, notHeld, undecided, missing, kept, claims }] }`;

interface PaperReport {
  readonly paper: string;
  readonly title: string;
  readonly held: number;
  readonly notHeld: number;
  readonly undecided: number;
  /** Experiments that were not reproduced in this profile. */
  readonly missing: readonly string[];
  /** Experiments whose last reproduction had fewer seeds than the kept numbers, which are told in its place. */
  readonly kept: readonly string[];
  readonly claims: readonly (OutcomeRecord["claims"][number] & { readonly experiment: string })[];
}

/** The command `relata report`. */
export const reportCommand: Command = {
  name: "report",
  summary: "tell which claims of the papers held, from what was reproduced last",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const { flags, values, rest } = readOptions(args, { flags: ["--json"], values: ["--profile", "--out"] });
    if (rest.length > 0)
      throw new OptionError(`relata report takes no "${rest[0]}": see relata report --help`);
    const profile = profileOf(values.get("--profile")).name;
    const papers = PAPERS.map(({ short }) => reportOf(short, profile));
    const page = values.get("--out");
    if (page !== undefined) writeFileAtomic(page, pageOf(papers, profile));
    if (flags.has("--json")) out.json({ profile, papers });
    else show(papers, profile, out);
    if (page !== undefined) out.text(`report: ${path.resolve(page)}`);
    return 0;
  },
};

function reportOf(short: string, profile: ProfileName): PaperReport {
  const paper = PAPERS.find((one) => one.short === short)!;
  const kept: string[] = [];
  const outcomeOf = (id: string): OutcomeRecord | undefined => {
    const latest = latestOutcome(profile, `${short}/${id}`);
    const told = reportedOutcome(latest, committedOutcome(profile, `${short}/${id}`));
    if (latest !== undefined && told !== latest) kept.push(id);
    return told;
  };
  const found = paper.experiments.map(({ id }) => [id, outcomeOf(id)] as const);
  const claims = found.flatMap(([experiment, record]) =>
    (record?.claims ?? []).filter(({ id }) => !isOwnClaim(id)).map((claim) => ({ ...claim, experiment })),
  );
  const count = (status: string): number => claims.filter((claim) => claim.status === status).length;
  return {
    paper: short,
    title: paper.reference.title,
    held: count("held"),
    notHeld: count("not-held"),
    undecided: count("undecided"),
    missing: found.filter(([, record]) => record === undefined).map(([id]) => id),
    kept,
    claims,
  };
}

const summaryOf = (papers: readonly PaperReport[], profile: ProfileName): Table =>
  Table.from(
    papers.map(({ paper, held, notHeld, undecided, missing }) => ({
      paper,
      held,
      "not held": notHeld,
      undecided,
      "not reproduced": missing.join(", ") || null,
    })),
    { title: `claims of the papers, profile ${profile}` },
  );

/** Which experiments are told by kept numbers; undefined where none is. */
function keptSentence(papers: readonly PaperReport[]): string | undefined {
  const ids = papers.flatMap(({ paper, kept }) => kept.map((id) => `${paper}/${id}`));
  return ids.length === 0
    ? undefined
    : `kept numbers, as the last reproduction had fewer seeds: ${ids.join(", ")}`;
}

function show(papers: readonly PaperReport[], profile: ProfileName, out: Output): void {
  if (papers.every(({ claims }) => claims.length === 0))
    return out.text(`nothing was reproduced in profile ${profile}: "relata reproduce all" does it`);
  out.text(String(summaryOf(papers, profile)));
  const kept = keptSentence(papers);
  if (kept !== undefined) out.text(kept);
  for (const paper of papers) {
    const open = paper.claims.filter(({ status }) => status !== "held");
    for (const { id, experiment, text, status, evidence } of open)
      out.text(`${paper.paper}/${experiment} ${id} ${status}: ${text} (${evidence})`);
  }
}

function pageOf(papers: readonly PaperReport[], profile: ProfileName): string {
  const tables = [
    summaryOf(papers, profile),
    ...papers.map(({ claims, title }) => claimsOverview(claims, title)),
  ].map((table) => table.html());
  const kept = keptSentence(papers);
  const title = escapeHtml(`relata: claims, profile ${profile}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}table{margin-bottom:2rem}</style>
</head><body><h1>${title}</h1>
${tables.join("\n")}
${kept === undefined ? "" : `<p>${escapeHtml(kept)}</p>`}
</body></html>
`;
}
