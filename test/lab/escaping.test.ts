// Markup as sentence, label, title and column name, through everything a lab shows, up to the page of a notebook.

import * as path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { DISPLAY, Random, type Displayable, type MimeBundle } from "../../src/core";
import { sentencesFrom } from "../../src/data";
import { startEngine } from "../../src/engine";
import { progressBundle, RelationEncoder } from "../../src/lab";
import { confusionChart, countConfusion, lineChart, similarityChart } from "../../src/plots";
import { Table } from "../../src/report";
import type { Cell, NotebookRun, Output } from "../../src/runner";
import { notebookPage } from "../../src/runner/page/notebook-page";
import { fixtureFolder } from "../support/fixtures";

beforeAll(() => startEngine());

/** What a cell shows for each thing, and the error of a call that names the attack. */
async function outputsOf(attack: string): Promise<Output[]> {
  const sentences = sentencesFrom(
    ["cat sat on a mat", "dog ran in a house", "bird was on the mat"].map((rest, at) => ({
      text: `${attack} ${rest}`,
      head: attack,
      tail: rest.split(" ").at(-1)!,
      relation: at === 0 ? "plain" : attack,
    })),
    { name: attack },
  );
  const folder = path.join(fixtureFolder, "encoders", "bert");
  const relation = new RelationEncoder(attack, folder, new Random(1), { maxLength: 40 });
  const vectors = await relation.embed(sentences);
  const gold = sentences.items.map((item) => item.relation!);
  const rows = [{ [attack]: attack, value: 1 }];
  const shown: Displayable[] = [
    sentences,
    sentences.sample(2, { seed: 1 }),
    relation,
    vectors,
    vectors.nearest(0),
    (await vectors.project("pca")).plot({ color: "relation" }),
    Table.from(rows, { title: attack }),
    confusionChart(countConfusion(gold, [...gold].reverse())).title(attack),
    similarityChart([[1]], { labels: [attack], title: attack }),
    lineChart([{ step: 1, [attack]: 2, run: attack }], { x: "step", y: attack, series: "run" }),
  ];
  await relation.dispose();
  const bundles: MimeBundle[] = [progressBundle(attack, undefined, false)];
  for (const one of shown) bundles.push(await one[DISPLAY]());
  const { name, message } = errorOf(() => sentences.where({ relation: `${attack}?` }));
  return [
    ...bundles.map((data): Output => ({ output_type: "display_data", data: { ...data }, metadata: {} })),
    { output_type: "error", ename: name, evalue: message, traceback: [message] },
  ];
}

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected an error");
}

function runOf(title: string, outputs: Output[]): NotebookRun {
  const cell: Cell = {
    cell_type: "code",
    id: "c",
    metadata: {},
    source: title,
    execution_count: 1,
    outputs,
  };
  return {
    file: "page.ipynb",
    title,
    profile: "quick",
    status: "done",
    seconds: 1,
    cells: [{ number: 1, id: "c", status: "done", seconds: 1 }],
    notebook: { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] },
  };
}

it.each(["<script>alert(1)</script>", "<img onerror=alert(1) src=x>"])(
  "%s stays text in all that a lab shows",
  async (attack) => {
    const outputs = await outputsOf(attack);
    expect(outputs.length).toBeGreaterThan(10);
    for (const output of outputs) {
      if (!("data" in output)) continue;
      for (const kind of ["text/html", "text/markdown", "image/svg+xml"])
        expect(String(output.data[kind] ?? ""), kind).not.toContain(attack);
    }
    const page = await notebookPage(runOf(attack, outputs));
    expect(page).not.toContain(attack);
    expect(page).toContain(attack.replace(/</g, "&lt;").replace(/>/g, "&gt;"));
  },
);
