// Interrupts: whatever a cell is doing, it stops within a second, and everything else is as it was.

import { describe, expect, it } from "vitest";
import { pause, useNotebook } from "./notebook";

const STUCK: readonly [what: string, code: string][] = [
  ["an endless loop", "state++; while (true) { spins++ }"],
  ["an endless loop after an await", "state++; await null; while (true) { spins++ }"],
  ["an endless loop in a function of an earlier cell", "state++; spin()"],
  ["an endlessly awaited promise", "state++; await new Promise(() => {})"],
  [
    "an endless async iteration",
    "state++; for await (const x of { async *[Symbol.asyncIterator]() { yield await new Promise(() => {}) } }) spins++",
  ],
  [
    "a loop that prints and waits",
    "state++; for (;;) { console.log('tick'); await new Promise(r => setTimeout(r, 20)) }",
  ],
  ["a loop that swallows errors", "state++; for (;;) { try { while (true) spins++ } catch {} }"],
  [
    "a loop after an awaited timer",
    "state++; await new Promise(r => setTimeout(r, 50)); while (true) spins++",
  ],
  ["recursion after an await", "state++; await null; fib(70)"],
  [
    "recursion of an arrow",
    "state++; await null; const deep = (n: number): number => n < 2 ? n : deep(n - 1) + deep(n - 2); deep(70)",
  ],
  ["an endless for await over a plain generator", "state++; for await (const x of naturals()) spins += x"],
  ["an endless for await that goes through timers", "state++; for await (const x of ticks()) spins += x"],
  ["a generator spread", "state++; await null; [...naturals()]"],
  ["a loop in a callback of an array", "state++; await null; [1, 2].forEach(() => { for (;;) spins++ })"],
  [
    "native code that calls back for ever",
    "state++; await null; new Set({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: Math.abs(1) }) }) } as unknown as Iterable<number>)",
  ],
  [
    "a method that calls itself for ever",
    "state++; await null; class Tree { walk(n: number): number { return n < 2 ? n : this.walk(n - 1) + this.walk(n - 2) } }; new Tree().walk(70)",
  ],
  ["a loop in an imported module", "state++; import { forever } from './endless'; await null; forever()"],
  [
    "recursion in an imported module",
    "state++; import { deep as deeper } from './endless'; await null; deeper(70)",
  ],
  ["a promise of an imported module", "state++; import { never } from './endless'; await never()"],
  [
    "timers that go on for ever",
    "state++; setInterval(() => console.log('ghost'), 20); await new Promise(() => {})",
  ],
  ["a search without loops", "state++; fib(70)"],
  ["a slow regular expression", `state++; /(x+x+)+y/.test("x".repeat(40))`],
];

/** A promise, and the function that fulfils it. */
function signalOf(): { started: Promise<void>; begin: () => void } {
  let begin = (): void => {};
  const started = new Promise<void>((resolve) => (begin = resolve));
  return { started, begin };
}

describe.each(["message", "signal"] as const)("interrupt by %s", (way) => {
  const notebook = useNotebook();

  it("stops each kind of cell within a second and keeps all state", async () => {
    const { client } = notebook();
    await notebook().value(
      "let state = 0, spins = 0; function spin() { while (true) spins++ }",
      "function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2) }",
      "function* naturals() { for (let n = 0; ; n++) yield n }",
      "async function* ticks() { for (let n = 0; ; n++) { await new Promise(r => setTimeout(r, 10)); yield n } }",
    );
    notebook().write(
      "endless.ts",
      `export function forever(): void { let spins = 0; while (true) spins++ }
export const deep = (n: number): number => (n < 2 ? n : deep(n - 1) + deep(n - 2));
export const never = (): Promise<void> => new Promise(() => {});`,
    );
    for (const [index, [what, code]] of STUCK.entries()) {
      const cell = notebook().run(code);
      await pause(400);
      const start = performance.now();
      if (way === "message") await client.interrupt();
      else client.process!.signal("SIGINT");
      const { status, ename } = await cell;
      const took = performance.now() - start;
      expect([what, status, ename]).toEqual([what, "error", "KeyboardInterrupt"]);
      // the goal is one second on a free machine; a busy one may take longer, a cell that is not stopped takes for ever
      expect(took, what).toBeLessThan(5000);
      const isBareStretch = index === STUCK.length - 1;
      if (!isBareStretch) expect(await notebook().value("state"), what).toBe(String(index + 1));
    }
  }, 60_000);

  it("stops a training at its step, without an error of its own", async () => {
    await notebook().value(
      `const own = relata.sentencesFrom(Array.from({ length: 32 }, (_, k) => ({ text: "the storm flooded road " + k, head: "storm", tail: "road", relation: k % 2 ? "a" : "b" })));
       const task = (await (await open()).encoder("tiny")).relation(); let steps = 0`,
    );
    const { started, begin } = signalOf();
    const training = notebook().run(
      `for await (const step of task.train(own, relata.supCon({ temperature: 0.1 }), { epochs: 100000 })) { steps++; console.log("step") }`,
      { onOutput: ({ header }) => void (header.msg_type === "stream" && begin()) },
    );
    await Promise.race([started, training]);
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    expect((await training).ename).toBe("KeyboardInterrupt");
    expect(Number(await notebook().value("steps"))).toBeGreaterThan(0);
  }, 90_000);

  it("prints nothing of a stopped cell afterwards", async () => {
    const cell = notebook().run(
      "(async () => { for (;;) { console.log('ghost'); await new Promise(r => setTimeout(r, 20)) } })(); await new Promise(() => {})",
    );
    await pause(400);
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    const stopped = await cell;
    expect(stopped.stdout).toContain("ghost");
    const heard = stopped.messages.length;
    const next = await notebook().run("await new Promise(r => setTimeout(r, 300)); 'next'");
    expect([next.stdout, next.text]).toEqual(["", "'next'"]);
    expect(stopped.messages.length).toBe(heard);
  });

  it("aborts the signal of the cell, and waits for what stops by it", async () => {
    const code = `const { signal } = cell;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => { saved = true; resolve() }))`;
    await notebook().value("let saved = false");
    const stuck = notebook().run(code);
    await pause(500);
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    expect((await stuck).ename).toBe("KeyboardInterrupt");
    expect(await notebook().value("saved")).toBe("true");
  });

  it("stops a cell that has not begun yet", async () => {
    const cell = notebook().run("import * as ts from 'typescript'; const soon = ts.version; while (true);");
    await pause(5);
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    expect((await cell).ename).toBe("KeyboardInterrupt");
  });

  it("stops an endless loop that a timer of an ended cell has begun", async () => {
    await notebook().value("let left = 1; setTimeout(() => { left = 2; for (;;); }, 100); 'ended'");
    await pause(400);
    const next = notebook().value("left");
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    // a cell that waited behind the loop may be stopped with it
    await next.catch(() => {});
    expect(await notebook().value("left")).toBe("2");
  });

  it("does nothing when no cell runs", async () => {
    if (way === "message") await notebook().client.interrupt();
    else notebook().client.process!.signal("SIGINT");
    await pause(100);
    expect(await notebook().value("1 + 1")).toBe("2");
  });
});
