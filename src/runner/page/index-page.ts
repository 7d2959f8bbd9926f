// The index over all pages in a folder: title, first words, status, profile and time of each.

import * as fs from "node:fs";
import * as path from "node:path";
import { escapeHtml } from "../../core";
import { DATA_ID, documentHtml, duration } from "./document";
import type { PageSummary } from "./notebook-page";

const DATA = new RegExp(`<script type="application/json" id="${DATA_ID}">(.*?)</script>`);

/** The summaries in the heads of all pages in `folder`, by name; other HTML files are left alone. */
export function readSummaries(folder: string): PageSummary[] {
  if (!fs.existsSync(folder)) return [];
  const found: PageSummary[] = [];
  for (const file of fs.readdirSync(folder).sort()) {
    if (!file.endsWith(".html") || file === "index.html") continue;
    const match = DATA.exec(beginning(path.join(folder, file)));
    if (match !== null) found.push(JSON.parse(match[1]!) as PageSummary);
  }
  return found;
}

/** The HTML of the index. */
export function indexPage(pages: readonly PageSummary[]): string {
  const items = pages.map(
    (page) => `<li><a href="${encodeURIComponent(page.name)}.html"><h2>${escapeHtml(page.title)}</h2>
<p>${escapeHtml(page.failure ?? page.lead)}</p>
<span class="facts"><span class="chip ${escapeHtml(page.status)}">${escapeHtml(page.status)}</span><span>profile ${escapeHtml(page.profile)}</span><span>${page.cells} cells</span><span>${duration(page.seconds)}</span></span></a></li>`,
  );
  const done = pages.filter((page) => page.status === "done").length;
  const body = `<header class="bar"><span class="name">relata</span><span class="facts"><span>${done} of ${pages.length} notebooks done</span></span></header>
<div class="layout"><main><h1>Notebooks</h1><ul class="pages">${items.join("\n")}</ul></main></div>`;
  return documentHtml({ title: "relata: notebooks", body });
}

function beginning(file: string): string {
  const handle = fs.openSync(file, "r");
  try {
    const buffer = Buffer.alloc(16_384);
    return buffer.toString("utf8", 0, fs.readSync(handle, buffer));
  } finally {
    fs.closeSync(handle);
  }
}
