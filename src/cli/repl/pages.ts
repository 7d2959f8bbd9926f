// Pages for what a terminal cannot show: one HTML file for each chart or picture, in the cache folder.

import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder, writeFileAtomic } from "../../core";
import type { JsonObject } from "../../runner";
import { CHART_SCRIPT, chartLibraries } from "../../runner/page/chart";
import { documentHtml } from "../../runner/page/document";
import { MarkdownRenderer } from "../../runner/page/markdown";
import { outputHtml } from "../../runner/page/output-html";

const SESSIONS_KEPT = 10;

interface Page {
  readonly file: string;
  data: JsonObject;
  isWritten: boolean;
}

/** The pages of one session. */
export class Pages {
  private folder: string | undefined;
  private readonly pages = new Map<string, Page>();
  private count = 0;

  /** `parent` is the folder in which the session's own is made when the first page is. */
  constructor(private readonly parent: string = path.join(cacheFolder(), "repl")) {}

  /** The address of the page that shows `data`, a display's page being the same at each update. */
  add(data: JsonObject, id?: string): string {
    const key = id ?? `#${this.count + 1}`;
    const known = this.pages.get(key);
    const page = known ?? {
      file: path.join(this.ownFolder(), `${++this.count}.html`),
      data,
      isWritten: false,
    };
    page.data = data;
    page.isWritten = false;
    this.pages.set(key, page);
    return pathToFileURL(page.file).href;
  }

  /** Writes the pages that are new or have changed. */
  async write(): Promise<void> {
    for (const [key, page] of this.pages) {
      if (page.isWritten) continue;
      page.isWritten = true;
      writeFileAtomic(page.file, await pageHtml(page.data));
      if (key.startsWith("#")) this.pages.delete(key);
      else page.data = {};
    }
  }

  private ownFolder(): string {
    if (this.folder === undefined) {
      fs.mkdirSync(this.parent, { recursive: true });
      const made = (name: string): number => fs.statSync(path.join(this.parent, name)).mtimeMs;
      const old = fs.readdirSync(this.parent).sort((a, b) => made(b) - made(a));
      for (const name of old.slice(SESSIONS_KEPT - 1))
        fs.rmSync(path.join(this.parent, name), { recursive: true, force: true });
      this.folder = fs.mkdtempSync(path.join(this.parent, "session-"));
    }
    return this.folder;
  }
}

async function pageHtml(data: JsonObject): Promise<string> {
  const output = { output_type: "display_data", data, metadata: {} } as const;
  const shown = await outputHtml(output, "shown", new MarkdownRenderer(process.cwd()));
  const hasChart = shown.includes('<div class="chart">');
  return documentHtml({
    title: "relata",
    body: `<main>${shown}</main>`,
    scripts: hasChart ? [...chartLibraries(), CHART_SCRIPT] : [],
    needsEval: hasChart,
  });
}
