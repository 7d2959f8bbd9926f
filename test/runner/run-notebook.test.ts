import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import {
  readNotebook,
  runNotebook,
  writeRun,
  type CodeCell,
  type NotebookRun,
  type RunOptions,
} from "../../src/runner";
import { codeCell, markdownCell, notebookJson, type StoredCell } from "./notebooks";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-run-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

let count = 0;
function run(cells: readonly (string | StoredCell)[], options: RunOptions = {}): Promise<NotebookRun> {
  const file = path.join(folder, `case-${++count}.ipynb`);
  fs.writeFileSync(
    file,
    notebookJson(cells.map((cell) => (typeof cell === "string" ? codeCell(cell) : cell))),
  );
  return runNotebook(file, options);
}

function outputsOf(run: NotebookRun): CodeCell["outputs"][] {
  return run.notebook.cells.flatMap((cell) => (cell.cell_type === "code" ? [cell.outputs] : []));
}

function textOf(outputs: CodeCell["outputs"]): string {
  return outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
}

const DISPLAY =
  "const show = (text: string) => ({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': text, 'text/html': `<b>${text}</b>` }) });";

describe("running a notebook", () => {
  it("runs code cells in order on one kernel, in the notebook's folder, with its profile", async () => {
    const result = await run(
      [
        markdownCell("# A title\n\nwords"),
        "const x: number = 20;",
        "console.log(process.env.RELATA_PROFILE, process.cwd()); console.error('oh'); x + 1",
        "",
        codeCell("throw new Error('never')", ["skip-execution"]),
      ],
      { profile: "small" },
    );
    expect(result).toMatchObject({ status: "done", title: "A title", profile: "small" });
    expect(result.failure).toBeUndefined();
    expect(result.cells.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    const [, second] = outputsOf(result);
    expect(second).toEqual([
      { output_type: "stream", name: "stdout", text: `small ${fs.realpathSync(folder)}\n` },
      { output_type: "stream", name: "stderr", text: "oh\n" },
      { output_type: "execute_result", data: { "text/plain": "21" }, metadata: {}, execution_count: 2 },
    ]);
    expect(result.notebook.metadata).toMatchObject({
      kernelspec: { name: "relata" },
      language_info: { name: "typescript" },
    });
  });

  it("stops at a failing cell and keeps what there is", async () => {
    const result = await run([
      "console.log('before')",
      "console.log('here');\n(null as any).x",
      "console.log('after')",
    ]);
    expect(result.status).toBe("failed");
    expect(result.failure).toMatchObject({
      cell: 2,
      message: expect.stringMatching(/^TypeError: /) as string,
    });
    expect(result.cells.map(({ status }) => status)).toEqual(["done", "failed", "skipped"]);
    const [first, second, third] = outputsOf(result);
    expect(textOf(first!)).toBe("before\n");
    expect(second).toMatchObject([{ text: "here\n" }, { output_type: "error", ename: "TypeError" }]);
    expect(third).toEqual([]);
  });

  it("goes on after an error when told to, by option or by tag", async () => {
    const byOption = await run(["throw new Error('a')", "console.log('after')"], { allowErrors: true });
    expect(byOption.status).toBe("done");
    expect(textOf(outputsOf(byOption)[1]!)).toBe("after\n");
    const byTag = await run([codeCell("throw new Error('a')", ["raises-exception"]), "console.log('after')"]);
    expect(byTag.status).toBe("done");
    expect(textOf(outputsOf(byTag)[1]!)).toBe("after\n");
  });

  it("does not keep the outputs that the file came with", async () => {
    const old = {
      ...codeCell("1;"),
      execution_count: 9,
      outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
    };
    const result = await run([old, "throw 1", { ...old, source: "2;" }]);
    expect(JSON.stringify(result.notebook)).not.toContain("old");
    expect(result.notebook.cells.at(-1)).toMatchObject({ execution_count: null });
  });

  it("says in one sentence that the kernel died in a cell, and which", async () => {
    const result = await run([
      "console.log('alive')",
      "console.log('last words'); process.kill(process.pid, 'SIGKILL')",
      "1",
    ]);
    expect(result.status).toBe("died");
    expect(result.failure).toMatchObject({
      cell: 2,
      message: expect.stringMatching(
        /^the kernel died while running cell 2 \(killed by SIGKILL, perhaps because memory ran out\)/,
      ) as string,
    });
    expect(textOf(outputsOf(result)[0]!)).toBe("alive\n");
    expect(outputsOf(result)[1]!.at(-1)).toMatchObject({ output_type: "error", ename: "KernelDeath" });
    expect(result.cells[2]!.status).toBe("skipped");
  });

  it("loses no line of huge output", async () => {
    const result = await run([
      "for (let i = 0; i < 20000; i++) console.log('line', i);",
      "console.log('x'.repeat(5_000_000))",
    ]);
    expect(result.status).toBe("done");
    const [lines, long] = outputsOf(result);
    expect(textOf(lines!)).toBe(Array.from({ length: 20000 }, (_, i) => `line ${i}\n`).join(""));
    expect(lines).toHaveLength(1);
    expect(textOf(long!)).toHaveLength(5_000_001);
  });

  it("interrupts a cell that takes too long, also in an endless loop", async () => {
    for (const code of ["for (;;) {}", "await new Promise(() => {})"]) {
      const result = await run(["console.log('a')", code, "1"], { timeout: 6000 });
      expect(result.status).toBe("timeout");
      expect(result.failure!.message).toBe(
        "running cell 2 took longer than the 6 s allowed and was interrupted",
      );
    }
  });

  it("ends with what there is when it is aborted", async () => {
    const stop = new AbortController();
    const labels: string[] = [];
    const result = await run(
      [
        "console.log('a')",
        "console.log('started'); await new Promise((resolve) => setTimeout(resolve, 60_000))",
        "1",
      ],
      {
        signal: stop.signal,
        onProgress: ({ label }) => {
          labels.push(label);
          if (label.includes("started")) stop.abort();
        },
      },
    );
    expect(result.status).toBe("interrupted");
    expect(result.cells.map(({ status }) => status)).toEqual(["done", "failed", "skipped"]);
    expect(textOf(outputsOf(result)[0]!)).toBe("a\n");
    expect(labels.some((label) => /cell 2 \d+ s · started$/.test(label))).toBe(true);
  });

  it("tells a cell that asks for input that nobody answers", async () => {
    const result = await run(["input('name?')"]);
    expect(result.status).toBe("failed");
    expect(result.failure!.message).toMatch(/cannot answer input\(\)/);
  });

  it("updates displays, clears, and shows rich values", async () => {
    const result = await run([
      `${DISPLAY}\nshow('rich')`,
      "const handle = display('first');",
      "handle.update('second'); console.log('gone'); clearOutput({ wait: true }); console.log('stays');",
      "for (let i = 0; i < 9; i++) process.stdout.write(`\\rstep ${i}`);",
    ]);
    expect(result.failure).toBeUndefined();
    const [rich, displayed, cleared, counter] = outputsOf(result);
    expect(rich).toMatchObject([
      { output_type: "execute_result", data: { "text/plain": "rich", "text/html": "<b>rich</b>" } },
    ]);
    expect(displayed).toMatchObject([
      { output_type: "display_data", data: { "text/plain": expect.stringContaining("second") as string } },
    ]);
    expect(cleared).toEqual([{ output_type: "stream", name: "stdout", text: "stays\n" }]);
    expect(textOf(counter!)).toBe("step 8");
  });

  it("leaves no process and no connection file behind", async () => {
    const temporary = path.join(folder, "tmp");
    fs.mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    const result = await run(["console.log(process.pid)", "process.kill(process.pid, 'SIGKILL')"]);
    expect(result.failure!.message).toMatch(/killed by SIGKILL/);
    const pid = Number(textOf(outputsOf(result)[0]!));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    vi.unstubAllEnvs();
    expect(fs.readdirSync(temporary)).toEqual([]);
  });

  it("names a kernel that is not installed", async () => {
    await expect(run(["1"], { kernel: "no-such-kernel" })).rejects.toThrow(/unknown kernel "no-such-kernel"/);
  });
});

describe("writing a run", () => {
  it("writes the notebook, its page and the index, and never over the input unasked", async () => {
    const result = await run([markdownCell("# One\n\nThe lead of it."), "1 + 1"]);
    const input = fs.readFileSync(result.file, "utf8");
    await expect(writeRun(result, { out: folder })).rejects.toThrow(
      /holds the notebook .* itself: choose another --out, or say --inplace/,
    );
    expect(fs.readFileSync(result.file, "utf8")).toBe(input);
    const files = await writeRun(result, { out: path.join(folder, "out") });
    expect(readNotebook(files.notebook)).toEqual(result.notebook);
    expect(fs.readFileSync(files.page, "utf8")).toContain("<title>One</title>");
    const index = fs.readFileSync(files.index, "utf8");
    expect(index).toContain("The lead of it.");
    expect(index).toContain("1 of 1 notebooks done");
    await writeRun(result, { out: folder, inplace: true });
    expect(readNotebook(result.file)).toEqual(result.notebook);
  });
});
