// The page of a finished run: text, code and outputs in one HTML file for people without Jupyter.

import * as path from "node:path";
import { escapeHtml } from "../../core";
import type { Cell } from "../notebook";
import { notebookName } from "../notebook-file";
import type { CellRun, NotebookRun } from "../run-notebook";
import { CHART_SCRIPT, chartLibraries } from "./chart";
import { documentHtml, duration } from "./document";
import { highlight } from "./highlight";
import { MarkdownRenderer, type Heading } from "./markdown";
import { outputHtml } from "./output-html";
import { stripAnsi } from "./ansi";

/** What the index shows of a page; it stands in the page's head. */
export interface PageSummary {
  readonly name: string;
  readonly title: string;
  readonly lead: string;
  readonly profile: string;
  readonly status: NotebookRun["status"];
  readonly seconds: number;
  readonly cells: number;
  readonly failure?: string;
}

const CONTENTS_SCRIPT = `
(() => {
  const links = new Map([...document.querySelectorAll("nav.contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (links.size === 0) return;
  const heads = [...document.querySelectorAll("main h1, main h2, main h3, main h4")].filter((head) => links.has(head.id));
  const mark = () => {
    let here = heads[0];
    for (const head of heads) if (head.getBoundingClientRect().top < 120) here = head;
    for (const [id, link] of links) link.classList.toggle("here", id === here.id);
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
})();
`;

/** The HTML of the page. */
export async function notebookPage(run: NotebookRun): Promise<string> {
  const markdown = new MarkdownRenderer(path.dirname(run.file));
  const runs = new Map(run.cells.map((cell) => [cell.id, cell]));
  const language = String(
    (run.notebook.metadata["language_info"] as { name?: unknown } | undefined)?.name ?? "typescript",
  );
  const cells: string[] = [];
  for (const cell of run.notebook.cells)
    cells.push(await cellHtml(cell, runs.get(cell.id), language, markdown));
  const content = cells.join("\n");
  const hasCharts = content.includes('<div class="chart">');
  const headings = markdown.headings.filter(({ level }) => level > 1);
  const name = notebookName(run.file);
  const body = `<header class="bar"><a href="index.html">relata</a><span class="name">${escapeHtml(name)}</span>${factsHtml(run)}</header>
<div class="layout${headings.length > 2 ? " with-contents" : ""}">
${headings.length > 2 ? contentsHtml(headings) : ""}
<main>
${failureHtml(run)}
${content}
<footer>Run from top to bottom on a fresh kernel in ${duration(run.seconds)}, profile ${escapeHtml(run.profile)}. The executed notebook stands beside this page: <a href="${encodeURIComponent(name)}.ipynb">${escapeHtml(name)}.ipynb</a></footer>
</main>
</div>`;
  return documentHtml({
    title: run.title,
    body,
    scripts: [
      ...(headings.length > 2 ? [CONTENTS_SCRIPT] : []),
      ...(hasCharts ? [...chartLibraries(), CHART_SCRIPT] : []),
    ],
    needsEval: hasCharts,
    data: summaryOf(run, name),
  });
}

function summaryOf(run: NotebookRun, name: string): PageSummary {
  const first = run.notebook.cells.find((cell) => cell.cell_type === "markdown");
  const lead = (first?.source ?? "")
    .split(/\n\s*\n/)
    .find((part) => !/^\s*(#|<|\||[-*] |!\[|```|\$\$)/.test(part) && part.trim() !== "");
  return {
    name,
    title: run.title,
    lead: (lead ?? "")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[*_`$]/g, "")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 240),
    profile: run.profile,
    status: run.status,
    seconds: Math.round(run.seconds * 10) / 10,
    cells: run.cells.length,
    ...(run.failure === undefined
      ? {}
      : { failure: `cell ${run.failure.cell}: ${stripAnsi(run.failure.message)}` }),
  };
}

function factsHtml(run: NotebookRun): string {
  const facts = [`profile ${run.profile}`, `${run.cells.length} cells`, duration(run.seconds)];
  const spans = facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join("");
  return `<span class="facts">${spans}<span class="chip ${run.status}">${run.status}</span></span>`;
}

function contentsHtml(headings: readonly Heading[]): string {
  const items = headings.map(
    ({ level, anchor, html }) =>
      `<li class="level-${level}"><a href="#${anchor}">${html.replace(/<\/?a\b[^>]*>/g, "")}</a></li>`,
  );
  return `<nav class="contents" aria-label="contents"><ol>${items.join("")}</ol></nav>`;
}

function failureHtml({ failure, cells }: NotebookRun): string {
  if (failure === undefined) return "";
  const id = cells.find((cell) => cell.number === failure.cell)?.id ?? "";
  const skipped = cells.filter((cell) => cell.status === "skipped").length;
  const rest = skipped === 0 ? "" : ` ${skipped} ${skipped === 1 ? "cell" : "cells"} after it did not run.`;
  return `<div class="failure"><a href="#cell-${escapeHtml(id)}">Cell ${failure.cell}</a> stopped the run: ${escapeHtml(stripAnsi(failure.message))}.${rest}</div>`;
}

async function cellHtml(
  cell: Cell,
  run: CellRun | undefined,
  language: string,
  markdown: MarkdownRenderer,
): Promise<string> {
  const id = `cell-${escapeHtml(cell.id)}`;
  if (cell.cell_type === "markdown") {
    return `<section class="cell markdown" id="${id}">${markdown.render(cell.source, cell.attachments)}</section>`;
  }
  if (cell.cell_type !== "code")
    return `<section class="cell raw" id="${id}"><pre>${escapeHtml(cell.source)}</pre></section>`;
  if (cell.source.trim() === "" && cell.outputs.length === 0) return "";
  const outputs: string[] = [];
  for (const [index, output] of cell.outputs.entries())
    outputs.push(await outputHtml(output, `${id}-${index}-`, markdown));
  const time = run !== undefined && run.seconds >= 0.1 ? ` · ${duration(run.seconds)}` : "";
  const number =
    run === undefined ? "" : `<span class="number" title="cell ${run.number}">${run.number}${time}</span>`;
  const shown = outputs.length === 0 ? "" : `\n<div class="outputs">${outputs.join("\n")}</div>`;
  return `<section class="cell code ${run?.status ?? ""}" id="${id}"><div class="input">${number}<pre><code class="hljs">${highlight(cell.source, language)}</code></pre></div>${shown}</section>`;
}
