// Data cards: source, licence, splits, counts, label charts and known faults, shown inline and as Markdown.

import * as fs from "node:fs";
import * as path from "node:path";
import {
  DISPLAY,
  escapeHtml,
  escapeMarkdown,
  projectFolder,
  unknownName,
  type Displayable,
  type MimeBundle,
} from "../../core";
import { groupDigits, quantity, tableHtml, tableText, withBars, type TableView } from "../sets/table-view";
import type { CardFacts, Counts } from "./card-file";

const MOST_LABELS = 100;

/** One data set's card. */
export class DatasetCard implements Displayable {
  constructor(readonly facts: CardFacts) {}

  get name(): string {
    return this.facts.name;
  }

  /** Splits, their formats and counts. */
  get splitTable(): TableView {
    const rows = Object.entries(this.facts.splits).map(([split, { format, files, counts }]) => [
      split,
      format,
      countsText(counts),
      files.join(", "),
    ]);
    return { columns: ["split", "format", "counts", "files"], rows };
  }

  private lines(): [string, string][] {
    const { facts } = this;
    return [
      ["task", facts.task],
      ["licence", facts.licence],
      ...(facts.paper === undefined ? [] : ([["paper", facts.paper]] as [string, string][])),
      ...facts.homes.map((home): [string, string] => ["source", home]),
      ...(facts.howToGet === undefined ? [] : ([["how to get it", facts.howToGet]] as [string, string][])),
    ];
  }

  /** What is drawn as bars: labels of the splits, and types of entities. */
  private charts(): { title: string; columns: [string, string]; counts: Counts }[] {
    const { labels = {}, types = {}, form, splits } = this.facts;
    const counted = (split: string): string =>
      form === "documents" || splits[split]?.counts["documents"] !== undefined ? "relations" : form;
    return [
      ...Object.entries(labels).map(([split, counts]) => ({
        title: `Labels of ${split}`,
        columns: ["label", counted(split)] as [string, string],
        counts,
      })),
      ...Object.entries(types).map(([split, counts]) => ({
        title: `Entity types of ${split}`,
        columns: ["type", "mentions"] as [string, string],
        counts,
      })),
    ];
  }

  /** The card as Markdown, as it stands in `datasets/<name>/card.md`. */
  markdown(): string {
    const { facts } = this;
    const plain = (text: string): string => text.replace(/[<>|]/g, (character) => escapeMarkdown(character));
    const parts = [`# ${plain(facts.title)}`, "", `\`${facts.name}\`${aliasText(facts, "`")}`, ""];
    for (const [label, value] of this.lines()) parts.push(`- **${label}**: ${plain(value)}`);
    parts.push("", "## Splits", "", markdownTable(this.splitTable));
    for (const { title, columns, counts } of this.charts())
      parts.push("", `## ${plain(title)}`, "", markdownTable(chartTable(columns, counts)));
    if (facts.faults.length > 0)
      parts.push("", "## Known faults", "", ...facts.faults.map((fault) => `- ${plain(fault)}`));
    const files = facts.files.map((file): (string | number)[] => [
      file.file + (file.isOptional ? " (optional)" : ""),
      file.bytes === undefined ? "" : groupDigits(file.bytes),
      checksumText(file),
      file.addresses.join(" "),
    ]);
    if (files.length > 0)
      parts.push(
        "",
        "## Files",
        "",
        markdownTable({ columns: ["file", "bytes", "checksum", "addresses"], rows: files }),
      );
    return `${parts.join("\n")}\n`;
  }

  [DISPLAY](): MimeBundle {
    const { facts } = this;
    const lines = this.lines();
    const charts = this.charts();
    const text = [
      `${facts.title} (${facts.name}${aliasText(facts, "")})`,
      ...lines.map(([label, value]) => `${label}: ${value}`),
      tableText(this.splitTable),
      ...charts.map(({ title, columns, counts }) => `${title}\n${tableText(chartTable(columns, counts))}`),
      ...facts.faults.map((fault) => `known fault: ${fault}`),
    ].join("\n");
    const html = [
      `<p><b>${escapeHtml(facts.title)}</b> (${escapeHtml(facts.name + aliasText(facts, ""))})</p>`,
      `<ul>${lines.map(([label, value]) => `<li><b>${escapeHtml(label)}</b>: ${escapeHtml(value)}</li>`).join("")}</ul>`,
      tableHtml(this.splitTable),
      ...charts.map(({ title, columns, counts }, index) => {
        const chart = withBars({ columns, rows: Object.entries(counts) }, 1);
        const isOpen = index < 2 ? " open" : "";
        return `<details${isOpen}><summary>${escapeHtml(title)}</summary>${chart}</details>`;
      }),
      facts.faults.length === 0 ? "" : "<p>Known faults:</p>",
      `<ul>${facts.faults.map((fault) => `<li>${escapeHtml(fault)}</li>`).join("")}</ul>`,
    ].join("");
    return { "text/plain": text, "text/html": `<div>${html}</div>`, "text/markdown": this.markdown() };
  }
}

const aliasText = ({ aliases }: CardFacts, quote: string): string =>
  aliases.length === 0 ? "" : `, also ${aliases.map((alias) => quote + alias + quote).join(", ")}`;

const countsText = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, count]) => quantity(count, what))
    .join(", ");

const checksumText = ({
  sha256,
  md5,
  gitBlob,
}: {
  sha256?: string;
  md5?: string;
  gitBlob?: string;
}): string =>
  sha256 !== undefined
    ? `sha256 ${sha256}`
    : md5 !== undefined
      ? `md5 ${md5}`
      : gitBlob
        ? `git blob ${gitBlob}`
        : "not known";

/** Names and counts with a bar of block characters beside them. */
function chartTable(columns: readonly [string, string], counts: Counts): TableView {
  const shown = Object.entries(counts).slice(0, MOST_LABELS);
  const most = Math.max(1, ...shown.map(([, count]) => count));
  return {
    columns: [...columns, ""],
    rows: shown.map(([label, count]) => [
      label,
      count,
      "█".repeat(Math.max(1, Math.round((24 * count) / most))),
    ]),
  };
}

function markdownTable({ columns, rows }: TableView): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === "number" ? groupDigits(cell) : cell.replace(/[<>|]/g, (c) => escapeMarkdown(c)))).join(" | ")} |`;
  const rule = columns.map((_, index) => (typeof rows[0]?.[index] === "number" ? "---:" : "---"));
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}

let known: readonly DatasetCard[] | undefined;

/** The folder of the cards and the built-in sentences. */
export const cardFolder: string = path.join(projectFolder, "datasets");

/** All cards of data sets, in the order of their names; folders with other cards, such as a model's, are none. */
export function allCards(): readonly DatasetCard[] {
  known ??= fs
    .readdirSync(cardFolder, { withFileTypes: true })
    .map(({ name }) => path.join(cardFolder, name, "card.json"))
    .filter((file) => fs.existsSync(file))
    .map((file) => JSON.parse(fs.readFileSync(file, "utf8")) as CardFacts)
    .filter(({ splits }) => splits !== undefined)
    .map((facts) => new DatasetCard(facts));
  return known;
}

/** The card of a data set by name or alias; an unknown name is an error that names the nearest. */
export function findCard(name: string): DatasetCard {
  const card = cardIfKnown(name);
  if (card === undefined)
    throw unknownName(
      "data set",
      name,
      allCards().flatMap(({ facts }) => [facts.name, ...facts.aliases]),
    );
  return card;
}

/** The card of a data set, or undefined. */
export function cardIfKnown(name: string): DatasetCard | undefined {
  return allCards().find(({ facts }) => facts.name === name || facts.aliases.includes(name));
}
