// Secrets stay out of histories and error reports; packages are installed without their scripts.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { looksSecret, withoutSecrets } from "../../kernel-ext/bridge/secrets";
import { changesOf, npmArguments, type Installed } from "../../kernel-ext/worker/npm";
import { useNotebook } from "./notebook";

const TOKEN = `hf_${"aB3".repeat(8)}`;

// an npm that notes how it was called, and installs a package with an install script
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-npm-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
fs.writeFileSync(
  path.join(folder, "npm"),
  `#!/bin/sh
echo "$PWD $*" >> "${folder}/calls.txt"
mkdir -p node_modules/left
echo '{"packages":{"node_modules/left":{"version":"2.0.0","hasInstallScript":true}}}' > node_modules/.package-lock.json
echo '{"name":"left","version":"2.0.0","main":"index.js"}' > node_modules/left/package.json
echo 'exports.side = "left"' > node_modules/left/index.js
echo 'export declare const side: string' > node_modules/left/index.d.ts
echo "added 1 package"
`,
  { mode: 0o755 },
);

const notebook = useNotebook({ env: { PATH: `${folder}:${process.env["PATH"]}` } });

describe("text that looks secret", () => {
  it.each([
    [TOKEN, "hf_…"],
    [`sk-${"a1".repeat(10)} and more`, "sk-… and more"],
    [`const apiKey = "0123456789";`, `const apiKey = "…";`],
    [`{ "password": "correct-horse" }`, `{ "password": "…" }`],
  ])("%s is masked", (text, masked) => {
    expect([looksSecret(text), withoutSecrets(text)]).toEqual([true, masked]);
  });

  it.each([
    "hf_short",
    "const token = next()",
    "a password is asked for",
    "tokens: 30522",
    "risk-averse-people-often-hedge",
  ])("%s is not", (text) => {
    expect([looksSecret(text), withoutSecrets(text)]).toEqual([false, text]);
  });

  it("is masked in errors of a cell, in their excerpt and in complaints of TypeScript", async () => {
    const thrown = await notebook().run(`throw new Error("no access with ${TOKEN}")`);
    expect(thrown.evalue).toBe("no access with hf_…");
    expect(JSON.stringify(thrown.messages.filter(({ header }) => header.msg_type === "error"))).not.toContain(
      TOKEN,
    );
    const refused = await notebook().run(`const count: number = "${TOKEN}"`);
    expect(refused.traceback).toContain('"hf_…"');
    expect(refused.traceback).not.toContain(TOKEN);
  });

  it("is masked when it was typed at a password prompt", async () => {
    const code = `const typed = password(); throw new Error("refused: " + typed)`;
    const output = await notebook().run(code, { onInput: () => "correct horse" });
    expect(output.evalue).toBe("refused: …");
    expect(output.traceback).not.toContain("correct horse");
    const { history } = await notebook().client.history();
    expect(JSON.stringify(history)).not.toMatch(/correct horse|hf_a/);
  });
});

describe("%npm install", () => {
  it("installs into the notebook's folder without scripts, says what came, and it can be imported", async () => {
    const output = await notebook().run('%npm install left\nimport { side } from "left"; side.toUpperCase()');
    expect(output.stdout).toContain("added left@2.0.0 (its install script was not run)");
    expect(output.text).toBe("'LEFT'");
    const [call = ""] = fs.readFileSync(path.join(folder, "calls.txt"), "utf8").split("\n");
    const here = fs.realpathSync(notebook().folder);
    expect(call).toMatch(new RegExp(`^${here} install left --ignore-scripts .*--prefix ${here}`));
    expect(call).toContain("--no-package-lock");
    expect(fs.existsSync(path.join(here, "package-lock.json"))).toBe(false);
  });

  it("is offered when a package is missing", async () => {
    const { evalue } = await notebook().run('import { x } from "@scope/absent/deep"');
    expect(evalue).toContain("Install it with %npm install @scope/absent");
    const own = await notebook().run('import { x } from "./absent"');
    expect(own.evalue).not.toContain("%npm");
  });

  it("never touches the clone itself", () => {
    expect(() => npmArguments("install left", "/clone", "/clone")).toThrow(/would change the clone itself/);
    expect(npmArguments("install left", "/clone/notebooks", "/clone")).toContain("--no-package-lock");
  });

  it("tells additions, changes and removals apart", () => {
    const of = (...packages: [string, string][]): Installed =>
      new Map(packages.map(([name, version]) => [name, { version, hasInstallScript: false }]));
    expect(changesOf(of(["a", "1"], ["b", "1"], ["c", "1"]), of(["b", "2"], ["c", "1"], ["d", "1"]))).toEqual(
      ["changed b from 1 to 2", "added d@1", "removed a@1"],
    );
  });
});
