// The tour of the kernel, run from a clean kernel: every ability shows what it promises.

import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../../src/core";
import { runNotebook, type CodeCell, type NotebookRun, type Output } from "../../src/runner";

let run: NotebookRun;
beforeAll(async () => {
  run = await runNotebook(path.join(projectFolder, "notebooks", "03-kernel-tour.ipynb"));
}, 180_000);

/** The outputs of the one cell whose source holds `part`. */
function outputsOf(part: string): readonly Output[] {
  const cells = run.notebook.cells.filter(
    (cell): cell is CodeCell => cell.cell_type === "code" && cell.source.includes(part),
  );
  expect(cells.length, part).toBe(1);
  return cells[0]!.outputs;
}

/** Everything that a cell shows, in one text. */
const shownBy = (part: string): string => JSON.stringify(outputsOf(part));

/** The MIME types of what a cell shows, richest first. */
const mimesOf = (part: string): string[] =>
  outputsOf(part).flatMap((output) => ("data" in output ? Object.keys(output.data) : []));

describe("the tour of the kernel", () => {
  it("runs to its end", () => {
    expect([run.status, run.failure]).toEqual(["done", undefined]);
  });

  it.each([
    ["html`<p>", "text/html"],
    ["md`**", "text/markdown"],
    ["svg`<svg", "image/svg+xml"],
    ["IHDR", "image/png"],
    ["%%latex", "text/latex"],
    ["sentences: 331", "application/vnd.vegalite.v5+json"],
    ["relata.Table.from", "text/html"],
    ["dfd.DataFrame", "application/vnd.dataresource+json"],
    ["display.json", "application/json"],
    ["new Mention(", "text/html"],
    ["addFormatter", "text/html"],
    ["liveChart", "application/vnd.vegalite.v5+json"],
    ["tslab.display", "text/html"],
  ])("shows %s as %s", (part, mime) => {
    expect(mimesOf(part)).toContain(mime);
  });

  it.each([
    ["const handle", "changed from cell to cell"],
    ["clearOutput", "1 …"],
    ["progress([", "8 of 8"],
    ["calls = 100", "[ 101, 'now a text' ]"],
    ["for await", "[ 'one', 'two', 'three', 'lamp on', 'lamp out' ]"],
    ["const after", "[ 'good morning, storm', 'good evening, storm' ]"],
    ["rounds >=", "true"],
    ["input(", "good morning, nobody"],
    ["%timeit", "best "],
    ["%%time", "4999999950000000"],
    ["%types loose", "TS2322"],
    ["%who", "Mention"],
  ])("%s shows %s", (part, wanted) => {
    expect(shownBy(part)).toContain(wanted);
  });

  it("fails where it says so, at the true line, and nowhere else", () => {
    const failures = run.notebook.cells.flatMap((cell) =>
      cell.cell_type === "code"
        ? cell.outputs.flatMap((output) => (output.output_type === "error" ? [output] : []))
        : [],
    );
    expect(failures.map(({ ename }) => ename)).toEqual(["TypeError", "Error", "KeyboardInterrupt"]);
    expect(failures[0]!.evalue).toContain("'first.relation' is possibly 'undefined'");
    expect(stripVTControlCharacters(failures[1]!.traceback.join("\n"))).toMatch(/> 5 \|[^]*caused by[^]*RangeError: too deep[^]*at risky/);
  });

  it("escapes what values bring", () => {
    expect(shownBy("html`<p>")).not.toContain("<script>");
    expect(shownBy("dfd.DataFrame")).toContain("&lt;b&gt;escaped");
  });
});
