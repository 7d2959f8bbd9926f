// The notebooks that are committed: of our kernel, as Jupyter stores them, small, without errors or others' sentences.

import { describe, expect, it } from "vitest";
import { openDataset } from "../../src/data";
import { notebookText, readNotebook } from "../../src/runner";
import { skipUnless } from "../support/skips";
import { projectFiles, textOf } from "./sources";

const MOST_BYTES = 2 * 1024 * 1024;
/** The tag of cells that show sentences of published data sets. */
const PUBLISHED = "published-text";
/** The tag of cells that fail to show how that looks. */
const FAILS = "raises-exception";
const files = projectFiles(/^notebooks\/.*\.ipynb$/);

/** Everything in a notebook that a reader can see, without JSON's escapes and with entities undone. */
function visibleTextOf(file: string): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (Array.isArray(value)) {
      if (value.every((line) => typeof line === "string")) texts.push(value.join(""));
      else value.forEach(collect);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(JSON.parse(textOf(file)));
  return texts
    .join("\n")
    .replace(/<[^>]*>/g, "")
    .replace(/\[(?:head|tail|head\+tail): ([^\]]*)\]/g, "$1")
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;|&apos;/g, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

describe("the committed notebooks", () => {
  it("are there", () => expect(files.length).toBeGreaterThanOrEqual(2));

  it.each(files)("%s is format 4.5 for our kernel, with nothing else in its metadata", (file) => {
    const stored = JSON.parse(textOf(file)) as {
      nbformat: number;
      nbformat_minor: number;
      metadata: { kernelspec: { name: string }; language_info: { name: string } };
      cells: { id: string; cell_type: string; metadata: object; execution_count?: number | null }[];
    };
    expect([stored.nbformat, stored.nbformat_minor]).toEqual([4, 5]);
    expect(Object.keys(stored.metadata).sort()).toEqual(["kernelspec", "language_info"]);
    expect(stored.metadata.kernelspec.name).toBe("relata");
    expect(stored.metadata.language_info.name).toBe("typescript");
    const ids = stored.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, metadata } of stored.cells) {
      expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(["", "tags"]).toContain(Object.keys(metadata).join());
    }
    expect(JSON.parse(notebookText(readNotebook(file)))).toEqual(stored);
  });

  it.each(files)("%s is small, shows no error, and keeps no outputs of cells with others' text", (file) => {
    expect(Buffer.byteLength(textOf(file))).toBeLessThanOrEqual(MOST_BYTES);
    for (const cell of readNotebook(file).cells) {
      if (cell.cell_type !== "code") continue;
      const { tags } = cell.metadata;
      const isToFail = Array.isArray(tags) && tags.includes(FAILS);
      expect(cell.outputs.some((output) => output.output_type === "error")).toBe(isToFail);
      if (Array.isArray(tags) && tags.includes(PUBLISHED)) expect(cell.outputs).toEqual([]);
    }
  });
});

skipUnless(Boolean(process.env["RELATA_DATA"]), "RELATA_DATA is not set")(
  "no sentence of SemEval stands in a committed notebook",
  async () => {
    const shown = files.map(visibleTextOf).join("\n");
    expect(shown.length).toBeGreaterThan(5000);
    for (const split of ["train", "test"]) {
      const { items } = await openDataset("semeval", { split });
      expect(items.length).toBeGreaterThan(2000);
      expect(items.filter(({ text }) => shown.includes(text.slice(0, 40))).map(({ id }) => id)).toEqual([]);
    }
  },
);
