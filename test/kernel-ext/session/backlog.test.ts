// Output waits for the worker: memory stays in hand, and an interrupt is heard while a cell floods.

import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { SHARED } from "../../../kernel-ext/bridge/messages";
import { holdBack } from "../../../kernel-ext/session/backlog";
import { Notebook, pause } from "../notebook";

const MEGABYTE = 1 << 20;
const newShared = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * SHARED.size));

/** A thread that adds `amount` to a place of `shared` soon. */
function soon(shared: Int32Array, place: number, amount: number): Worker {
  const code = `const { workerData: { shared, place, amount } } = require("node:worker_threads");
    setTimeout(() => { Atomics.add(shared, place, amount); Atomics.notify(shared, place) }, 100);`;
  return new Worker(code, { eval: true, workerData: { shared, place, amount } });
}

describe("output that was sent", () => {
  it("goes on while the worker is not far behind, and for one large piece", () => {
    const shared = newShared();
    for (let piece = 0; piece < 3; piece++) holdBack(shared, MEGABYTE);
    holdBack(newShared(), 50 * MEGABYTE);
    expect(shared[SHARED.sent]).toBe(3 * MEGABYTE);
  });

  it("waits until the worker has taken enough, also when the counters begin again", async () => {
    for (const start of [0, 2 ** 31 - MEGABYTE]) {
      const shared = newShared();
      shared.fill(start, SHARED.sent, SHARED.taken + 1);
      const worker = soon(shared, SHARED.taken, 5 * MEGABYTE);
      holdBack(shared, 3 * MEGABYTE);
      expect(shared[SHARED.taken]).toBe(start);
      holdBack(shared, 3 * MEGABYTE);
      expect(shared[SHARED.taken]).toBe((start + 5 * MEGABYTE) | 0);
      await worker.terminate();
    }
  });

  it("waits no longer when the cell is interrupted", async () => {
    const shared = newShared();
    const worker = soon(shared, SHARED.interrupt, 1);
    holdBack(shared, 3 * MEGABYTE);
    holdBack(shared, 3 * MEGABYTE);
    expect(shared[SHARED.interrupt]).toBe(1);
    await worker.terminate();
  });

  it("arrives as fast as it is printed, and stops soon after an interrupt", async () => {
    const notebook = await Notebook.start();
    let heard = 0;
    const flood = notebook.run(`let lines = 0; while (true) { console.log("x".repeat(999)); lines++ }`, {
      onOutput: ({ header, content }) => {
        if (header.msg_type === "stream") heard += String(content["text"]).length;
      },
    });
    while (heard < 20 * MEGABYTE) await pause(50);
    await notebook.client.interrupt();
    expect((await flood).ename).toBe("KeyboardInterrupt");
    const printed = 1000 * Number(await notebook.value("lines"));
    expect(printed - heard).toBeLessThan(8 * MEGABYTE);
    await notebook.stop();
  }, 60_000);
});
