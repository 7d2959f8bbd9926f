// The `relata` command: help, unknown names, exit codes, and what goes to stdout.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { commandNames, loadCommand, runCommand } from "../../src/cli/main";
import { relata } from "./relata";

/** Runs a command in this process and returns what it wrote. */
async function inProcess(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const code = await runCommand(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    isTerminal: false,
    now: () => 0,
  });
  return { code, stdout, stderr };
}

describe("relata", () => {
  it("has the commands that set-up and its README name", () => {
    expect(commandNames()).toEqual(expect.arrayContaining(["doctor", "setup"]));
  });

  for (const name of commandNames()) {
    it(`explains ${name} with --help and runs nothing`, async () => {
      const { code, stdout, stderr } = await inProcess(name, "--help");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^relata ${name}\\b`));
      expect((await inProcess("help", name)).stdout).toBe(stdout);
    });

    it(`lists ${name} under its own name`, async () => {
      const command = await loadCommand(name);
      expect(command.name).toBe(name);
      expect((await inProcess("--help")).stdout).toContain(`  ${name.padEnd(10)} ${command.summary}\n`);
    });
  }

  it("fails without a command, but shows them all", async () => {
    const { code, stdout } = await inProcess();
    expect(code).toBe(1);
    expect(stdout).toContain("doctor");
  });

  it("names the nearest command for an unknown one", async () => {
    const { code, stdout, stderr } = await inProcess("docter");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^relata: unknown command "docter": did you mean "doctor"\? known: .*\n$/);
  });

  it("names the nearest option for an unknown one", async () => {
    const { code, stderr } = await inProcess("doctor", "--jsno");
    expect(code).toBe(1);
    expect(stderr).toBe('relata: unknown option "--jsno": did you mean "--json"? known: --json\n');
  });

  it("prints the version of package.json", async () => {
    const { version } = JSON.parse(
      fs.readFileSync(path.resolve(__dirname, "..", "..", "package.json"), "utf8"),
    );
    expect((await inProcess("--version")).stdout).toBe(`${version}\n`);
  });

  it("exits with 1 and one sentence as a process", async () => {
    const { code, stdout, stderr } = await relata(["seutp"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^relata: unknown command "seutp": did you mean "setup"\?.*\n$/);
  });

  it("says to run npm start where the packages are missing", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-bare-"));
    const launcher = path.join(folder, "src", "cli", "relata.cjs");
    fs.mkdirSync(path.dirname(launcher), { recursive: true });
    fs.copyFileSync(path.resolve(__dirname, "..", "..", "src", "cli", "relata.cjs"), launcher);
    const { code, stderr } = await relata(["doctor"], { NODE_PATH: "" }, launcher);
    fs.rmSync(folder, { recursive: true });
    expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
    expect(stderr).toMatch(/^relata: the packages are not installed: type npm start in .* first/);
  });
});
