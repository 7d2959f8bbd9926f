// Clients from the Python world on our kernel: jupyter_kernel_test in full, nbconvert, nbclient.

import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { installSpec } from "../../kernel-ext/spec/kernelspec";
import { skipUnless } from "../support/skips";

/** A Python that can import all of `modules`: RELATA_PYTHON, else python3. */
function pythonWith(...modules: readonly string[]): string | undefined {
  return [process.env["RELATA_PYTHON"], "python3", "python"].find(
    (python) => python !== undefined && spawnSync(python, ["-c", `import ${modules.join()}`]).status === 0,
  );
}

const prefix = fs.mkdtempSync(path.join(os.tmpdir(), "relata-prefix-"));
const env = { ...process.env, JUPYTER_PATH: path.join(prefix, "share", "jupyter") };

beforeAll(() => void installSpec({ prefix }));
afterAll(() => fs.rmSync(prefix, { recursive: true, force: true }));

const SUITE = `
import unittest, sys
import jupyter_kernel_test
from unittest import TestLoader, TextTestRunner

class RelataTests(jupyter_kernel_test.KernelTests):
    kernel_name = "relata"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [{"text": "Math.ab", "matches": {"abs"}}, {"text": "const zebra = { stripes: 1 }; zebra.st", "matches": {"stripes"}}]
    complete_code_samples = ["1", "console.log('x')", "function f(x: number) { return x * 2 }", "const a = \`x\`"]
    incomplete_code_samples = ["function f(x: number) {", "console.log('x'", "\`abc", "const a = [1,", "/* x"]
    invalid_code_samples = ["const const = 3", "import = 7q", "let 5x = 1"]
    code_page_something = "%help Math.abs"
    code_generate_error = "throw new Error('boom')"
    code_execute_result = [{"code": "1 + 2", "result": "3"}, {"code": "'a' + 'b'", "result": "'ab'"}]
    code_display_data = [{"code": "display.html('<b>x</b>')", "mime": "text/html"}, {"code": "display.png(new Uint8Array([1]))", "mime": "image/png"}]
    code_history_pattern = "1?+?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.abs"
    code_clear_output = "clearOutput()"

suite = TestLoader().loadTestsFromTestCase(RelataTests)
result = TextTestRunner(verbosity=2).run(suite)
print(f"ran {result.testsRun} failed {len(result.failures) + len(result.errors)} skipped {len(result.skipped)}")
`;

const NOTEBOOK = {
  cells: [
    ["1 + 1"],
    ["console.log('printed'); throw new Error('wanted')"],
    ["display.html('<b>shown</b>'); 'after'"],
  ].map(([source], index) => ({
    cell_type: "code",
    id: `c${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  })),
  metadata: { kernelspec: { name: "relata", display_name: "relata", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
};

interface Output {
  readonly output_type: string;
  readonly text?: string | string[];
  readonly ename?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

describe("clients written in Python", () => {
  const kernelTest = pythonWith("jupyter_kernel_test");
  skipUnless(kernelTest !== undefined, "jupyter_kernel_test is not installed for Python")(
    "jupyter_kernel_test passes with every sample filled in",
    () => {
      const { stdout, stderr } = spawnSync(kernelTest!, ["-c", SUITE], { env, encoding: "utf8" });
      expect(stdout, stderr).toContain("ran 12 failed 0 skipped 0");
    },
    180_000,
  );

  const nbconvert = pythonWith("nbconvert");
  skipUnless(nbconvert !== undefined, "nbconvert is not installed for Python")(
    "nbconvert executes a notebook, errors allowed, and every cell is there",
    () => {
      const file = path.join(prefix, "in.ipynb");
      fs.writeFileSync(file, JSON.stringify(NOTEBOOK));
      const words = [
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--allow-errors",
        "--output",
        "out.ipynb",
        file,
      ];
      execFileSync(nbconvert!, words, { env, stdio: "pipe" });
      const { cells } = JSON.parse(fs.readFileSync(path.join(prefix, "out.ipynb"), "utf8")) as {
        cells: { outputs: Output[] }[];
      };
      const kinds = cells.map(({ outputs }) => outputs.map((output) => output.output_type));
      expect(kinds).toEqual([["execute_result"], ["stream", "error"], ["display_data", "execute_result"]]);
      expect(cells[1]?.outputs[1]?.ename).toBe("Error");
      expect([cells[2]?.outputs[0]?.data?.["text/html"]].flat()).toEqual(["<b>shown</b>"]);
    },
    120_000,
  );

  const nbclient = pythonWith("nbclient", "nbformat");
  skipUnless(nbclient !== undefined, "nbclient is not installed for Python")(
    "nbclient stops at the failing cell and names it",
    () => {
      const script = `
import json, sys, nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
nb = nbformat.from_dict(json.loads(sys.argv[1]))
try:
    NotebookClient(nb, timeout=60).execute()
except CellExecutionError as e:
    print(e.ename, e.evalue)
print([len(c.outputs) for c in nb.cells])`;
      const printed = execFileSync(nbclient!, ["-c", script, JSON.stringify(NOTEBOOK)], {
        env,
        encoding: "utf8",
      });
      expect(printed.trim().split("\n")).toEqual(["Error wanted", "[1, 2, 0]"]);
    },
    120_000,
  );
});
