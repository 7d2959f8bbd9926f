// Stock tslab itself: it has each of the defects that six-defects.test.ts guards against, and the library works in it.

import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startKernel, type ExecuteOptions, type KernelClient } from "../../kernel-ext/client";
import { pause } from "./notebook";

const clone = path.resolve(__dirname, "..", "..");
let client: KernelClient;

beforeAll(async () => {
  const main = path.join(clone, "node_modules", "tslab", "bin", "tslab");
  const argv = [process.execPath, main, "kernel", "--config-path", "{connection_file}"];
  const names = { name: "tslab", displayName: "tslab", language: "typescript" };
  const spec = { ...names, argv, interruptMode: "signal" as const, env: { TF_CPP_MIN_LOG_LEVEL: "2" } };
  client = await startKernel({ spec, cwd: path.join(clone, "notebooks") });
}, 60_000);
afterAll(() => client.shutdown());

/** Runs a cell; tslab skips cells for 200 ms after an error, so that it is given a rest first. */
async function run(
  code: string,
  options: ExecuteOptions & { readonly rest?: number } = {},
): Promise<{ status: string; isIdle: boolean; stdout: string; stderr: string }> {
  await pause(options.rest ?? 300);
  const texts = { stdout: "", stderr: "" };
  const { status, isIdle } = await client.execute(code, {
    idleTimeout: 1000,
    ...options,
    onOutput: ({ header, content }) => {
      if (header.msg_type === "stream") texts[content["name"] as "stdout"] += String(content["text"]);
    },
  });
  return { status, isIdle, ...texts };
}

describe("stock tslab", () => {
  it("skips the cell after an error", async () => {
    expect((await run(`throw new Error("first")`)).status).toBe("error");
    expect((await run(`"after"`, { rest: 0 })).status).toBe("abort");
  });

  it("has closures and later cells that disagree", async () => {
    await run("let cnt = 0; function inc() { cnt++ }");
    expect((await run("cnt = 100; inc(); cnt")).stdout.trim()).not.toBe("101");
  });

  it("is many times slower in a loop at top level", async () => {
    const timed = `const begin = performance.now(); for (let i = 0; i < 3e5; i++) a += i; const took = performance.now() - begin;`;
    const top = await run(`let a = 0; ${timed} console.log(took)`);
    const inside = await run(`(function () { let a = 0; ${timed} console.log(took) })()`);
    expect(Number(top.stdout)).toBeGreaterThan(10 * Number(inside.stdout));
  });

  it("reports another line than the true one, and frames of its own", async () => {
    const code =
      "interface A { x: number }\n\n\nfunction boom(): never {\n  throw new RangeError('bad');\n}\nboom();";
    const { stderr } = await run(code);
    expect(stderr).toContain("RangeError: bad");
    expect(stderr).not.toMatch(/:5:9/);
    expect(stderr).toContain("node:vm");
  });

  it("never calls back after process.stdout.write", async () => {
    const code = `await Promise.race([new Promise((r) => process.stdout.write("written", () => r("called"))), new Promise((r) => setTimeout(() => r("hangs"), 500))])`;
    expect((await run(code)).stdout).toContain("hangs");
  });

  it("runs the library, as JavaScript", async () => {
    const code = `const relata = require("../src/index.cjs"); console.log(relata.Table.from([{ method: "ours", f1: 1 }]).text())`;
    const { status, stdout } = await run(code, { rest: 500 });
    expect(status).toBe("ok");
    expect(stdout).toMatch(/method\s+f1/);
    expect((await run("console.log((await relata.open({ seed: 7 })).seed)")).stdout).toBe("7\n");
  }, 60_000);

  // the last one: tslab does not get over it
  it("loses lines, and never goes idle", async () => {
    const { isIdle, stdout } = await run(`for (let i = 0; i < 3000; i++) console.log("line", i);`);
    expect(isIdle).toBe(false);
    expect(stdout.split("\n").length).toBeLessThan(3000);
  }, 60_000);
});
