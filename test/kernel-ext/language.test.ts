// TypeScript in cells: everything the language has, types across cells, redeclaration, modules and packages.

import { describe, expect, it } from "vitest";
import { useNotebook } from "./notebook";

const notebook = useNotebook();

describe("values of cells", () => {
  it.each([
    ["the last expression", ["const a = 2; a * 3"], "6"],
    ["nothing after a declaration", ["const b = 1"], undefined],
    ["the expression before a type", ["1 + 1; type T1 = string"], "2"],
    ["a promise as it is", ["Promise.resolve(1)"], "Promise { 1 }"],
    ["an awaited value", ["await Promise.resolve([1, 2])"], "[ 1, 2 ]"],
    ["export default", ["export default 5"], "5"],
    ["null", ["null"], "null"],
    ["undefined shows nothing", ["undefined"], undefined],
    ["an object literal in brackets", ["({ k: 1 })"], "{ k: 1 }"],
    ["an empty cell", [""], undefined],
    ["a comment", ["// only words"], undefined],
  ])("%s", async (_, cells, expected) => {
    expect(await notebook().value(...cells)).toBe(expected);
  });
});

describe("declarations", () => {
  it.each([
    ["const again with another type", ["const r1 = 1", "const r1 = 'x'; r1.length", "r1"], "'x'"],
    [
      "let as const and back",
      ["let r2 = 1", "const r2 = [1]", "let r2 = r2x(); function r2x() { return 9 }; r2"],
      "9",
    ],
    [
      "a class again; old objects keep theirs",
      ["class C1 { v = 1 }; const old = new C1()", "class C1 { w = 2 }", "[old.v, new C1().w]"],
      "[ 1, 2 ]",
    ],
    [
      "an interface with a new shape",
      ["interface I1 { a: number }", "interface I1 { b: string }", "const i1: I1 = { b: 'y' }; i1.b"],
      "'y'",
    ],
    ["an enum", ["enum E1 { A, B = 'b' }", "[E1.A, E1.B]"], "[ 0, 'b' ]"],
    ["a const enum from an earlier cell", ["const enum E2 { X = 7 }", "E2.X"], "7"],
    ["a namespace", ["namespace N1 { export const deep = 3 }", "N1.deep"], "3"],
    [
      "destructuring with defaults and rest",
      [
        "const { p, q: [q1, ...qs], z = 9, ...others } = { p: 1, q: [2, 3, 4], o: 5 } as any",
        "[p, q1, qs, z, others]",
      ],
      "[ 1, 2, [ 3, 4 ], 9, { o: 5 } ]",
    ],
    [
      "let by destructuring, captured",
      ["let [m1, { m2 }] = [1, { m2: 2 }]; const bump = () => { m1++; m2++ }", "bump(); [m1, m2]"],
      "[ 2, 3 ]",
    ],
    ["swap", ["let s1 = 1, s2 = 2", "[s1, s2] = [s2, s1]; [s1, s2]"], "[ 2, 1 ]"],
    [
      "var in a loop head and in a block",
      ["for (var v1 = 0; v1 < 3; v1++); { var v2 = 'in' }", "[v1, v2]"],
      "[ 3, 'in' ]",
    ],
    [
      "export const and export function",
      ["export const x1 = 4; export function x2() { return x1 }", "x2()"],
      "4",
    ],
    [
      "overloads",
      [
        "function ov(a: string): string; function ov(a: number): number; function ov(a: any) { return a }",
        "ov(3)",
      ],
      "3",
    ],
    [
      "a generator and a label",
      [
        "function* g1() { outer: for (let i = 0; ; i++) { for (;;) { if (i > 2) return; yield i; continue outer } } }",
        "[...g1()]",
      ],
      "[ 0, 1, 2 ]",
    ],
    [
      "decorators, accessors, private fields, static blocks",
      [
        "function twice(f: any, _: any) { return function (this: any, ...a: any[]) { return f.apply(this, a) * 2 } }",
        "class D1 { #n = 4; static s = 0; static { D1.s = 3 } accessor k = 5; @twice run() { return this.#n } }",
        "[new D1().run(), D1.s, new D1().k]",
      ],
      "[ 8, 3, 5 ]",
    ],
    [
      "a mixin whose declaration cannot be written",
      [
        "const Mix = <T extends new (...a: any[]) => object>(B: T) => class extends B { private m = 1; n = 2 }",
        "new (Mix(Object))().n",
      ],
      "2",
    ],
    [
      "shorthand properties of captured names",
      ["let sh = 1; function setSh() { sh = 5; return { sh } }", "[setSh(), { sh }]"],
      "[ { sh: 5 }, { sh: 5 } ]",
    ],
    ["a name after a failed cell keeps what was reached", ["let f1 = 1, f2 = 2", "f1"], "1"],
  ])("%s", async (_, cells, expected) => {
    expect(await notebook().value(...cells)).toBe(expected);
  });

  it("keeps a type when only a value of its name is declared, and a value when only a type is", async () => {
    await notebook().value("interface Both<T> { x: T }", "const Both = 3", "const Both = 'again'");
    expect(await notebook().value("const both1: Both<number> = { x: 1 }; [both1.x, Both]")).toBe(
      "[ 1, 'again' ]",
    );
    await notebook().value("let Value1 = 5", "type Value1 = string");
    expect(await notebook().value("const v1s: Value1 = 'text'; Value1++; [v1s, Value1]")).toBe(
      "[ 'text', 6 ]",
    );
    expect((await notebook().run("const wrong1: Both<number> = { x: 'no' }")).status).toBe("error");
  });

  it("keeps names up to the error, and the former meaning of later ones", async () => {
    await notebook().value("const late1 = 'former'");
    const failed = await notebook().run(
      "const early1 = 1; if (early1) throw new Error('x'); const late1 = 2",
    );
    expect(failed.status).toBe("error");
    expect(await notebook().value("[early1, late1]")).toBe("[ 1, 'former' ]");
  });

  it("lets earlier functions follow a redeclared helper when its type fits", async () => {
    const cells = [
      "const helper = (n: number) => n + 1; const use = () => helper(1)",
      "const helper = (n: number) => n + 10",
      "use()",
    ];
    expect(await notebook().value(...cells)).toBe("11");
  });

  it("keeps the old helper for earlier functions when the new type does not fit, and says so", async () => {
    await notebook().value("const helper2 = (n: number) => n + 1; const use2 = () => helper2(1)");
    const changed = await notebook().run("const helper2 = 'text'");
    expect(changed.stderr).toContain('"helper2" has a new type that earlier functions cannot use');
    expect(await notebook().value("[use2(), helper2]")).toBe("[ 2, 'text' ]");
  });
});

describe("asynchronous code", () => {
  it.each([
    [
      "for await",
      [
        "const got: number[] = []; for await (const n of (async function* () { yield 1; yield 2 })()) got.push(n)",
        "got",
      ],
      "[ 1, 2 ]",
    ],
    [
      "for await over promises",
      ["const gp: number[] = []; for await (const n of [Promise.resolve(1), 2]) gp.push(n); gp"],
      "[ 1, 2 ]",
    ],
    [
      "using in a block",
      [
        "const log1: string[] = []; { using u = { [Symbol.dispose]() { log1.push('gone') } }; log1.push('in') }",
        "log1",
      ],
      "[ 'in', 'gone' ]",
    ],
    [
      "using at top level",
      [
        "const log2: string[] = []",
        "using u2 = { [Symbol.dispose]() { log2.push('end') } }; log2.push('run')",
        "log2",
      ],
      "[ 'run', 'end' ]",
    ],
    [
      "await using",
      [
        "const log3: string[] = []",
        "await using u3 = { async [Symbol.asyncDispose]() { log3.push('end') } }; log3.push('run')",
        "log3",
      ],
      "[ 'run', 'end' ]",
    ],
    ["awaited destructuring", ["const { aw } = await Promise.resolve({ aw: 3 }); aw"], "3"],
    ["Promise.all", ["await Promise.all([1, Promise.resolve(2)])"], "[ 1, 2 ]"],
  ])("%s", async (_, cells, expected) => {
    expect(await notebook().value(...cells)).toBe(expected);
  });
});

describe("types", () => {
  it("flow across cells, and errors name the cell's line and column", async () => {
    await notebook().value("interface Point { x: number; y: number }\nconst point: Point = { x: 1, y: 2 }");
    const { status, ename, evalue, traceback, count } = await notebook().run(
      "const fine = 1;\nconst text: string = point.x;",
    );
    expect([status, ename]).toEqual(["error", "TypeError"]);
    expect(evalue).toBe(`Type 'number' is not assignable to type 'string'. (cell[${count}].ts:2:7)`);
    expect(traceback).toContain("2 | const text: string = point.x;\n  |       ~~~~");
  });

  it("check assignments to variables of earlier cells", async () => {
    await notebook().value("let counter1 = 1");
    expect((await notebook().run("counter1 = 'text'")).evalue).toContain(
      "Type 'string' is not assignable to type 'number'",
    );
  });

  it("refuse broken syntax", async () => {
    const { ename, evalue } = await notebook().run("const = 4");
    expect([ename, evalue]).toEqual([
      "SyntaxError",
      expect.stringContaining("Variable declaration expected"),
    ]);
  });

  it("infer generics, unions and classes of earlier cells", async () => {
    await notebook().value(
      "class Box<T> { constructor(readonly value: T) {} map<U>(f: (t: T) => U) { return new Box(f(this.value)) } }",
    );
    await notebook().value("const box = new Box(3).map((n) => ({ n }))");
    expect((await notebook().run("box.value.missing")).evalue).toContain(
      "Property 'missing' does not exist on type '{ n: number; }'",
    );
  });

  it("have no DOM, so that open is not the browser's", async () => {
    expect((await notebook().run("document.title")).evalue).toContain("Cannot find name 'document'");
  });
});
