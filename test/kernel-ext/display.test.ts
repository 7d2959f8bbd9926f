// What values look like: results, displays, updates, text streams, questions, comms.

import { describe, expect, it } from "vitest";
import { pause, useNotebook } from "./notebook";

const notebook = useNotebook();

describe("results", () => {
  it("show what an object says of itself, also when it takes time", async () => {
    const { result } = await notebook().run(
      `({ async [Symbol.for("Jupyter.display")]() { await null; return { "text/html": "<b>own</b>", "text/plain": "own" } } })`,
    );
    expect(result).toEqual({ "text/html": "<b>own</b>", "text/plain": "own" });
  });

  it("always have text", async () => {
    const { result } = await notebook().run(
      `class Shown { [Symbol.for("Jupyter.display")]() { return { "image/svg+xml": "<svg/>" } } }; new Shown()`,
    );
    expect(result).toEqual({ "image/svg+xml": "<svg/>", "text/plain": "[Shown]" });
  });

  it("report an error of the object's own display as the cell's error", async () => {
    const { status, evalue } = await notebook().run(
      `({ [Symbol.for("Jupyter.display")]() { throw new Error("cannot show") } })`,
    );
    expect([status, evalue]).toEqual(["error", "cannot show"]);
  });

  it.each([
    ["new Map([[1, new Set(['a'])]])", "Map(1) { 1 => Set(1) { 'a' } }"],
    ["Promise.resolve(2)", "Promise { 2 }"],
    ["new Float32Array([1, 2, 3])", "Float32Array(3) [ 1, 2, 3 ]"],
    [
      "Float64Array.from({ length: 1000 }, (_, i) => i / 3)",
      expect.stringMatching(/^Float64Array\(1000\) \[0, 0\.33333, .*, … .*333\]$/),
    ],
    ["'<script>'", "'<script>'"],
    ["10n ** 20n", "100000000000000000000n"],
  ])("%s as text", async (code, expected) => {
    expect(await notebook().value(code)).toEqual(expected);
  });

  it("show tensors with shape, type and head; disposed ones say so", async () => {
    const tf = "import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu';";
    expect(await notebook().value(`${tf} const t = tf.tensor([[1, 2.5], [3, 4]]); t`)).toBe(
      "Tensor float32 [2, 2]\n[[1, 2.5],\n [3, 4]]",
    );
    expect(await notebook().value("t.dispose(); t")).toBe("Tensor float32 [2, 2] (disposed)");
    expect(await notebook().value("tf.range(0, 100)")).toBe("Tensor float32 [100]\n[0, 1, 2, 3, 4, 5, …]");
  });

  it("show data frames as tables with every text escaped", async () => {
    const { result } = await notebook().run(
      "import * as dfd from 'danfojs-node'; new dfd.DataFrame({ '<img onerror=x>': ['<script>', 'b'], n: [1, 2.5] })",
    );
    const html = String(result?.["text/html"]);
    expect(html).toContain("<th>&lt;img onerror=x&gt;</th><th>n</th>");
    expect(html).toContain("<td>&lt;script&gt;</td><td>1</td>");
    expect(html).not.toMatch(/<script|<img/);
    expect(result?.["application/vnd.dataresource+json"]).toMatchObject({ data: [{ n: 1 }, { n: 2.5 }] });
  });

  it.each(["v4", "v5", "v6", "v7"])(
    "show a vega-lite %s specification under the key that JupyterLab draws, with an SVG",
    async (version) => {
      const code = `({ $schema: "https://vega.github.io/schema/vega-lite/${version}.json", data: { values: [{ a: 1 }] }, mark: "point", encoding: { x: { field: "a", type: "quantitative" } } })`;
      const { result } = await notebook().run(code);
      expect(result?.["application/vnd.vegalite.v5+json"]).toMatchObject({
        $schema: "https://vega.github.io/schema/vega-lite/v5.json",
        mark: "point",
      });
      expect(String(result?.["image/svg+xml"])).toMatch(/^<svg/);
    },
  );

  it("show image bytes as images", async () => {
    const { result } = await notebook().run("new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2])");
    expect(result).toEqual({ "image/png": "iVBORwEC", "text/plain": "[image/png, 6 bytes]" });
  });

  it("go through formatters that a cell adds", async () => {
    await notebook().value(
      "class Celsius { constructor(readonly d: number) {} }; addFormatter((v) => v instanceof Celsius ? { 'text/html': `${v.d} °C` } : undefined); 0",
    );
    expect((await notebook().run("new Celsius(3)")).result?.["text/html"]).toBe("3 °C");
  });
});

describe("display", () => {
  it("escapes what is put into html, svg and md templates, unless it is made by them", async () => {
    const { displays } = await notebook().run(
      "const bad = '<script>`*'; display(html`<i>${bad}${html`<b>`}${[1, '&']}</i>`); display(svg`<text>${bad}</text>`); display(md`# ${bad}`)",
    );
    expect(displays.map((bundle) => Object.values(bundle)[0])).toEqual([
      "<i>&lt;script&gt;`*<b>1&amp;</i>",
      "<text>&lt;script&gt;`*</text>",
      "# &lt;script&gt;\\`\\*",
    ]);
  });

  it.each([
    ["display.html('<b>x</b>')", "text/html", "<b>x</b>"],
    ["display.markdown('# x')", "text/markdown", "# x"],
    ["display.latex('$x$')", "text/latex", "$x$"],
    ["display.svg('<svg/>')", "image/svg+xml", "<svg/>"],
    ["display.png(new Uint8Array([1, 2]))", "image/png", "AQI="],
    ["display.json({ a: [1] })", "application/json", { a: [1] }],
    ["import * as tslab from 'tslab'; tslab.display.html('<i>t</i>')", "text/html", "<i>t</i>"],
  ])("%s", async (code, mime, content) => {
    const { displays } = await notebook().run(`${code};0`);
    expect(displays[0]?.[mime]).toEqual(content);
  });

  it("updates by id, from the cell and from a later one", async () => {
    const first = await notebook().run("const handle = display('one'); handle.update('two'); 0");
    const id = (message: { content: Record<string, unknown> } | undefined): unknown =>
      (message?.content["transient"] as { display_id: string }).display_id;
    const [shown, updated] = first.messages.filter(({ header }) => /display_data$/.test(header.msg_type));
    expect([shown?.header.msg_type, updated?.header.msg_type]).toEqual([
      "display_data",
      "update_display_data",
    ]);
    expect(id(updated)).toBe(id(shown));
    const later = await notebook().run("handle.update('three'); 0");
    const again = later.messages.find(({ header }) => header.msg_type === "update_display_data");
    expect([id(again), again?.content["data"]]).toEqual([id(shown), { "text/plain": "'three'" }]);
  });

  it("keeps displays and text in the order of the code", async () => {
    const { messages } = await notebook().run(
      "console.log('a'); display('b'); console.error('c'); console.log('d'); 'e'",
    );
    const kinds = messages.map(
      ({ header, content }) => `${header.msg_type}:${String(content["text"] ?? "").trim()}`,
    );
    expect(kinds.filter((kind) => /^(stream|display|execute_result)/.test(kind))).toEqual([
      "stream:a",
      "display_data:",
      "stream:c",
      "stream:d",
      "execute_result:",
    ]);
  });

  it("clears the output", async () => {
    const { messages } = await notebook().run(
      "console.log('gone'); clearOutput({ wait: true }); console.log('kept')",
    );
    expect(messages.find(({ header }) => header.msg_type === "clear_output")?.content).toEqual({
      wait: true,
    });
  });

  it("moves a progress bar in place", async () => {
    const { displays, messages } = await notebook().run(
      "for (const x of progress([1, 2, 3], 'work <b>')) await new Promise(r => setTimeout(r, 120))",
    );
    expect(displays).toHaveLength(1);
    const last = messages.filter(({ header }) => header.msg_type === "update_display_data").at(-1);
    const html = (last?.content["data"] as Record<string, string>)["text/html"];
    expect(html).toMatch(/^<progress value="3" max="3".*work &lt;b&gt;: 3 of 3/);
  });

  it("can be reached by library code through the published session", async () => {
    const code = `const s = (globalThis as any)[Symbol.for("relata.session")]; const id = s.display({ "text/plain": "lib" }); s.display({ "text/plain": "new" }, { id, update: true }); [s.signal() === cell.signal, s.signal().aborted]`;
    const { displays, text } = await notebook().run(code);
    expect([displays, text]).toEqual([[{ "text/plain": "lib" }], "[ true, false ]"]);
  });
});

describe("late output", () => {
  it("goes to the cell that started it, while another runs", async () => {
    const first = await notebook().run(
      "setTimeout(() => { console.log('late'); display('late too') }, 300); 0",
    );
    const second = await notebook().run(
      "for (let i = 0; i < 6; i++) { await new Promise(r => setTimeout(r, 100)); console.log('second') }",
    );
    await pause(200);
    expect(second.stdout).toBe("second\n".repeat(6));
    expect(first.messages.filter(({ header }) => header.msg_type === "stream")).toHaveLength(0);
  });
});

it("a display at the end of a cell is shown once, without its handle", async () => {
  const { displays, text } = await notebook().run("display('once')");
  expect([displays.map((shown) => shown["text/plain"]), text]).toEqual([["'once'"], undefined]);
});

describe("questions", () => {
  it("ask by input() and password(), and block until answered", async () => {
    const asked: [string, boolean][] = [];
    const onInput = (prompt: string, isPassword: boolean): string => {
      asked.push([prompt, isPassword]);
      return `answer ${asked.length} ü`;
    };
    const { text } = await notebook().run("[input('name? '), password()]", { onInput });
    expect(text).toBe("[ 'answer 1 ü', 'answer 2 ü' ]");
    expect(asked).toEqual([
      ["name? ", false],
      ["Password: ", true],
    ]);
  });

  it("are answered by their default when the client cannot answer", async () => {
    const { text, stdout } = await notebook().run("input('name? ', 'nobody')");
    expect([text, stdout]).toEqual(["'nobody'", "name? nobody\n"]);
    expect(await notebook().run("input('? ', 'x')", { onInput: () => "y" })).toMatchObject({ text: "'y'" });
  });

  it("say so when the client cannot answer", async () => {
    expect((await notebook().run("input('?')")).evalue).toContain(
      "the client of this notebook cannot answer input()",
    );
  });

  it("can be interrupted", async () => {
    const cell = notebook().run("input('never ')", { onInput: () => new Promise<string>(() => {}) });
    await pause(500);
    await notebook().client.interrupt();
    expect((await cell).ename).toBe("KeyboardInterrupt");
    expect(await notebook().value("1 + 1")).toBe("2");
  });
});

describe("what JSON cannot hold", () => {
  it.each([
    ["a result", `({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { n: 1n } }) })`],
    ["a display", `display.json({ n: 1n })`],
    ["a display that is a circle", `const circle: any = {}; circle.me = circle; display.json(circle)`],
    ["a comm", `comms.create("widget", { n: 1n })`],
  ])("fails in %s with its cell, and the kernel goes on", async (_, code) => {
    expect(await notebook().run(code)).toMatchObject({ status: "error", ename: "TypeError" });
    expect(await notebook().value("1 + 1")).toBe("2");
  });

  it("is left out where it is a function", async () => {
    const { result } = await notebook().run(
      `({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { n: 1, f: () => 2 }, "text/plain": "p" }) })`,
    );
    expect(result).toEqual({ "application/json": { n: 1 }, "text/plain": "p" });
  });
});

describe("comms", () => {
  it("open from the client, answer with bytes, close", async () => {
    await notebook().value(
      `comms.onOpen("echo", (comm) => { comm.onMessage = (m: any) => { console.log("got", m.data.n); comm.send({ n: m.data.n + 1 }, [...m.buffers, new Uint8Array([9])]) } }); 0`,
    );
    const { client } = notebook();
    await client.comm("comm_open", { comm_id: "c1", target_name: "echo", data: {} });
    expect((await client.commInfo("echo")).comms).toEqual({ c1: { target_name: "echo" } });
    const heard: { type: string; content: Record<string, unknown>; buffers: readonly Buffer[] }[] = [];
    await client.comm(
      "comm_msg",
      { comm_id: "c1", data: { n: 4 } },
      {
        buffers: [Buffer.from([1, 2])],
        onOutput: ({ header, content, buffers }) =>
          void heard.push({ type: header.msg_type, content, buffers }),
      },
    );
    expect(heard.find(({ type }) => type === "stream")?.content["text"]).toBe("got 4\n");
    const answer = heard.find(({ type }) => type === "comm_msg");
    expect(answer?.content).toEqual({ comm_id: "c1", data: { n: 5 } });
    expect(answer?.buffers.map((bytes) => [...bytes])).toEqual([[1, 2], [9]]);
    await client.comm("comm_close", { comm_id: "c1", data: {} });
    expect((await client.commInfo()).comms).toEqual({});
  });

  it("open from a cell", async () => {
    const { messages } = await notebook().run(`comms.create("widget", { a: 1 }).id.length`);
    expect(messages.find(({ header }) => header.msg_type === "comm_open")?.content).toMatchObject({
      target_name: "widget",
      data: { a: 1 },
    });
  });

  it("to an unknown target are closed at once", async () => {
    const types: string[] = [];
    await notebook().client.comm(
      "comm_open",
      { comm_id: "c2", target_name: "nobody", data: {} },
      { onOutput: ({ header }) => void types.push(header.msg_type) },
    );
    expect(types).toContain("comm_close");
  });
});
