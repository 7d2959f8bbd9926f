// Set-up from a bare clone to an engine, with every tool it calls replaced by a small script.

import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Clone, tensorflowFiles } from "./clone";

const clones: Clone[] = [];
function clone(options?: ConstructorParameters<typeof Clone>[0]): Clone {
  const made = new Clone(options);
  clones.push(made);
  return made;
}
afterEach(() => clones.splice(0).forEach((made) => made.dispose()));

function writeTensorflow(folder: string): string {
  for (const { name, content } of tensorflowFiles()) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return path.join(folder, "tensorflow");
}

function everyFile(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.map((name) => `${name} ${fs.statSync(path.join(folder, name)).mtimeMs}`);
}

const sentences = (text: string): string[] => text.split("\n").filter(Boolean);

describe("set-up of a bare clone", () => {
  it("installs packages, fetches TensorFlow, builds the addon, and says so", async () => {
    const made = clone();
    const { code, stderr, stdout } = await made.run();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(
      /^relata: packages installed \(\d+ s\)\nrelata: engine: TensorFlow 2\.21\.0 on the CPU, from pip \(\d+ s\)\n$/,
    );
    expect(made.calls().sort()).toEqual(["g++", "npm ci", "pip download"]);
    expect(made.record()).toMatchObject({ version: "2.21.0", device: "cpu", source: "pip" });
  });

  it("keeps only the library, its headers and its metadata", async () => {
    const made = clone();
    await made.run();
    const [variant] = fs.readdirSync(path.join(made.cache, "tensorflow"));
    const kept = fs.readdirSync(path.join(made.cache, "tensorflow", variant!, "tensorflow")).sort();
    expect(kept).toEqual(["include", "libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]);
    expect(fs.readdirSync(path.join(made.cache, "tensorflow"))).toHaveLength(1);
  });

  it("does nothing the second time", async () => {
    const made = clone();
    await made.run();
    const calls = made.calls();
    const { code, stderr } = await made.run();
    expect({ code, stderr, calls: made.calls() }).toEqual({ code: 0, stderr: "", calls });
  });

  it("needs neither pip nor a compiler in a second clone, once the cache is warm", async () => {
    const first = clone();
    await first.run();
    const second = clone({ shared: first });
    second.removeTool("g++");
    second.removeTool("python3");
    const { code, stderr } = await second.run({ RELATA_OFFLINE: "1" });
    expect(code).toBe(0);
    expect(stderr).toContain("TensorFlow 2.21.0 on the CPU, from cache");
    expect(second.calls()).toEqual(["npm ci"]);
  });

  it("installs again when package-lock.json asks for another version", async () => {
    const made = clone();
    await made.run();
    const file = path.join(made.root, "package-lock.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("1.9.0", "1.9.1"));
    const { code, stderr } = await made.run();
    expect(code).toBe(0);
    expect(stderr).toContain("packages installed");
    expect(made.calls().filter((call) => call === "npm ci")).toHaveLength(2);
    expect(made.calls().filter((call) => call === "g++")).toHaveLength(1);
  });

  it("compiles anew when the cached addon does not load", async () => {
    const made = clone();
    await made.run();
    const [key] = fs.readdirSync(path.join(made.cache, "addon"));
    fs.writeFileSync(path.join(made.cache, "addon", key!, "tfjs_binding.node"), "rotten");
    fs.rmSync(path.join(made.root, "node_modules"), { recursive: true });
    expect((await made.run()).code).toBe(0);
    expect(made.calls().filter((call) => call === "g++")).toHaveLength(2);
  });
});

describe("where TensorFlow comes from", () => {
  it("takes RELATA_TENSORFLOW first and writes nothing into it", async () => {
    const made = clone();
    const folder = path.join(made.folder, "mine");
    const given = writeTensorflow(folder);
    const before = everyFile(folder);
    const { stderr } = await made.run({ RELATA_TENSORFLOW: given });
    expect(stderr).toContain("from RELATA_TENSORFLOW");
    expect(made.calls()).not.toContain("pip download");
    expect(everyFile(folder)).toEqual(before);
  });

  it("changes to RELATA_TENSORFLOW when it is set later", async () => {
    const made = clone();
    await made.run();
    const given = writeTensorflow(path.join(made.folder, "mine"));
    expect((await made.run({ RELATA_TENSORFLOW: given })).stderr).toContain("from RELATA_TENSORFLOW");
    expect(made.record().folder).toBe(given);
  });

  it("takes an installed Python package before the cache and pip", async () => {
    const made = clone();
    const folder = writeTensorflow(path.join(made.folder, "site-packages"));
    const { stderr } = await made.run({ PYTHON_TENSORFLOW: folder });
    expect(stderr).toContain("from Python package");
    expect(made.calls()).not.toContain("pip download");
  });

  it("says what is wrong with a RELATA_TENSORFLOW that holds none, and goes on with wasm", async () => {
    const made = clone();
    const { code, stderr } = await made.run({ RELATA_TENSORFLOW: "/nowhere" });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /RELATA_TENSORFLOW names "\/nowhere", which holds no TensorFlow: expected .*; correct or unset it/,
    );
    expect(stderr).toContain("wasm");
  });
});

describe("what is missing is said in one sentence", () => {
  const cases: [string, (made: Clone) => Record<string, string>, RegExp][] = [
    [
      "no Python",
      (made) => (made.removeTool("python3"), {}),
      /Python is not on PATH \(Debian: apt-get install -y python3 python3-pip\); until then training runs on the wasm engine.*; then run npm start again/,
    ],
    [
      "no compiler",
      (made) => (made.removeTool("g++"), {}),
      /no C\+\+ compiler \(g\+\+ or clang\+\+\) is on PATH \(.*\); until then training runs on the wasm engine/,
    ],
    [
      "no network for pip",
      () => ({ PIP_FAULT: "Could not find a version" }),
      /pip could not download tensorflow-cpu==2\.21\.0 \(ERROR: Could not find a version\)/,
    ],
    [
      "a wheel with another hash",
      (made) => (made.pin("0".repeat(64)), {}),
      /does not have the sha256 that set-up expects/,
    ],
    [
      "offline with a cold cache",
      () => ({ RELATA_OFFLINE: "1" }),
      /no TensorFlow is at hand and RELATA_OFFLINE is 1 \(unset it\)/,
    ],
  ];
  for (const [what, prepare, wanted] of cases)
    it(`${what}: the work goes on with wasm`, async () => {
      const made = clone();
      const { code, stderr } = await made.run(prepare(made));
      expect(code).toBe(0);
      const [installed, sentence, ...more] = sentences(stderr);
      expect(installed).toContain("packages installed");
      expect(sentence).toMatch(wanted);
      expect(more).toEqual([]);
      const cached = path.join(made.cache, "tensorflow");
      const whole = fs.existsSync(cached)
        ? fs.readdirSync(cached).filter((name) => !/\.(part|wheels)$/.test(name))
        : [];
      expect(whole.length).toBe(what === "no compiler" ? 1 : 0);
    });

  it("names all that is missing at once, and doctor's remedy mends all of it", async () => {
    const made = clone();
    made.removeTool("python3");
    made.removeTool("g++");
    const { stderr } = await made.run();
    expect(sentences(stderr)[1]).toMatch(
      /Python is not on PATH .*, and no C\+\+ compiler .* is on PATH .*; until then/,
    );
    const { tensorflowState } = createRequire(__filename)(
      path.join(made.root, "src", "setup", "tensorflow-state.cjs"),
    );
    expect(tensorflowState()).toMatchObject({
      state: "missing",
      remedy:
        "apt-get install -y python3 python3-pip && apt-get install -y g++ && npm run -s relata -- setup",
    });
  });

  it("is ready at the next start when what was missing has come", async () => {
    const made = clone();
    await made.run({ PIP_FAULT: "no network" });
    const { stderr } = await made.run();
    expect(stderr).toContain("TensorFlow 2.21.0 on the CPU");
  });

  it("fails with npm's own reason where the packages cannot be had", async () => {
    const { code, stderr } = await clone().run({ NPM_FAULT: "network ENOTFOUND" });
    expect(code).toBe(1);
    expect(sentences(stderr)).toEqual([
      expect.stringMatching(
        /npm ci failed \(npm error network ENOTFOUND\): check the network .*, then run npm start again/,
      ),
    ]);
  });

  it("tells an old Node which one is needed, before anything else", async () => {
    const made = clone();
    const spoof = path.join(made.folder, "old.cjs");
    fs.writeFileSync(
      spoof,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.1" } });`,
    );
    const { code, stderr } = await made.run({}, ["--require", spoof]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^relata: Node 18\.20\.1 is too old: relata needs Node 20\.19 or newer.*\n$/,
      ),
    });
    expect(made.calls()).toEqual([]);
  });
});
