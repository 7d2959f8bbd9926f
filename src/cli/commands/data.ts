// `relata data`: lists, fetches, verifies and shows data sets.

import { DISPLAY, messageOf, OptionError, unknownName } from "../../core";
import {
  allCards,
  cachedDataset,
  findCard,
  findLocally,
  locate,
  missingOf,
  openAny,
  splitsHere,
  tableText,
  verifyDataset,
  type CardFile,
  type DatasetCard,
  type DatasetReport,
} from "../../data";
import type { Command, Output } from "../command";
import { readOptions, type Options } from "../options";

const USAGE = `relata data list [--json]                   what data sets there are, and which are on this machine
relata data get NAME... [--json]            fetch into the cache; resumed where it broke off, each file checked by checksum
relata data verify [NAME...] [--json]       compare files and counts with the cards
relata data verify NAME --folder FOLDER     the same for files of your own, such as a licensed TACRED
relata data sample NAME[/SPLIT] [--count N] [--seed S] [--folder FOLDER] [--json]
                                            some sentences with their mentions marked; without SPLIT, one that is here
relata data card NAME [--json|--markdown]   source, licence, splits, counts, labels, known faults

Data sets are looked for in the folder that RELATA_DATA names (RELATA_DATA/<data set>/<file>, plain or .gz), then in
the cache, and fetched from their public addresses otherwise.`;

const ACTIONS = ["list", "get", "verify", "sample", "card"];

/** The command `relata data`. */
export const dataCommand: Command = {
  name: "data",
  summary: "list, get, verify, sample and show data sets",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const options = readOptions(args, {
      flags: ["--json", "--markdown"],
      values: ["--count", "--seed", "--folder"],
    });
    const [action, ...names] = options.rest;
    switch (action) {
      case "list":
        return list(options, out);
      case "get":
        return get(names, options, out);
      case "verify":
        return verify(names, options, out);
      case "sample":
        return sample(need(names, "sample"), options, out);
      case "card":
        return card(need(names, "card"), options, out);
      default:
        if (action !== undefined) throw unknownName("action of relata data", action, ACTIONS);
        out.text(USAGE);
        return 1;
    }
  },
};

function need(names: readonly string[], action: string): string {
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new OptionError(
      `relata data ${action} takes ${action === "get" ? "the names of data sets" : "one data set"}: known are ${allCards()
        .map((one) => one.name)
        .join(", ")}`,
    );
  return name;
}

function whereabouts(card: DatasetCard): string {
  const { facts } = card;
  const needed = facts.files.filter(({ isOptional }) => !isOptional);
  const found = needed.map(({ file }) => findLocally(card, file)?.kind).filter((kind) => kind !== undefined);
  if (found.length === 0) return facts.howToGet === undefined ? "not here yet" : "licensed: see its card";
  return found.length === needed.length
    ? `here (${found[0]})`
    : `partly here (${found.length} of ${needed.length} files)`;
}

function list(options: Options, out: Output): number {
  const rows = allCards().map((one) => ({
    name: one.name,
    aliases: one.facts.aliases,
    form: one.facts.form,
    title: one.facts.title,
    splits: Object.keys(one.facts.splits),
    state: whereabouts(one),
  }));
  if (options.flags.has("--json")) {
    out.json({ datasets: rows });
    return 0;
  }
  const table = rows.map(({ name, aliases, form, state, title }) => [
    [name, ...aliases].join(", "),
    form,
    state,
    title,
  ]);
  for (const line of tableText({ columns: ["name", "form", "state", "title"], rows: table }).split("\n"))
    out.text(line);
  return 0;
}

/** How one file of a data set came out. */
interface Fetched {
  readonly file: string;
  readonly state: "here" | "fetched" | "left out" | "failed";
  readonly at?: string;
  readonly problem?: string;
}

async function get(names: readonly string[], options: Options, out: Output): Promise<number> {
  if (names.length === 0) need(names, "get");
  const cards = names.map(findCard);
  const results: { name: string; files: Fetched[]; howToGet?: string }[] = [];
  for (const one of cards) {
    const { facts } = one;
    const files: Fetched[] = [];
    const isFetched = facts.files.some(({ addresses }) => addresses.length > 0);
    if (isFetched || splitsHere(one).length > 0)
      for (const file of facts.files) files.push(await getFile(one, file, out));
    const isLicensed = facts.howToGet !== undefined && splitsHere(one).length === 0;
    if (isLicensed) out.error(`${facts.title} cannot be fetched: ${facts.howToGet}`);
    results.push({ name: one.name, files, ...(isLicensed ? { howToGet: facts.howToGet } : {}) });
    if (files.some(({ state }) => state === "fetched"))
      out.text(`fetched files are in ${cachedDataset(facts.name)}`);
  }
  const isFailed = results.some(
    ({ files, howToGet }) => howToGet !== undefined || files.some(({ state }) => state === "failed"),
  );
  if (options.flags.has("--json")) out.json({ datasets: results });
  return isFailed ? 1 : 0;
}

async function getFile(one: DatasetCard, { file, isOptional }: CardFile, out: Output): Promise<Fetched> {
  try {
    const found = await locate(one, file, { onProgress: (progress) => out.progress(progress) });
    const isNew = found.kind === "download";
    out.text(`${file}: ${isNew ? "fetched" : `here already (${found.kind})`}`);
    return { file, state: isNew ? "fetched" : "here", at: found.file };
  } catch (error) {
    const problem = messageOf(error);
    if (isOptional) out.text(`${file}: left out, ${problem}`);
    else out.error(problem);
    return { file, state: isOptional ? "left out" : "failed", problem };
  }
}

function verify(names: readonly string[], options: Options, out: Output): number {
  const folder = options.values.get("--folder");
  if (folder !== undefined && names.length !== 1)
    throw new OptionError("--folder is for one data set: write relata data verify NAME --folder FOLDER");
  const cards = names.length === 0 ? allCards() : names.map(findCard);
  const place = folder === undefined ? {} : { folder };
  const reports: DatasetReport[] = [];
  for (const one of cards) {
    out.progress({
      label: `verify: ${one.name}`,
      done: reports.length,
      total: cards.length,
      unit: "data sets",
    });
    reports.push(verifyDataset(one, place));
  }
  const isBroken = reports.some(({ state }) => state === "broken");
  const isMissed = names.length > 0 && reports.some(({ state }) => state === "absent");
  const code = isBroken || isMissed ? 1 : 0;
  if (options.flags.has("--json")) {
    out.json({ datasets: reports });
    return code;
  }
  const rows = reports.map(({ name, state, files, counts }) => [
    name,
    state,
    `${files.filter((file) => file.state === "ok").length} of ${files.length}`,
    `${Object.keys(counts.got).length} of ${Object.keys(counts.expected).length}`,
  ]);
  const columns = ["data set", "state", "files right", "splits counted"];
  for (const line of tableText({ columns, rows }).split("\n")) out.text(line);
  reports.forEach((report, index) => {
    for (const problem of report.problems) out.error(`${report.name}: ${problem}`);
    const missing = missingOf(cards[index]!, report, folder);
    if (missing === undefined || (names.length === 0 && report.state === "absent")) return;
    if (report.state === "absent") out.error(`${report.name}: ${missing}`);
    else out.text(`${report.name}: ${missing}`);
  });
  return code;
}

async function sample(name: string, options: Options, out: Output): Promise<number> {
  const count = countOf(options.values.get("--count") ?? "5");
  const folder = options.values.get("--folder");
  const place = folder === undefined ? {} : { folder };
  const [here] = name.includes("/") ? [] : splitsHere(findCard(name), place);
  const set = await openAny(name, {
    ...place,
    ...(here === undefined ? {} : { split: here }),
    onProgress: (progress) => out.progress(progress),
  });
  const drawn = set.sample(count, options.values.get("--seed") ?? 0);
  if (options.flags.has("--json")) {
    out.json({ name: drawn.name, source: drawn.source, items: drawn.items });
    return 0;
  }
  for (const line of drawn[DISPLAY]()["text/plain"].split("\n")) out.text(line);
  return 0;
}

function countOf(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new OptionError(`--count ${text}: give a whole number from 0, such as --count 5`);
  return Number(text);
}

function card(name: string, options: Options, out: Output): number {
  const found = findCard(name);
  if (options.flags.has("--json")) out.json(found.facts);
  else
    for (const line of (options.flags.has("--markdown") ? found.markdown() : found[DISPLAY]()["text/plain"])
      .trimEnd()
      .split("\n"))
      out.text(line);
  return 0;
}
