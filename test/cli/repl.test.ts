// The REPL through a pipe and through a terminal's keys, on the real kernel.

import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KernelClient, startKernel } from "../../kernel-ext/client";
import { runRepl, type Terminal } from "../../src/cli/repl/repl";
import { ownKernel } from "../../src/runner";

let client: KernelClient;
beforeAll(async () => {
  client = await startKernel({ spec: ownKernel() });
});
afterAll(() => client.shutdown());

/** Runs the REPL over `text` as if piped; what it wrote is kept. */
async function piped(text: string): Promise<{ code: number; out: string; err: string }> {
  const streams = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() };
  const terminal: Terminal = { ...streams, isTerminal: false, history: [] };
  streams.input.end(text);
  const { code } = await runRepl(client, terminal);
  return { code, out: String(streams.output.read() ?? ""), err: String(streams.errors.read() ?? "") };
}

describe("relata repl", () => {
  it("shows values and printed text, and joins the lines of one function", async () => {
    const { code, out, err } = await piped(
      "6 * 7\nfunction twice(x: number) {\n  return 2 * x;\n}\ntwice(21)\nconsole.log('printed')\n",
    );
    expect({ code, out, err }).toEqual({ code: 0, out: "42\n42\nprinted\n", err: "" });
  });

  it("ends with 1 at the first error and runs nothing after it", async () => {
    const { code, out, err } = await piped("throw new Error('stop here')\nconsole.log('after')\n");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("stop here");
  });

  it("runs what stands unfinished at the end of the input", async () => {
    expect(await piped("1 + 2")).toMatchObject({ code: 0, out: "3\n" });
  });

  it("completes by the kernel's own types", async () => {
    await piped("const words = ['a', 'b']");
    const input = new PassThrough();
    const output = new PassThrough();
    let seen = "";
    output.on("data", (chunk) => (seen += chunk));
    const ended = runRepl(client, { input, output, errors: output, isTerminal: true, history: [] });
    input.write("words.joi\t");
    while (!seen.includes("join")) await new Promise((resolve) => setTimeout(resolve, 10));
    input.write("('-')\n");
    while (!seen.includes("a-b")) await new Promise((resolve) => setTimeout(resolve, 10));
    input.write("\u0004");
    expect(await ended).toMatchObject({ code: 0, lines: ["words.join('-')"] });
  });
});
