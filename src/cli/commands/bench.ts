// `relata bench`: how fast we are, next to those who do the same in Python.

import { resultTable, runSuite, suites, type SuiteResult } from "../../bench";
import { OptionError, unknownName } from "../../core";
import type { Command } from "../command";
import { readOptions } from "../options";

/** `relata bench SUITE [--json] [--quick] [--threads N] [--only TEXT] [--no-peer]`. */
export const benchCommand: Command = {
  name: "bench",
  summary: "time our engine and kernel against PyTorch, tslab and their kin, in turns on the same cores",
  usage: [
    "relata bench SUITE [--json] [--quick] [--threads N] [--only TEXT] [--no-peer]",
    "",
    "Both sides run in processes of their own, with the same threads, and take turns. A ratio above 1 means that we are",
    "faster; the goal is the ratio wanted. The peers need Python: one that has the pinned packages is used, else an",
    "environment is made in the cache (about 300 MB, once). Leave the machine alone meanwhile.",
    "",
    ...suites.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`),
    `  ${"all".padEnd(12)} every suite`,
    "",
    "  --json       { suite, machine, versions, rows: [{ name, unit, ours: { median, min },",
    "                 peer: { name, version, median, min }, ratio, goal, peakMemory: { ours, peer } }] }; memory in bytes",
    "  --quick      three rounds instead of 40 seconds a row",
    "  --threads N  threads of each side; default all cores",
    "  --only TEXT  only rows whose name contains TEXT",
    "  --no-peer    ours alone",
  ].join("\n"),
  async run(args, out) {
    const { flags, values, rest } = readOptions(args, {
      flags: ["--json", "--quick", "--no-peer"],
      values: ["--threads", "--only"],
    });
    const names = suites.map(({ name }) => name);
    const [wanted, ...more] = rest;
    if (wanted === undefined || more.length > 0)
      throw new OptionError(`bench takes one suite: ${[...names, "all"].join(", ")}`);
    const chosen = wanted === "all" ? suites : suites.filter(({ name }) => name === wanted);
    if (chosen.length === 0) throw unknownName("suite", wanted, [...names, "all"]);
    const threads = threadsOf(values.get("--threads"));
    const only = values.get("--only");
    const results: SuiteResult[] = [];
    for (const suite of chosen) {
      const result = await runSuite(suite, {
        isQuick: flags.has("--quick"),
        withoutPeers: flags.has("--no-peer"),
        ...(threads === undefined ? {} : { threads }),
        ...(only === undefined ? {} : { only }),
        onProgress: (event) => out.progress(event),
        onNote: (text) => out.text(text),
      });
      if (!flags.has("--json")) out.text(`\n${resultTable(result).text()}\n`);
      results.push(result);
    }
    if (flags.has("--json")) out.json(wanted === "all" ? { suites: results } : results[0]);
    return 0;
  },
};

function threadsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const threads = Number(text);
  if (Number.isInteger(threads) && threads > 0) return threads;
  throw new OptionError(`--threads ${text}: expected a whole number above 0`);
}
