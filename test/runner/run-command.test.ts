import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectFolder } from "../../src/core";
import { codeCell, notebookJson } from "./notebooks";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-command-"));
const out = path.join(folder, "out");
afterAll(() => fs.rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `onKernel` is called once a cell has written its process id with `TELL`. */
function relata(
  args: readonly string[],
  onKernel?: (kernel: number, runner: number) => void,
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [path.join(projectFolder, "src", "cli", "relata.cjs"), "run", ...args],
    { cwd: folder },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const told = path.join(folder, "told");
  fs.rmSync(told, { force: true });
  const watch = setInterval(() => {
    if (onKernel === undefined || !fs.existsSync(told)) return;
    clearInterval(watch);
    onKernel(Number(fs.readFileSync(told, "utf8")), child.pid!);
  }, 50);
  return new Promise((resolve) =>
    child.on("close", (code) => {
      clearInterval(watch);
      resolve({ code, stdout, stderr });
    }),
  );
}

/** Code of a cell that tells us the kernel's process, whole or not at all. */
const TELL =
  "const fs = require('fs'); fs.writeFileSync('telling', String(process.pid)); fs.renameSync('telling', 'told');";

function notebook(name: string, ...cells: string[]): string {
  fs.writeFileSync(path.join(folder, name), notebookJson(cells.map((cell) => codeCell(cell))));
  return name;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("relata run", () => {
  it("runs several notebooks and prints one object under --json", async () => {
    const args = [
      notebook("good.ipynb", "1 + 1"),
      notebook("bad.ipynb", "1", "throw new RangeError('too far')"),
      "--json",
    ];
    const { code, stdout } = await relata([...args, "--out", out]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      index: path.join(out, "index.html"),
      notebooks: [
        { file: "good.ipynb", status: "done", cells: 1, page: path.join(out, "good.html") },
        { file: "bad.ipynb", status: "failed", failure: { cell: 2, message: "RangeError: too far" } },
      ],
    });
    expect(fs.readdirSync(out).sort()).toEqual([
      "bad.html",
      "bad.ipynb",
      "good.html",
      "good.ipynb",
      "index.html",
    ]);
  });

  it("leaves the outputs of tagged cells out of the executed notebook, not out of the page", async () => {
    const cells = [codeCell("'for ' + 'all'"), codeCell("'not for ' + 'all'", ["private"])];
    fs.writeFileSync(path.join(folder, "tagged.ipynb"), notebookJson(cells));
    const args = ["tagged.ipynb", "--inplace", "--clear", "private", "--out", path.join(folder, "pages")];
    expect(await relata(args)).toMatchObject({ code: 0 });
    const { cells: written } = JSON.parse(fs.readFileSync(path.join(folder, "tagged.ipynb"), "utf8")) as {
      cells: { execution_count: number; outputs: { data: Record<string, unknown> }[] }[];
    };
    expect(written.map(({ outputs }) => outputs.length)).toEqual([1, 0]);
    expect(written[1]!.execution_count).toBe(2);
    expect(fs.readFileSync(path.join(folder, "pages", "tagged.html"), "utf8")).toMatch(/not for all/);
  });

  it("ends with 1, the cell and the error when a cell fails", async () => {
    const { code, stderr, stdout } = await relata([
      notebook("fails.ipynb", "1", "1;\nthrow new Error('why')"),
      "--out",
      out,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/fails\.ipynb, cell 2: Error: why/);
    expect(stdout).toContain("throw new Error('why')");
  });

  it.each([
    [["absent.ipynb"], /absent\.ipynb: no such file/],
    [["broken.ipynb"], /broken\.ipynb:1: not a notebook, because it is not JSON/],
    [["."], /\.: this is a folder: name the notebooks in it/],
    [["good.ipynb", "--out", "good.ipynb"], /cannot write into "good\.ipynb" \(.*\): choose another --out/],
    [[], /needs a notebook or a script/],
    [["good.ipynb", "--profile", "huge"], /unknown profile "huge": known: quick, small, paper/],
    [["good.ipynb", "--timeout", "soon"], /--timeout "soon" is no number/],
    [["good.ipynb", "--out", "."], /choose another --out, or say --inplace/],
    [["good.ipynb", "elsewhere/good.ipynb"], /two notebooks are called "good"/],
    [["good.ipynb", "--outt", "x"], /unknown option "--outt": did you mean "--out"/],
  ])("says in one sentence why %j cannot be run", async (args, sentence) => {
    fs.writeFileSync(path.join(folder, "broken.ipynb"), "this is no notebook");
    notebook("good.ipynb", "1");
    const { code, stderr } = await relata(args);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(sentence);
  });

  it("interrupts the cell on Ctrl-C, writes what there is and ends with 130", async () => {
    const cell = `console.log('in it'); ${TELL} await new Promise((resolve) => setTimeout(resolve, 60_000))`;
    const { code } = await relata([notebook("slow.ipynb", "1", cell), "--out", out], (_, runner) =>
      process.kill(runner, "SIGINT"),
    );
    expect(code).toBe(130);
    expect(fs.readFileSync(path.join(out, "slow.ipynb"), "utf8")).toContain("in it");
    expect(fs.readFileSync(path.join(out, "slow.html"), "utf8")).toContain('class="chip interrupted"');
  });

  it.each([
    ["a second Ctrl-C", ["SIGINT", "SIGINT"] as const],
    ["SIGKILL", ["SIGKILL"] as const],
  ])(
    "leaves no kernel behind after %s in an endless loop",
    async (_, signals) => {
      const loop = "const stubborn = () => { for (;;) try { for (;;); } catch {} };";
      let kernel = 0;
      await relata(
        [notebook("endless.ipynb", `${loop}\n${TELL}\nstubborn()`), "--out", out],
        (pid, runner) => {
          kernel = pid;
          for (const [index, signal] of signals.entries())
            setTimeout(() => isRunning(runner) && process.kill(runner, signal), 500 * index);
        },
      );
      expect(kernel).toBeGreaterThan(0);
      await expect.poll(() => isRunning(kernel), { timeout: 20_000 }).toBe(false);
    },
    60_000,
  );

  it("runs a TypeScript file with its arguments and passes its exit code on", async () => {
    fs.writeFileSync(
      path.join(folder, "script.ts"),
      `import { sentencesFrom } from "relata";
import * as path from "node:path";
interface A { n: number }
const a: A = await Promise.resolve({ n: sentencesFrom([{ text: "a b", head: "a", tail: "b" }]).length + 3 });
console.log(path.basename(__filename), process.env.RELATA_PROFILE, ...process.argv.slice(2));
process.exit(a.n);
`,
    );
    const { code, stdout } = await relata(["script.ts", "--profile", "small", "--", "one", "--two"]);
    expect(stdout).toBe("script.ts small one --two\n");
    expect(code).toBe(4);
  });

  it("gives a script the names that a cell has, unless it declares them itself", async () => {
    fs.writeFileSync(
      path.join(folder, "names.ts"),
      "const md = 'mine';\ndisplay(html`<i>${md}</i>`);\nfor (const x of progress([1, 2], 'work')) await x;\nconsole.log(await magics.time(() => 7), typeof open, typeof relata.supCon);\n",
    );
    const { code, stdout } = await relata(["names.ts"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mine\n[^]*time: [^]*7 function function\n[^]*work: 2 of 2/);
  });

  it("says in one line what a script cannot import or what is no TypeScript", async () => {
    fs.writeFileSync(path.join(folder, "imports.ts"), "import { x } from './nowhere';\nconsole.log(x);\n");
    fs.writeFileSync(path.join(folder, "syntax.ts"), "let a = 1;\nconst = 3;\n");
    const [missing, wrong] = await Promise.all([relata(["imports.ts"]), relata(["syntax.ts"])]);
    expect([missing.code, wrong.code]).toEqual([1, 1]);
    expect(missing.stderr).toMatch(/imports\.ts:1\nimport[^]*Cannot find module '.\/nowhere'/);
    expect(missing.stderr).not.toMatch(/node_modules|Require stack/);
    expect(wrong.stderr).toMatch(/syntax\.ts\(2,7\): error TS1134/);
    expect(wrong.stderr).not.toContain("createTSError");
  });

  it("shows a script's error at its own line", async () => {
    fs.writeFileSync(
      path.join(folder, "throws.ts"),
      "interface A {\n  n: number;\n}\nawait 1;\nthrow new Error('no');\n",
    );
    const { code, stderr } = await relata(["throws.ts"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: no[^]*throws\.ts:5:7/);
  });
});
