import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emittedCode, filesBehind } from "../../src/experiments/module-graph";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-modules-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
}

const behind = (entry: string, counts: (file: string) => boolean = () => true): string[] =>
  filesBehind(path.join(folder, entry), counts).map((file) => path.relative(folder, file));

describe("the files behind a file", () => {
  it("follows a name through index files to where it is defined", () => {
    write({
      "entry.ts": 'import { one } from "./room"; export const result = one();',
      "room/index.ts":
        'export * from "./one"; export * from "./two"; export { three as third } from "./three";',
      "room/one.ts": 'import { third } from "."; export const one = () => third;',
      "room/two.ts": "export const two = 2;",
      "room/three.ts": "export const three = 3;",
    });
    expect(behind("entry.ts")).toEqual(["entry.ts", "room/one.ts", "room/three.ts"]);
  });

  it("leaves out what is used as a type only", () => {
    write({
      "entry.ts":
        'import { Shape } from "./shape"; import type { Size } from "./size"; export const size = (s: Shape): Size => s.size;',
      "shape.ts": "export interface Shape { size: number }",
      "size.ts": "export type Size = number;",
    });
    expect(behind("entry.ts")).toEqual(["entry.ts"]);
  });

  it("keeps a file that acts when it is loaded, whatever name is asked for", () => {
    write({
      "entry.ts": 'import { one } from "./room"; export const result = one;',
      "room/index.ts": 'export * from "./one"; export * from "./register";',
      "room/one.ts": "export const one = 1;",
      "room/register.ts": 'console.log("registered"); export const two = 2;',
    });
    expect(behind("entry.ts")).toContain("room/register.ts");
  });

  it("takes the whole index file where a name cannot be found, and for namespaces and late imports", () => {
    const room = {
      "room/index.ts": 'export * from "./one"; export * from "./two"; export * as inner from "./inner";',
      "room/one.ts": "export const one = 1;",
      "room/two.ts": "export const two = 2;",
      "room/inner.ts": "export const x = 0;",
    };
    const whole = ["room/index.ts", "room/inner.ts", "room/one.ts", "room/two.ts"];
    write({
      ...room,
      "unknown.ts": 'import { inner } from "./room"; export const result = inner;',
      "all.ts": 'import * as room from "./room"; export const result = room;',
      "late.ts": 'export const later = async () => (await import("./room")).one;',
    });
    for (const entry of ["unknown.ts", "all.ts", "late.ts"])
      expect(behind(entry).filter((file) => file !== entry)).toEqual(whole);
  });

  it("stops at files that do not count, and at circles", () => {
    write({
      "entry.ts": 'import { show } from "./show"; import { two } from "./two"; export const one = show(two);',
      "show.ts": 'import { three } from "./three"; export const show = (x: unknown) => [x, three];',
      "two.ts": 'import { one } from "./entry"; export const two = () => one;',
      "three.ts": "export const three = 3;",
    });
    expect(behind("entry.ts", (file) => !file.endsWith("show.ts"))).toEqual(["entry.ts", "two.ts"]);
  });
});

it("the code that decides is free of comments and types", () => {
  write({
    "plain.ts": "export const twice = (x) => 2 * x;\n",
    "told.ts": "/** Twice. */\nexport const twice = (x: number): number => 2 * x; // told\n",
    "other.ts": "export const twice = (x) => x + x;\n",
  });
  const [plain, told, other] = ["plain.ts", "told.ts", "other.ts"].map((name) =>
    emittedCode(path.join(folder, name)),
  );
  expect(told).toBe(plain);
  expect(other).not.toBe(plain);
});
