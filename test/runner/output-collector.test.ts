import { describe, expect, it } from "vitest";
import type { Message } from "../../kernel-ext/client";
import { OutputCollector, overwritten, type CodeCell, type Output } from "../../src/runner";

function emptyCell(): CodeCell {
  return { cell_type: "code", id: "c", metadata: {}, source: "", execution_count: null, outputs: [] };
}

function message(type: string, content: Record<string, unknown>): Message {
  const header = { msg_id: "1", session: "s", username: "u", date: "", msg_type: type, version: "5.4" };
  return { identities: [], header, parent: {}, metadata: {}, content, buffers: [] };
}

function collect(...messages: [string, Record<string, unknown>][]): CodeCell {
  const cell = emptyCell();
  const collector = new OutputCollector(cell, new Map());
  for (const [type, content] of messages) collector.take(message(type, content));
  collector.finish();
  return cell;
}

const stream = (text: string, name = "stdout"): [string, Record<string, unknown>] => [
  "stream",
  { name, text },
];
const shown = (text: string, id?: string): [string, Record<string, unknown>] => [
  "display_data",
  { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } },
];

describe("OutputCollector", () => {
  it("merges prints to the same stream and keeps the order of streams", () => {
    const { outputs } = collect(stream("a\n"), stream("b\n"), stream("x\n", "stderr"), stream("c\n"));
    expect(outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "stream", name: "stderr", text: "x\n" },
      { output_type: "stream", name: "stdout", text: "c\n" },
    ]);
  });

  it("keeps results with their count, and errors with their traceback", () => {
    const cell = collect(
      ["execute_input", { code: "1", execution_count: 7 }],
      [
        "execute_result",
        { data: { "text/plain": "1" }, metadata: { a: 1 }, execution_count: 7, transient: {} },
      ],
      ["error", { ename: "E", evalue: "v", traceback: ["t"] }],
    );
    expect(cell.execution_count).toBe(7);
    expect(cell.outputs).toEqual([
      { output_type: "execute_result", data: { "text/plain": "1" }, metadata: { a: 1 }, execution_count: 7 },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
    ]);
  });

  it("clears at once, or with wait only when something new comes", () => {
    expect(collect(stream("a"), ["clear_output", { wait: false }]).outputs).toEqual([]);
    expect(collect(stream("a"), ["clear_output", { wait: true }]).outputs).toHaveLength(1);
    const { outputs } = collect(stream("a"), shown("b"), ["clear_output", { wait: true }], stream("c"));
    expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: "c" }]);
  });

  it("updates every display of an id, also in earlier cells, and adds nothing for an unknown one", () => {
    const displays = new Map<string, Set<Output>>();
    const [first, second] = [emptyCell(), emptyCell()];
    const early = new OutputCollector(first, displays);
    early.take(message(...shown("old", "d")));
    early.take(message(...shown("other")));
    const late = new OutputCollector(second, displays);
    const update = (id: string): Message =>
      message("update_display_data", {
        data: { "text/plain": "new" },
        metadata: { m: 1 },
        transient: { display_id: id },
      });
    late.take(update("d"));
    late.take(update("nobody"));
    expect(first.outputs).toEqual([
      { output_type: "display_data", data: { "text/plain": "new" }, metadata: { m: 1 } },
      { output_type: "display_data", data: { "text/plain": "other" }, metadata: {} },
    ]);
    expect(second.outputs).toEqual([]);
  });

  it("does not update a display that was cleared", () => {
    const { outputs } = collect(
      shown("old", "d"),
      ["clear_output", { wait: false }],
      [
        "update_display_data",
        { data: { "text/plain": "new" }, metadata: {}, transient: { display_id: "d" } },
      ],
    );
    expect(outputs).toEqual([]);
  });

  it("keeps what a terminal would show of a counter, and the last line for progress", () => {
    const cell = emptyCell();
    const collector = new OutputCollector(cell, new Map());
    for (let step = 1; step <= 3; step++) collector.take(message(...stream(`\rstep ${step}`)));
    expect(collector.lastLine).toBe("step 3");
    collector.take(message(...stream("\n")));
    collector.finish();
    expect(cell.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "step 3\n" }]);
  });

  it.each([
    ["a\rb\n", "b\n"],
    ["a\r\nb", "a\nb"],
    ["x\ny\rz", "x\nz"],
    ["done\r", "done\r"],
  ])("overwrites %j as %j", (text, wanted) => {
    expect(overwritten(text)).toBe(wanted);
  });
});
