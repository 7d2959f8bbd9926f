import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Cell, NotebookRun, Output } from "../../../src/runner";
import { indexPage, readSummaries } from "../../../src/runner/page/index-page";
import { notebookPage } from "../../../src/runner/page/notebook-page";
import { chromiumAt, withPage } from "../../support/browser";
import { skipUnless } from "../../support/skips";
import { HOSTILE } from "./hostile";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-page-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const spec = (text: string): Record<string, unknown> => ({
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  title: text,
  width: 200,
  height: 100,
  data: { values: [{ a: text, b: 1, url: "javascript:hit()" }] },
  mark: { type: "point", tooltip: true, size: 2000, filled: true },
  encoding: {
    x: { field: "a", type: "nominal", title: text },
    y: { field: "b", type: "quantitative" },
    tooltip: { field: "a" },
    href: { field: "url" },
  },
});

function show(data: Record<string, unknown>): Output {
  return { output_type: "display_data", data, metadata: {} };
}

function codeCell(id: string, source: string, outputs: Output[]): Cell {
  return { cell_type: "code", id, metadata: {}, source, execution_count: 1, outputs };
}

function runOf(cells: Cell[], more: Partial<NotebookRun> = {}): NotebookRun {
  const code = cells.filter(({ cell_type: type }) => type === "code");
  return {
    file: path.join(folder, "page.ipynb"),
    title: "Title",
    profile: "quick",
    status: "done",
    seconds: 3,
    cells: code.map(({ id }, index) => ({ number: index + 1, id, status: "done", seconds: 1 })),
    notebook: { nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: "typescript" } }, cells },
    ...more,
  };
}

/** A run with `text` in every place that text can come from. */
function hostileRun(text: string): NotebookRun {
  const cells: Cell[] = [
    {
      cell_type: "markdown",
      id: "m",
      metadata: {},
      source: `# ${text}\n\n${text}\n\n| ${text} |\n| - |\n\n$${text}$`,
    },
    { cell_type: "raw", id: "r", metadata: {}, source: text },
    codeCell(text.replace(/[^a-z]/g, "") || "c", text, [
      { output_type: "stream", name: "stdout", text },
      { output_type: "stream", name: text, text: `\u001b[31m${text}` },
      { output_type: "error", ename: text, evalue: text, traceback: [text] },
      { output_type: "error", ename: text, evalue: text, traceback: [] },
      ...[
        "text/plain",
        "text/html",
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "application/json",
        text,
      ].map((mime) => show({ [mime]: text })),
      show({ "image/png": `"${text}`, "text/plain": text }),
      show({ "application/vnd.vegalite.v5+json": spec(text), "image/svg+xml": text, "text/plain": text }),
      show({ "application/vnd.vegalite.v5+json": spec(text) }),
    ]),
  ];
  return runOf(cells, {
    title: text,
    profile: text,
    status: "failed",
    failure: { cell: 1, message: text, traceback: [text] },
  });
}

describe("a page", () => {
  it("shows text, code, outputs, times and contents", async () => {
    const cells: Cell[] = [
      { cell_type: "markdown", id: "m", metadata: {}, source: "# T\n\n## One\n\n## Two\n\n## Three" },
      codeCell("c1", "const a = 1;", [
        { output_type: "stream", name: "stderr", text: "careful" },
        show({ "text/html": "<table><tr><td>7</td></tr></table>", "text/plain": "plain" }),
        show({ "image/png": "aGk=", "text/plain": "alternative" }),
        show({ "text/markdown": "**bold** $x$" }),
        show({ "application/x-strange": "?" }),
      ]),
    ];
    const html = await notebookPage(runOf(cells));
    for (const part of [
      '<span class="hljs-keyword">const</span>',
      '<pre class="stream stderr">careful</pre>',
      "<td>7</td>",
      '<img class="picture" src="data:image/png;base64,aGk=" alt="alternative">',
      "<strong>bold</strong>",
      "a result of a kind that pages do not show: application/x-strange",
      '<li class="level-2"><a href="#two">Two</a></li>',
      "1 · 1.0 s",
      'href="page.ipynb"',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain("plain</pre>");
  });

  it("needs no network and carries chart libraries only where there are charts", async () => {
    const plain = await notebookPage(runOf([codeCell("c", "1", [])]));
    const chart = await notebookPage(
      runOf([codeCell("c", "1", [show({ "application/vnd.vegalite.v5+json": spec("a") })])]),
    );
    expect(plain.length).toBeLessThan(30_000);
    expect(chart.length).toBeGreaterThan(500_000);
    expect(chart.length).toBeLessThan(3_000_000);
    expect(chart).toContain('<div class="still"><svg');
    for (const html of [plain, chart]) {
      expect(html).toContain("default-src 'none'; img-src data:;");
      expect(html).not.toMatch(/<(link|iframe)\b|<(script|img)[^>]*src="(?!data:)/);
    }
    expect(plain).not.toContain("unsafe-eval");
  });

  it("shortens what is too long to read", async () => {
    const text = Array.from({ length: 50_000 }, (_, line) => `line ${line}`).join("\n");
    const html = await notebookPage(
      runOf([codeCell("c", "1", [{ output_type: "stream", name: "stdout", text }])]),
    );
    expect(html.length).toBeLessThan(60_000);
    expect(html).toContain("line 0\n");
    expect(html).toContain("49,400 lines are left out here");
    expect(html).toContain("line 49999");
  });

  it("says which cell failed and links to it", async () => {
    const html = await notebookPage(
      runOf([codeCell("one", "1", []), codeCell("two", "2", [])], {
        status: "failed",
        failure: { cell: 1, message: "\u001b[31mError\u001b[0m: why", traceback: [] },
        cells: [
          { number: 1, id: "one", status: "failed", seconds: 1 },
          { number: 2, id: "two", status: "skipped", seconds: 0 },
        ],
      }),
    );
    expect(html).toContain(
      '<a href="#cell-one">Cell 1</a> stopped the run: Error: why. 1 cell after it did not run.',
    );
  });

  skipUnless(chromiumAt() !== undefined, "no Chromium")(
    "runs nothing that text from data, models or errors brings, even without its content policy",
    async () => {
      const file = path.join(folder, "hostile.html");
      for (const [index, text] of HOSTILE.entries()) {
        const html = await notebookPage(hostileRun(text));
        const bare = html.replace(
          /<meta http-equiv="Content-Security-Policy"[^>]*>/,
          "<script>window.hits = 0; window.hit = () => window.hits++;</script>",
        );
        fs.writeFileSync(path.join(folder, `hostile-${index}.html`), bare);
      }
      fs.writeFileSync(file, indexPage([]));
      await withPage(
        async (page, requests) => {
          for (const [index, text] of HOSTILE.entries()) {
            await page.goto(`file://${path.join(folder, `hostile-${index}.html`)}`);
            await page.evaluate(
              "document.querySelectorAll('main *').forEach((e) => e.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })))",
            );
            await page.waitForFunction(
              "[...document.querySelectorAll('.chart')].every((chart) => chart.dataset.state !== undefined)",
            );
            expect(await page.evaluate("window.hits"), text).toBe(0);
          }
          expect(requests.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
        },
        { height: 8000 },
      );
    },
    180_000,
  );

  skipUnless(chromiumAt() !== undefined, "no Chromium")(
    "brings charts to life under its content policy",
    async () => {
      const text = "<img src=x onerror=hit()>";
      fs.writeFileSync(
        path.join(folder, "chart.html"),
        await notebookPage(
          runOf([codeCell("c", "1", [show({ "application/vnd.vegalite.v5+json": spec(text) })])]),
        ),
      );
      await withPage(async (page, requests) => {
        const complaints: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.goto(`file://${path.join(folder, "chart.html")}`);
        await page.waitForSelector(".chart .live svg");
        await page.waitForSelector(".chart .still", { state: "detached" });
        await page.hover(".chart .live path[aria-label]");
        await page.waitForSelector(".chart-tip:not([hidden])");
        expect(await page.textContent(".chart-tip")).toContain(text);
        expect(await page.locator(".chart-tip img").count()).toBe(0);
        expect(complaints).toEqual([]);
        expect(requests.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
      });
    },
  );
});

describe("the index", () => {
  it("lists the pages of its folder and leaves other files alone", async () => {
    const pages = path.join(folder, "pages");
    fs.mkdirSync(pages);
    const lead: Cell = {
      cell_type: "markdown",
      id: "m",
      metadata: {},
      source: "# T\n\nThe **lead** with [a link](x).\n\nMore.",
    };
    fs.writeFileSync(
      path.join(pages, "b.html"),
      await notebookPage({ ...runOf([lead]), file: "b.ipynb", title: "</script><b>B" }),
    );
    fs.writeFileSync(
      path.join(pages, "a.html"),
      await notebookPage({
        ...runOf([]),
        file: "a.ipynb",
        status: "failed",
        failure: { cell: 2, message: "E: <i>", traceback: [] },
      }),
    );
    fs.writeFileSync(path.join(pages, "other.html"), "<p>not ours</p>");
    const summaries = readSummaries(pages);
    expect(summaries).toMatchObject([
      { name: "a", status: "failed", failure: "cell 2: E: <i>" },
      { name: "b", title: "</script><b>B", lead: "The lead with a link." },
    ]);
    const html = indexPage(summaries);
    expect(html).toContain("&lt;/script&gt;&lt;b&gt;B");
    expect(html).toContain("cell 2: E: &lt;i&gt;");
    expect(html).toContain("1 of 2 notebooks done");
    expect(html).not.toContain("<i>");
  });

  it("is empty for a folder that is not there", () => {
    expect(readSummaries(path.join(folder, "absent"))).toEqual([]);
  });
});
