// `relata data`: lists, fetches, verifies and shows data sets.

import { DISPLAY, messageOf, OptionError, unknownName } from "../../core";
import {
  allCards,
  cachedDataset,
  findCard,
  findLocally,
  locate,
  openAny,
  tableText,
  verifyDataset,
  type DatasetCard,
  type DatasetReport,
} from "../../data";
import type { Command, Output } from "../command";
import { readOptions, type Options } from "../options";

const USAGE = `relata data list [--json]                what data sets there are, and which are on this machine
relata data get NAME                     fetch a data set into the cache, each file checked by checksum
relata data verify [NAME...] [--json]    compare files and counts with the cards
relata data sample NAME[/SPLIT] [--count N] [--seed S]   some sentences with their mentions marked
relata data card NAME [--json|--markdown]   source, licence, splits, counts, known faults

Data sets are looked for in the folder that RELATA_DATA names (RELATA_DATA/<data set>/<file>, plain or .gz), then in
the cache, and fetched from their public addresses otherwise.`;

const ACTIONS = ["list", "get", "verify", "sample", "card"];

/** The command `relata data`. */
export const dataCommand: Command = {
  name: "data",
  summary: "list, get, verify, sample and show data sets",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const options = readOptions(args, { flags: ["--json", "--markdown"], values: ["--count", "--seed"] });
    const [action, ...names] = options.rest;
    switch (action) {
      case "list":
        return list(options, out);
      case "get":
        return get(need(names, "get"), out);
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
      `relata data ${action} takes one data set: known are ${allCards()
        .map((one) => one.name)
        .join(", ")}`,
    );
  return name;
}

function whereabouts(card: DatasetCard): string {
  const { facts } = card;
  const needed = facts.files.filter(({ isOptional }) => !isOptional);
  const found = needed.map(({ file }) => findLocally(card, file)?.kind).filter((kind) => kind !== undefined);
  if (needed.length === 0 || found.length === 0)
    return facts.howToGet === undefined ? "not here yet" : "not freely to be had";
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

async function get(name: string, out: Output): Promise<number> {
  const found = findCard(name);
  const { facts } = found;
  if (
    facts.howToGet !== undefined &&
    facts.files.every(({ file }) => findLocally(found, file) === undefined)
  ) {
    out.error(`${facts.title} cannot be fetched: ${facts.howToGet}`);
    return 1;
  }
  let failures = 0;
  for (const { file, isOptional } of facts.files) {
    try {
      const { kind } = await locate(found, file, { onProgress: (progress) => out.progress(progress) });
      out.text(`${file}: ${kind === "download" ? "fetched" : `here already (${kind})`}`);
    } catch (error) {
      if (isOptional) out.text(`${file}: left out, ${messageOf(error)}`);
      else out.error(messageOf(error));
      failures += isOptional ? 0 : 1;
    }
  }
  if (failures > 0) return 1;
  if (!facts.isBuiltIn) out.text(`fetched files are in ${cachedDataset(facts.name)}`);
  return 0;
}

function verify(names: readonly string[], options: Options, out: Output): number {
  const cards = names.length === 0 ? allCards() : names.map(findCard);
  const reports: DatasetReport[] = [];
  for (const one of cards) {
    out.progress({
      label: `verify ${one.name}`,
      done: reports.length,
      total: cards.length,
      unit: "data sets",
    });
    reports.push(verifyDataset(one));
  }
  const isBroken = reports.some(({ state }) => state === "broken");
  const isMissed = names.length > 0 && reports.some(({ state }) => state === "absent");
  if (options.flags.has("--json")) {
    out.json({ datasets: reports });
    return isBroken || isMissed ? 1 : 0;
  }
  const rows = reports.map(({ name, state, files, counts }) => [
    name,
    state,
    `${files.filter((file) => file.state === "ok").length} of ${files.length}`,
    `${Object.keys(counts.got).length} of ${Object.keys(counts.expected).length}`,
  ]);
  const columns = ["data set", "state", "files right", "splits counted"];
  for (const line of tableText({ columns, rows }).split("\n")) out.text(line);
  for (const { name, problems } of reports) for (const problem of problems) out.error(`${name}: ${problem}`);
  return isBroken || isMissed ? 1 : 0;
}

async function sample(name: string, options: Options, out: Output): Promise<number> {
  const count = Number(options.values.get("--count") ?? 5);
  const set = await openAny(name, { onProgress: (progress) => out.progress(progress) });
  for (const line of set
    .sample(count, options.values.get("--seed") ?? 0)
    [DISPLAY]()
    ["text/plain"].split("\n"))
    out.text(line);
  return 0;
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
