// The six defects of stock tslab that would corrupt a research notebook; each of these fails there.

import { describe, expect, it } from "vitest";
import { CellCompiler } from "../../kernel-ext/compiler/cell-compiler";
import { pause, useNotebook } from "./notebook";

describe("what stock tslab gets wrong", () => {
  const notebook = useNotebook();

  it.each([3_000, 100_000])("delivers %i lines whole and in order", async (count) => {
    const { status, stdout } = await notebook().run(
      `for (let i = 0; i < ${count}; i++) console.log("line", i);`,
    );
    expect(status).toBe("ok");
    expect(stdout).toBe(Array.from({ length: count }, (_, i) => `line ${i}\n`).join(""));
  });

  it("delivers every line of a loop that yields now and then", async () => {
    const code = `for (let i = 0; i < 3000; i++) { process.stdout.write(i + "\\r"); if (i % 50 === 0) await new Promise(r => setTimeout(r, 1)); }`;
    const { stdout } = await notebook().run(code);
    expect(stdout).toBe(Array.from({ length: 3000 }, (_, i) => `${i}\r`).join(""));
  });

  it("skips no cell that was sent after an error reply", async () => {
    expect((await notebook().run(`throw new Error("first")`)).status).toBe("error");
    expect((await notebook().run(`"after"`)).text).toBe("'after'");
  });

  it("skips no cell when errors are allowed, even when all were sent at once", async () => {
    const cells = ["throw 1", "2", "throw 3", "4"].map((code) =>
      notebook().run(code, { stopOnError: false }),
    );
    const outputs = await Promise.all(cells);
    expect(outputs.map(({ status }) => status)).toEqual(["error", "ok", "error", "ok"]);
    expect(outputs.map(({ text }) => text)).toEqual([undefined, "2", undefined, "4"]);
  });

  it("aborts exactly what was queued behind an error, and says so", async () => {
    const cells = [`await new Promise(r => setTimeout(r, 300)); throw new Error("x")`, "1", "2"];
    const outputs = await Promise.all(cells.map((code) => notebook().run(code)));
    expect(outputs.map(({ status }) => status)).toEqual(["error", "aborted", "aborted"]);
    expect((await notebook().run("3")).text).toBe("3");
  });

  it("lets closures and later cells agree on a variable", async () => {
    const cells = ["let cnt = 0; function inc() { cnt++ }; const read = () => cnt", "cnt = 100; inc(); cnt"];
    expect(await notebook().value(...cells)).toBe("101");
    expect(await notebook().value("inc(); cnt += 10; inc(); read()")).toBe("113");
  });

  it("shows a variable that a timer of an earlier cell changed", async () => {
    await notebook().value("let late = 1; setTimeout(() => { late = 2 }, 100)");
    await pause(300);
    expect(await notebook().value("late")).toBe("2");
  });

  it("reports the true line and column with an excerpt and no frames of the kernel", async () => {
    const code = [
      "interface A { x: number }",
      "type B = A & { y: number };",
      "",
      "function boom(b: B): never {",
      "  throw new RangeError(`bad ${b.x}`);",
      "}",
      "boom({ x: 1, y: 2 });",
    ];
    const { ename, evalue, traceback, count } = await notebook().run(code.join("\n"));
    expect([ename, evalue]).toEqual(["RangeError", "bad 1"]);
    expect(traceback).toContain(`at boom (cell[${count}].ts:5:9)`);
    expect(traceback).toContain(`at cell[${count}].ts:7:1`);
    expect(traceback).toContain("> 5 |   throw new RangeError(`bad ${b.x}`);");
    expect(traceback).not.toMatch(/kernel-ext|node:internal|node:vm|__cell__/);
  });

  it.each([
    ["printed", "try {\n  throw new Error('caught');\n} catch (error) {\n  console.error(error);\n}", 2],
    ["printed by its stack", "const caught = new Error('caught');\nconsole.error(caught.stack)", 1],
    ["traced", "const here = 'caught';\n\nconsole.trace('Error: ' + here)", 3],
  ])("shows true lines of an error that is %s", async (_, code, line) => {
    const { stderr, count } = await notebook().run(`type Gone = 1;\n${code}`);
    expect(stderr).toMatch(/Error: caught\n/);
    expect(stderr).toContain(`cell[${count}].ts:${line + 1}:`);
    expect(stderr).not.toMatch(/kernel-ext|node:internal|node:vm|__cell__/);
  });

  it("shows the true line of an error that is a value", async () => {
    const { text, count } = await notebook().run("interface Gone {}\n\nnew Error('value')");
    expect(text).toBe(`Error: value\n    at cell[${count}].ts:3:1`);
  });

  it("traces through async functions and earlier cells", async () => {
    const first = await notebook().run(
      "async function deep(n: number) {\n  await null;\n  throw new Error('deep ' + n);\n}",
    );
    const { traceback, count } = await notebook().run("const zero = 0;\nawait deep(zero + 1);");
    expect(traceback).toContain(`at deep (cell[${first.count}].ts:3:9)`);
    expect(traceback).toContain(`at async cell[${count}].ts:2:1`);
  });

  it("calls back after process.stdout.write", async () => {
    const code = `await new Promise<void>((resolve) => process.stdout.write("written", () => resolve())); "called"`;
    const { stdout, text } = await notebook().run(code);
    expect([stdout, text]).toEqual(["written", "'called'"]);
  });
});

describe("a loop at top level", () => {
  it("runs on true locals: no slot, no proxy and no call on its path", () => {
    const compiler = new CellCompiler({
      folder: "/nowhere",
      clone: process.cwd(),
      given: new Map(),
      aliases: new Map(),
    });
    compiler.compile("let total = 0;", 1);
    compiler.commit(1);
    const { compiled } = compiler.compile(
      "let a = 0;\nfor (let i = 0; i < 1e8; i++) { a += i; total += 1 }",
      2,
    );
    const loop = /for \([^]*?\n {4}\}/.exec(compiled!.code)?.[0];
    expect(loop).toMatch(/a \+= i;\s+total \+= 1;/);
    expect(loop!.replace("$T_[$G_[0]];", "")).not.toMatch(/\$|\(.*\(/);
  });
});
