// The same notebook through Jupyter's own nbclient and through our runner: both must write the same outputs.

import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { KERNEL_NAME, kernelSpec } from "../../kernel-ext/spec/kernelspec";
import { readNotebook, runNotebook, type Notebook, type Output } from "../../src/runner";
import { pythonWith } from "../support/python";
import { skipUnless } from "../support/skips";
import { codeCell, markdownCell, notebookJson } from "./notebooks";

const python = pythonWith("nbconvert, ipykernel");
let folder = "";
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-nbconvert-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a run left in the cells; prints that arrived in pieces, which nbclient keeps apart, are joined. */
function traces(notebook: Notebook): unknown[] {
  return notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell.source;
    const joined: Output[] = [];
    for (const output of cell.outputs) {
      const last = joined.at(-1);
      if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
        last.text += output.text;
      else joined.push({ ...output });
    }
    return [cell.execution_count, joined];
  });
}

describe("our runner beside nbconvert", () => {
  skipUnless(python !== undefined, "no Python with nbconvert")(
    "writes the same outputs",
    { timeout: 180_000 },
    async () => {
      const kernel = path.join(folder, "data", "kernels", KERNEL_NAME);
      fs.mkdirSync(kernel, { recursive: true });
      fs.writeFileSync(path.join(kernel, "kernel.json"), JSON.stringify(kernelSpec()));
      const cells = [
        markdownCell("# Both"),
        codeCell(
          "const a: number = 20; console.log('one'); console.error('two'); console.log('three'); a + 1",
        ),
        codeCell("for (let i = 0; i < 3000; i++) console.log('line', i);"),
        codeCell("display.html('<b>x</b>'); const later = display('first'); 7;"),
        codeCell(
          "later.update('second'); console.log('gone'); clearOutput({ wait: true }); console.log('stays');",
        ),
        codeCell("[1, 2, 3].map((x) => ({ x, text: '<é>' }))"),
        codeCell(
          "setTimeout(() => console.log('a late print'), 50); await new Promise((resolve) => setTimeout(resolve, 300)); undefined",
        ),
        codeCell("", []),
        codeCell("const f = (x: any) => x.y.z;\nf({})"),
      ];
      const file = path.join(folder, "both.ipynb");
      const content = JSON.parse(notebookJson(cells)) as { metadata: Record<string, unknown> };
      content.metadata["kernelspec"] = { name: KERNEL_NAME, display_name: "relata", language: "typescript" };
      fs.writeFileSync(file, JSON.stringify(content));
      await promisify(execFile)(
        python!,
        [
          "-m",
          "nbconvert",
          "--to",
          "notebook",
          "--execute",
          "--allow-errors",
          "--output",
          "theirs.ipynb",
          file,
        ],
        {
          cwd: folder,
          env: {
            ...process.env,
            JUPYTER_DATA_DIR: path.join(folder, "data"),
            JUPYTER_CONFIG_DIR: path.join(folder, "config"),
          },
        },
      );
      const theirs = traces(readNotebook(path.join(folder, "theirs.ipynb")));
      const ours = traces((await runNotebook(file, { allowErrors: true })).notebook);
      expect(ours).toEqual(theirs);
      expect(JSON.stringify(ours)).toContain("a late print");
      expect(JSON.stringify(ours)).toContain("Cannot read properties of undefined");
    },
  );
});
