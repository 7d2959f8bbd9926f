import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import { currentEngine, startEngine, type EngineName } from "../../src/engine";

describe("starting the engine", () => {
  it("says that none runs before it does", () => {
    expect(() => currentEngine()).toThrow(/no engine runs yet: await startEngine\(\) first/);
  });

  it("names the nearest engine for an unknown one", async () => {
    await expect(startEngine({ engine: "tensorflo" as EngineName })).rejects.toThrow(
      /unknown engine "tensorflo": did you mean "tensorflow"\? known: tensorflow, wasm, cpu/,
    );
    process.env["RELATA_ENGINE"] = "wasn";
    await expect(startEngine()).rejects.toThrow(/did you mean "wasm"/);
    delete process.env["RELATA_ENGINE"];
  });

  it("refuses threads that are no number of threads", async () => {
    await expect(startEngine({ threads: 0 })).rejects.toThrow(
      /threads is 0, expected a whole number above 0/,
    );
  });

  it("starts once, from the environment's name, and describes itself", async () => {
    process.env["RELATA_ENGINE"] = "cpu";
    const engine = await startEngine();
    expect(await startEngine()).toBe(engine);
    expect(currentEngine()).toBe(engine);
    expect(engine).toMatchObject({ name: "cpu", library: "tfjs", threads: 1 });
    const { tensors, bytes, resident } = engine.memory();
    expect([tensors, bytes, resident > 1e7]).toEqual([0, 0, true]);
    const shown = engine[DISPLAY]();
    expect(shown["text/plain"]).toMatch(/^engine {3}cpu\nlibrary {2}tfjs 4/);
    expect(shown["text/html"]).toContain("<th");
    delete process.env["RELATA_ENGINE"];
  });

  it("does not change engines in a running process", async () => {
    await expect(startEngine({ engine: "wasm" })).rejects.toThrow(
      /engine "cpu" already runs in this process, cannot change to "wasm": start anew with RELATA_ENGINE=wasm/,
    );
  });
});
