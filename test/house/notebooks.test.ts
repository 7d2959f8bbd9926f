// The notebooks that are committed: of our kernel, as Jupyter stores them, small, without unwanted errors or others' sentences.

import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import { allCards, openAny, sentencesFrom, splitsHere } from "../../src/data";
import { notebookText, readNotebook } from "../../src/runner";
import { skipUnless } from "../support/skips";
import { knownOpeningsIn, openingOf, openingsHere, storedOpenings } from "./published-openings";
import { projectFiles, textOf } from "./sources";

const MOST_BYTES = 2 * 1024 * 1024;
/** The tag of cells that show sentences of published data sets. */
const PUBLISHED = "published-text";
/** The tag of cells that fail to show how that looks. */
const FAILS = "raises-exception";
const files = projectFiles(/^notebooks\/.*\.ipynb$/);

/** Everything in a notebook that a reader can see, without JSON's escapes and with entities undone. */
function visibleTextOf(notebook: string): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (Array.isArray(value)) {
      if (value.every((line) => typeof line === "string")) texts.push(value.join(""));
      else value.forEach(collect);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(JSON.parse(notebook));
  return texts
    .join("\n")
    .replace(/<\/?(?:table|thead|tbody|tr|th|td|p|div|ul|li|br|b|summary|details)\b[^>]*>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/\[[^\[\]:]+: ([^\]]*)\]/g, "$1")
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

  it.each(files)(
    "%s is small, shows no error but wanted ones, and keeps no outputs of cells with others' text",
    (file) => {
      expect(Buffer.byteLength(textOf(file))).toBeLessThanOrEqual(MOST_BYTES);
      for (const cell of readNotebook(file).cells) {
        if (cell.cell_type !== "code") continue;
        const { tags } = cell.metadata;
        const isToFail = Array.isArray(tags) && tags.includes(FAILS);
        expect(cell.outputs.some((output) => output.output_type === "error")).toBe(isToFail);
        if (Array.isArray(tags) && tags.includes(PUBLISHED)) expect(cell.outputs).toEqual([]);
      }
    },
  );
});

describe("others' sentences", () => {
  const known = storedOpenings();

  it("are known by the hashes of their openings, in tables, marked, escaped and in the middle of a page", () => {
    expect(known.size).toBeGreaterThan(100_000);
    const sentence = 'The R&D audit was "about" waste at the old mill by the river.';
    const set = sentencesFrom([{ text: sentence, head: "audit", tail: "mill", relation: "r" }]);
    const own = new Set([openingOf(sentence)!]);
    for (const shown of Object.values(set.sample(1)[DISPLAY]())) {
      const page = JSON.stringify({ cells: [{ outputs: [{ data: { x: ["before\n", String(shown)] } }] }] });
      expect(knownOpeningsIn(visibleTextOf(page), own)).toEqual(["the r d audit was about waste at"]);
      expect(knownOpeningsIn(visibleTextOf(page), known)).toEqual([]);
    }
    expect(openingOf("Too short to be anyone's.")).toBeUndefined();
  });

  it.each(files)("stand nowhere in %s", (file) => {
    expect(knownOpeningsIn(visibleTextOf(textOf(file)), known)).toEqual([]);
  });

  it("stand nowhere in the cards and the texts of this project", () => {
    for (const file of projectFiles(/^(README|CONTRIBUTING)\.md$|^datasets\/.*\.(md|json)$/))
      expect(knownOpeningsIn(textOf(file), known), file).toEqual([]);
  });

  skipUnless(Boolean(process.env["RELATA_DATA"]), "RELATA_DATA is not set")(
    "are all known, and found wherever a notebook shows them",
    async () => {
      const here = await openingsHere();
      expect([...here].filter((opening) => !known.has(opening))).toEqual([]);
      expect(here.size).toBeGreaterThan(0);
      for (const card of allCards().filter(({ facts }) => !facts.isBuiltIn && facts.form !== "resource"))
        for (const split of splitsHere(card).slice(0, 1)) {
          const set = await openAny(`${card.name}/${split}`, { mayDownload: false });
          for (const shown of Object.values(set.sample(5, { seed: 3 })[DISPLAY]()))
            expect(knownOpeningsIn(visibleTextOf(JSON.stringify([shown])), known), card.name).not.toEqual([]);
        }
    },
  );
});
