import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

const load = vi.hoisted(() => ({
  problem: undefined as string | undefined,
  failure: undefined as Error | undefined,
}));
vi.mock("../../src/engine/start-tensorflow", async (original) => {
  const real = await original<typeof import("../../src/engine/start-tensorflow")>();
  return {
    ...real,
    tensorflowProblem: (folder?: string) =>
      folder === undefined ? load.problem : real.tensorflowProblem(folder),
    startTensorflow: () => Promise.reject(load.failure ?? new Error("not in this test")),
  };
});

describe("when tensorflow is not ready", () => {
  afterEach(() => {
    delete process.env["RELATA_ENGINE"];
    vi.resetModules();
  });

  it("runs on wasm with a notice that says why and how to mend it", async () => {
    load.problem = "its addon is not built";
    const { startEngine } = await import("../../src/engine");
    const engine = await startEngine();
    expect(engine.name).toBe("wasm");
    expect(engine.notice).toMatch(
      /^running on wasm, 10 to 20 times slower, because tensorflow is not ready \(its addon is not built\): run "npm run -s relata -- setup"/,
    );
  });

  it("refuses when tensorflow was asked for by name", async () => {
    load.problem = "its TensorFlow library is missing";
    const { startEngine } = await import("../../src/engine");
    const sentence = /not ready \(its TensorFlow library is missing\): run "npm run -s relata -- setup"/;
    await expect(startEngine({ engine: "tensorflow" })).rejects.toThrow(sentence);
    process.env["RELATA_ENGINE"] = "tensorflow";
    await expect(startEngine()).rejects.toThrow(sentence);
  });

  it("falls back also when its library does not load", async () => {
    load.problem = undefined;
    const { EngineError } = await import("../../src/core");
    load.failure = new EngineError("the tensorflow engine does not load (no such symbol): see");
    const { startEngine } = await import("../../src/engine");
    expect((await startEngine()).notice).toMatch(
      /because the tensorflow engine does not load \(no such symbol\)/,
    );
  });

  it("can tell what is missing without loading it", async () => {
    const { tensorflowProblem } = await import("../../src/engine/start-tensorflow");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-addon-"));
    const touch = (...parts: string[]): void => {
      fs.mkdirSync(path.join(folder, ...parts.slice(0, -1)), { recursive: true });
      fs.writeFileSync(path.join(folder, ...parts), "");
    };
    expect(tensorflowProblem(path.join(folder, "nowhere"))).toMatch(/is not installed/);
    expect(tensorflowProblem(folder)).toBe("its addon is not built");
    touch("lib", `napi-v${Math.min(8, Number(process.versions["napi"]))}`, "tfjs_binding.node");
    expect(tensorflowProblem(folder)).toBe("its TensorFlow library is missing");
    touch("deps", "lib", "libtensorflow.so");
    expect(tensorflowProblem(folder)).toBeUndefined();
    fs.rmSync(folder, { recursive: true });
  });
});
