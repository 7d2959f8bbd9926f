// Imports in cells: packages of every kind, local modules with reload, errors that say what to do.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { Notebook, useNotebook } from "./notebook";

const notebook = useNotebook();

describe("modules", () => {
  it.each([
    [
      "node: modules",
      [
        "import { join } from 'node:path'; import fs, { existsSync } from 'fs'; [join('a', 'b'), fs.existsSync === existsSync]",
      ],
      "[ 'a/b', true ]",
    ],
    [
      "packages of the clone, CommonJS",
      ["import * as ts5 from 'typescript'; ts5.version.split('.')[0]"],
      "'5'",
    ],
    [
      "ESM-only packages, with types",
      ["import { compile } from 'vega-lite'; typeof compile({ mark: 'point', data: { values: [] } }).spec"],
      "'object'",
    ],
    ["import =", ["import os = require('node:os'); typeof os.cpus"], "'function'"],
    ["dynamic import", ["const { sep } = await import('node:path'); sep.length"], "1"],
    ["require", ["require('node:path').sep.length"], "1"],
    [
      "import.meta and __dirname",
      [
        "[import.meta.url.startsWith('file:'), import.meta.dirname === __dirname, __dirname === process.cwd()]",
      ],
      "[ true, true, true ]",
    ],
    ["import type only", ["import type { Stats } from 'node:fs'; let st: Stats | undefined; st"], undefined],
  ])("%s", async (_, cells, expected) => {
    expect(await notebook().value(...cells)).toBe(expected);
  });

  it("that are not TypeScript fail with file and place", async () => {
    notebook().write("broken.ts", "export const whole = 1;\nexport const = 3;");
    const { ename, evalue } = await notebook().run("import { whole } from './broken'; whole");
    expect(ename).toBe("SyntaxError");
    expect(evalue).toMatch(/broken\.ts:2:14 - TS\d+: /);
  });

  it("reload an edited module and those that import it, with old objects alive", async () => {
    notebook().write("lib/inner.ts", "export const factor: number = 2;");
    notebook().write(
      "lib/outer.ts",
      "import { factor } from './inner';\nexport class Scale { run(n: number) { return n * factor } }",
    );
    const load = "import { Scale } from './lib/outer'; new Scale().run(10)";
    expect(await notebook().value(load, "const before = new Scale(); before.run(1)")).toBe("2");
    notebook().write("lib/inner.ts", "export const factor: number = 3;");
    expect(await notebook().value(load)).toBe("30");
    expect(await notebook().value("[before.run(1), new Scale().run(1)]")).toBe("[ 2, 3 ]");
  });

  it("follow an edit in cells that imported before, unless a cell declared the name anew", async () => {
    notebook().write("live.ts", "export const live: number = 1; export const other: number = 1;");
    await notebook().value(
      "import { live, other } from './live'",
      "const showLive = () => live",
      "const other = 'mine'",
    );
    notebook().write("live.ts", "export const live: number = 2; export const other: number = 2;");
    expect(await notebook().value("[live, showLive(), other]")).toBe("[ 2, 2, 'mine' ]");
    notebook().write("live.ts", "export const live: number = ;");
    expect((await notebook().run("live")).status).toBe("error");
    notebook().write("live.ts", "export const live: number = 3; export const other: number = 2;");
    expect(await notebook().value("live")).toBe("3");
  });

  it("stay as they were loaded when their file is gone", async () => {
    notebook().write("gone.ts", "export const kept: number = 1;");
    await notebook().value("import { kept } from './gone'");
    fs.rmSync(path.join(notebook().folder, "gone.ts"));
    expect(await notebook().value("1 + 1", "typeof kept")).toBe("'number'");
  });

  it("check cells by the tsconfig.json of the folder", async () => {
    notebook().write(
      "tsconfig.json",
      '{ "compilerOptions": { "strict": false, "noImplicitReturns": true, "module": "commonjs" } }',
    );
    const other = await Notebook.start({ folder: notebook().folder });
    try {
      expect((await other.run("function implicit(x) { return x }; implicit(1)")).text).toBe("1");
      expect((await other.run("function some(x: number) { if (x) return 1 }")).evalue).toContain(
        "Not all code paths return a value",
      );
    } finally {
      await other.client.shutdown();
    }
  });

  it("import JSON and resolve .js names to .ts files", async () => {
    notebook().write("data.json", '{ "a": [1, 2] }');
    notebook().write("named.ts", "export const named = 'n';");
    expect(
      await notebook().value(
        "import data from './data.json'; import { named } from './named.js'; [data.a, named]",
      ),
    ).toBe("[ [ 1, 2 ], 'n' ]");
  });

  it("import packages of the notebook's own folder first, CommonJS and import-only", async () => {
    notebook().write(
      "node_modules/own/package.json",
      '{ "name": "own", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }',
    );
    notebook().write("node_modules/own/index.js", "exports.hello = () => 'own';");
    notebook().write("node_modules/own/index.d.ts", "export declare function hello(): string;");
    notebook().write(
      "node_modules/esm/package.json",
      '{ "name": "esm", "version": "1.0.0", "type": "module", "exports": { ".": { "import": { "types": "./index.d.ts", "default": "./index.js" } } } }',
    );
    notebook().write("node_modules/esm/index.js", "export const slow = await Promise.resolve('waited');");
    notebook().write("node_modules/esm/index.d.ts", "export declare const slow: string;");
    expect(
      await notebook().value("import { hello } from 'own'; import { slow } from 'esm'; [hello(), slow]"),
    ).toBe("[ 'own', 'waited' ]");
  });

  it("say in one sentence what is missing", async () => {
    const { evalue } = await notebook().run("const missing = await import('no-such-' + 'package')");
    expect(evalue).toMatch(
      /^cannot find module "no-such-package" from .*: install it with %npm install no-such-package$/,
    );
  });

  it("report errors of a local module at its own line", async () => {
    notebook().write(
      "faulty.ts",
      "interface X { a: 1 }\n\nexport function fail(): never {\n  throw new Error('inside');\n}\n",
    );
    const { traceback } = await notebook().run("import { fail } from './faulty'; fail()");
    expect(traceback).toMatch(/at .*fail \(.*faulty\.ts:4:9\)/);
  });

  it("stop an endless loop in a local module", async () => {
    notebook().write("endless.ts", "export function endless(): void {\n  for (let i = 0; ; i++);\n}\n");
    await notebook().value("import { endless } from './endless'");
    const stuck = notebook().run("await null; endless()");
    setTimeout(() => void notebook().client.interrupt(), 400);
    expect((await stuck).ename).toBe("KeyboardInterrupt");
  });
});
