import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { notebookText, readNotebook, titleOf, writeNotebook } from "../../src/runner";
import { skipUnless } from "../support/skips";
import { markdownCell, codeCell, notebookJson } from "./notebooks";
import { pythonWith } from "../support/python";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-notebook-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function put(content: string): string {
  const file = path.join(folder, "case.ipynb");
  fs.writeFileSync(file, content);
  return file;
}

describe("reading notebooks", () => {
  it.each([
    ["", /case\.ipynb: the file is empty/],
    [
      '{"cells": [\n  {"cell_type": "code",\n}',
      /case\.ipynb:3: .*not JSON: column 1 should have a name in double quotes/,
    ],
    ["hello", /case\.ipynb:1: .*not JSON/],
    ['{"a": 1}', /no "nbformat"/],
    ["[1, 2]", /no "nbformat"/],
    ['{"nbformat": 3, "worksheets": []}', /notebook format 3, but format 4 is needed: open it in JupyterLab/],
    ['{"nbformat": 4}', /no list "cells"/],
    ['{"nbformat": 4, "cells": [{"cell_type": "code"}]}', /cell 1 has no "source"/],
    [
      '{"nbformat": 4, "cells": [{"cell_type": "heading", "source": ""}]}',
      /cell 1 has the type "heading", known: code, markdown, raw/,
    ],
    ['{"nbformat": 4, "cells": [7]}', /cell 1 is no object/],
    [
      '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "pyout"}]}]}',
      /cell 1 has an output of no known kind/,
    ],
  ])("says what is wrong with %j", (content, sentence) => {
    expect(() => readNotebook(put(content))).toThrow(sentence);
  });

  it("names a file that is not there", () => {
    expect(() => readNotebook(path.join(folder, "absent.ipynb"))).toThrow(/absent\.ipynb: no such file/);
  });

  it("gives cells of older minor formats ids that stay the same, and joins lines", () => {
    const content = notebookJson(
      [markdownCell(["# A\n", "b"]), codeCell("1"), { ...codeCell("2"), id: "mine" }],
      2,
    );
    const notebook = readNotebook(put(content));
    expect(notebook.nbformat_minor).toBe(5);
    expect(notebook.cells.map(({ id }) => id)).toEqual(["cell-1", "cell-2", "mine"]);
    expect(notebook.cells[0]!.source).toBe("# A\nb");
  });

  it("keeps ids unique when two cells carry the same one", () => {
    const cells = [1, 2, 3].map((n) => ({ ...codeCell(String(n)), id: "same" }));
    const ids = readNotebook(put(notebookJson(cells))).cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it("takes the title from the first heading, else from the file", () => {
    expect(
      titleOf(
        readNotebook(put(notebookJson([codeCell(""), markdownCell("text\n\n# The *title* `x` <b>y</b>\n")]))),
        "f",
      ),
    ).toBe("The title x y");
    expect(titleOf(readNotebook(put(notebookJson([codeCell("# 1")]))), "f")).toBe("f");
  });
});

describe("writing notebooks", () => {
  const rich = notebookJson([
    markdownCell("# Ä\n\ntext\n"),
    {
      ...codeCell("a\nb"),
      execution_count: 3,
      outputs: [
        { output_type: "stream", name: "stdout", text: ["one\n", "two"] },
        {
          output_type: "display_data",
          data: {
            "text/html": ["<b>\n", "x</b>"],
            "application/json": { z: 1, a: ["l\n", "m"] },
            "image/png": "aGk=\n",
          },
          metadata: {},
        },
        { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 3 },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["l1", "l2"] },
      ],
    },
  ]);

  it("reads back what it wrote", () => {
    const notebook = readNotebook(put(rich));
    const file = path.join(folder, "copy.ipynb");
    writeNotebook(file, notebook);
    expect(readNotebook(file)).toEqual(notebook);
    expect(notebookText(readNotebook(file))).toBe(fs.readFileSync(file, "utf8"));
  });

  it("splits texts into lines, but not JSON or base64", () => {
    const stored = JSON.parse(notebookText(readNotebook(put(rich)))) as {
      cells: { source: string[]; outputs: { data: Record<string, unknown>; text: string[] }[] }[];
    };
    const [stream, shown] = stored.cells[1]!.outputs;
    expect(stored.cells[1]!.source).toEqual(["a\n", "b"]);
    expect(stream!.text).toEqual(["one\n", "two"]);
    expect(shown!.data).toEqual({
      "text/html": ["<b>\n", "x</b>"],
      "application/json": { z: 1, a: ["l\n", "m"] },
      "image/png": "aGk=\n",
    });
  });

  const python = pythonWith("nbformat");
  skipUnless(python !== undefined, "no Python with nbformat")(
    "is valid and byte for byte what nbformat writes",
    () => {
      const file = path.join(folder, "valid.ipynb");
      writeNotebook(file, readNotebook(put(rich)));
      const program =
        "import nbformat, sys; n = nbformat.read(sys.argv[1], as_version=4); nbformat.validate(n); sys.stdout.write(nbformat.writes(n))";
      const theirs = execFileSync(python!, ["-c", program, file], {
        encoding: "utf8",
        env: { ...process.env, PYTHONIOENCODING: "utf8" },
      });
      expect(`${theirs.trimEnd()}\n`).toBe(fs.readFileSync(file, "utf8"));
    },
  );
});
