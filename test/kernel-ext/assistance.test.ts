// Completion, hover, is_complete, history and magics, through the protocol.

import { describe, expect, it } from "vitest";
import { useNotebook } from "./notebook";

const notebook = useNotebook();

describe("completion", () => {
  it("is typed, and says of what sort each entry is", async () => {
    await notebook().value(
      "interface Deep { alpha: number; beta(): string }; const deep: Deep = { alpha: 1, beta: () => '' }",
    );
    const { matches, metadata, cursor_start, cursor_end } = await notebook().client.complete("deep.");
    expect(matches).toEqual(["alpha", "beta"]);
    expect([cursor_start, cursor_end]).toEqual([5, 5]);
    expect(metadata["_jupyter_types_experimental"]).toEqual([
      { text: "alpha", type: "property", start: 5, end: 5 },
      { text: "beta", type: "function", start: 5, end: 5 },
    ]);
  });

  it.each([
    ["names of the cell and of earlier cells", "const localName = 1; dee", "deep"],
    ["inside an open call", "deep.alpha.toFixed(dee", "deep"],
    ["inside an open template", "`${deep.al", "alpha"],
    ["keys of an object literal", "const other: Deep = { al", "alpha"],
    ["members of a union of strings", "const mode: 'train' | 'test' = '", "train"],
    ["arguments that are unions of strings", "function pick(n: 'left' | 'right') {}; pick('r", "right"],
    ["import paths: packages", "import {} from 'vega-li", "vega-lite"],
    ["import paths: node modules", "import {} from 'node:pat", "node:path"],
    [
      "members right after the dot, beside a key that needs brackets",
      "const odd = { plain: 1, 'odd key': 2 }; odd.",
      "plain",
    ],
    ["members of strings, which have symbols too", "'abc'.", "charAt"],
    ["members of what may be undefined", "declare const may: Deep | undefined; may.al", "?.alpha"],
    ["keys in brackets", "const odd = { 'odd key': 2 }; odd['odd k", "odd key"],
    ["unions of several words", "const phrase: 'two words' | 'one' = 'two w", "two words"],
    ["names of a package", "import { compil } from 'vega-lite'", "compile"],
  ])("knows %s", async (_, code, expected) => {
    const cursor = code.endsWith("'vega-lite'") ? code.indexOf("compil") + 6 : code.length;
    expect((await notebook().client.complete(code, cursor)).matches).toContain(expected);
  });

  it("asks the value itself where the type is any, without running its getters", async () => {
    await notebook().value(
      `const parsed = JSON.parse('{"first": {"inner": 1}, "second": 2}'); let ran = 0;
       const tricky: any = { get danger() { ran++; return { x: 1 } }, safe: 1 }; 0`,
    );
    const names = async (code: string): Promise<readonly string[]> =>
      (await notebook().client.complete(code)).matches;
    expect(await names("parsed.")).toEqual(["first", "second"]);
    expect(await names("parsed.first.in")).toEqual(["inner"]);
    expect(await names("tricky.")).toEqual(["danger", "safe"]);
    expect(await names("tricky.danger.")).toEqual([]);
    expect(await notebook().value("ran")).toBe("0");
    expect(await names("process.env.PAT")).toContain("PATH");
  });

  it("knows files beside the notebook in import paths", async () => {
    notebook().write("beside.ts", "export const here = 1;");
    expect((await notebook().client.complete("import {} from './bes")).matches).toContain("beside");
  });

  it("counts the cursor in code points", async () => {
    const { matches, cursor_start, cursor_end } = await notebook().client.complete("'😀😀'; deep.al; 1", 13);
    expect([matches, cursor_start, cursor_end]).toEqual([["alpha"], 11, 13]);
  });

  it("goes on while a cell computes", async () => {
    let isDone = false;
    const cell = notebook()
      .run("const until = Date.now() + 1500; while (Date.now() < until);")
      .then(() => (isDone = true));
    const { matches } = await notebook().client.complete("deep.al");
    const isAlive = await notebook().client.heartbeat();
    expect([matches, isAlive, isDone]).toEqual([["alpha"], true, false]);
    await cell;
  });
});

describe("hover", () => {
  it("gives signature and documentation", async () => {
    await notebook().value(
      "/** Adds one.\n * @param n the number\n */\nfunction addOne(n: number): number { return n + 1 }",
    );
    const { found, data } = await notebook().client.inspect("addOne(3)", 3);
    expect(found).toBe(true);
    expect(data["text/plain"]).toBe("function addOne(n: number): number\n\nAdds one.\n\n@param n the number");
    expect(data["text/markdown"]).toContain("```typescript\nfunction addOne(n: number): number\n```");
  });

  it("describes the call when the cursor is among its arguments", async () => {
    expect((await notebook().client.inspect("addOne( ", 8)).data["text/plain"]).toContain("function addOne");
  });

  it("finds nothing in a comment", async () => {
    expect(await notebook().client.inspect("// words", 4)).toMatchObject({ status: "ok", found: false });
    expect(await notebook().client.inspect("nobodyKnows", 4)).toMatchObject({ status: "ok", found: false });
  });
});

describe("is_complete", () => {
  it.each([
    ["1 + 1", "complete"],
    ["", "complete"],
    ["if (a) {\n  b()\n}", "complete"],
    ["`a\nb`", "complete"],
    ["const a = () =>", "incomplete"],
    ["function f() {", "incomplete"],
    ["`open", "incomplete"],
    ["/* open", "incomplete"],
    ["f(1,\n  [", "incomplete"],
    ["const const", "invalid"],
    ["a b c", "invalid"],
    ["'open", "invalid"],
    ["}", "invalid"],
  ])("%j is %s", async (code, status) => {
    expect((await notebook().client.isComplete(code)).status).toBe(status);
  });

  it("gives the indent of open brackets", async () => {
    expect(await notebook().client.isComplete("f(() => {")).toEqual({ status: "incomplete", indent: "    " });
  });
});

describe("history", () => {
  it("answers tail, range and search, and keeps no secrets", async () => {
    const before = (await notebook().run("0")).count!;
    await notebook().value("const apple = 1", "const token = 'hf_abcdefghijklmnopqrstuvwx'", "apple + 1");
    const { client } = notebook();
    expect((await client.history({ hist_access_type: "tail", n: 2 })).history).toEqual([
      [0, before + 1, "const apple = 1"],
      [0, before + 3, "apple + 1"],
    ]);
    expect(
      (await client.history({ hist_access_type: "range", session: 0, start: before + 1, stop: before + 2 }))
        .history,
    ).toEqual([[0, before + 1, "const apple = 1"]]);
    const found = await client.history({
      hist_access_type: "search",
      pattern: "*apple*",
      unique: true,
      n: 10,
    });
    expect(found.history.map(([, , input]) => input)).toEqual(["const apple = 1", "apple + 1"]);
  });
});

describe("requests that ask for less", () => {
  it("silent shows nothing and counts nothing", async () => {
    const { count } = await notebook().run("0");
    const silent = await notebook().run("const quiet = 5; quiet", { silent: true });
    expect([silent.text, silent.count]).toEqual([undefined, count]);
    expect(silent.messages.filter(({ header }) => header.msg_type !== "status")).toEqual([]);
    expect((await notebook().run("quiet")).text).toBe("5");
  });

  it("store_history: false is not counted", async () => {
    const { count } = await notebook().run("0");
    const output = await notebook().run("'shown'", { storeHistory: false });
    expect([output.text, output.count]).toEqual(["'shown'", count]);
  });

  it("user_expressions are computed after the cell", async () => {
    const { expressions } = await notebook().run("const ux = 20", {
      userExpressions: { double: "ux * 2", wrong: "nope.x" },
    });
    expect(expressions["double"]).toEqual({ status: "ok", data: { "text/plain": "40" }, metadata: {} });
    expect(expressions["wrong"]).toMatchObject({ status: "error", ename: "TypeError" });
  });
});

describe("magics", () => {
  it.each([
    ["%time 1 + 2", /^time: [\d.]+ (µs|ms|s)\n$/, "3"],
    ["%time const timed = 4\ntimed", /^time: /, "4"],
    ["%%time\n5", /^time: .* s with compiling\n$/, "5"],
    ["%timeit 1 + 1", /^best [\d.e-]+ (µs|ms), median .* of 7 x \d+ runs\n$/, undefined],
    ["await magics.time(() => 6)", /^time: /, "6"],
    ["const modulo = 7\n% 4; modulo", /^$/, "3"],
  ])("%j", async (code, stdout, text) => {
    const output = await notebook().run(code);
    expect(output.status, output.traceback).toBe("ok");
    expect(output.stdout).toMatch(stdout);
    expect(output.text).toBe(text);
  });

  it.each([["html"], ["markdown"], ["latex"]])("%%%%%s shows the cell", async (name) => {
    expect((await notebook().run(`%%${name}\n<b>$x$</b>`)).displays).toEqual([
      { [`text/${name}`]: "<b>$x$</b>", "text/plain": "<b>$x$</b>" },
    ]);
  });

  it("%types decides what a type error does", async () => {
    const wrong = "const wrongly: string = 5; wrongly";
    expect((await notebook().run(wrong)).status).toBe("error");
    const loose = await notebook().run(`%types loose\n${wrong}`);
    expect([loose.status, loose.text]).toEqual(["ok", "5"]);
    expect(loose.stderr).toMatch(/cell\[\d+\]\.ts:2:7 - TS2322/);
    const off = await notebook().run(`%types off\n${wrong}`);
    expect([off.status, off.stderr]).toEqual(["ok", ""]);
    expect((await notebook().run(`%types strict\n${wrong}`)).status).toBe("error");
  });

  it("%strict off allows implicit any", async () => {
    expect((await notebook().run("function loose1(x) { return x }")).status).toBe("error");
    expect((await notebook().run("%strict off\nfunction loose1(x) { return x }")).status).toBe("ok");
    await notebook().run("%strict on");
  });

  it("%run runs a file and the cells of a notebook here", async () => {
    notebook().write("part.ts", "const fromPart = 11;");
    notebook().write(
      "part.ipynb",
      JSON.stringify({
        cells: [
          { cell_type: "code", source: ["const one1 = 1\n", "one1"] },
          { cell_type: "markdown", source: "#" },
          { cell_type: "code", source: "const two2 = one1 + 1" },
        ],
      }),
    );
    expect(await notebook().value("%run part.ts", "%run part.ipynb", "[fromPart, one1, two2]")).toBe(
      "[ 11, 1, 2 ]",
    );
  });

  it("magics.run does the same within a cell, which goes on afterwards with its own names and output", async () => {
    notebook().write("again.ts", 'const fromAgain = 7;\nconsole.log("in the file");');
    const run = await notebook().run(
      'const before = 1;\nconsole.log("before");\nawait magics.run("again.ts");\nconsole.log("after", before);',
    );
    expect(run.status).toBe("ok");
    expect(run.stdout).toBe("before\nin the file\nafter 1\n");
    expect(await notebook().value("[fromAgain, before]")).toBe("[ 7, 1 ]");
  });

  it("%who and %reset know the names", async () => {
    await notebook().value("let whoMe = 1");
    expect((await notebook().run("%who")).stdout).toMatch(/^let {8}whoMe$/m);
    await notebook().run("%reset");
    expect((await notebook().run("whoMe")).evalue).toContain("Cannot find name 'whoMe'");
    expect((await notebook().run("%who")).stdout).toBe("no names yet\n");
  });

  it("%seed and %engine set what the next open() reads", async () => {
    expect(
      await notebook().value("%seed 7\n%engine cpu", "[process.env.RELATA_SEED, process.env.RELATA_ENGINE]"),
    ).toBe("[ '7', 'cpu' ]");
  });

  it("%reload off keeps edited modules as they were", async () => {
    notebook().write("kept.ts", "export const kept = 1;");
    await notebook().value("%reload off", "import { kept } from './kept'");
    notebook().write("kept.ts", "export const kept = 2;");
    expect(await notebook().value("import { kept } from './kept'; kept")).toBe("1");
    expect(await notebook().value("%reload on\nimport { kept } from './kept'; kept")).toBe("2");
  });

  it("%help pages what a name is", async () => {
    const reply = await notebook().client.execute("%help Math.abs");
    expect(JSON.stringify(reply.payload)).toContain("absolute value");
  });

  it.each([
    ["%nope", /^%nope is no magic: known are %time, /],
    ["%%nope", /^%%nope is no magic/],
    ["%types sometimes", /^%types takes strict, loose, off, not "sometimes"$/],
    ["%npm publish", /^%npm publish is not offered/],
    ["%npm install --global x", /^"--global" is no package name/],
    ["%npm install x;rm", /is no package name/],
    ["%run nothing.ts", /there is no file/],
    ["%run", /there is no file/],
  ])("%s is refused in one sentence", async (code, sentence) => {
    expect((await notebook().run(code)).evalue).toMatch(sentence);
  });
});
