// The Python that the peers run on: one that has the pinned versions, else an environment of ours in the cache.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder, messageOf, readText, RelataError, writeFileAtomic } from "../core";
import type { PythonPackages } from "./plan";

const peerFolder = path.join(__dirname, "peers");

/** PyTorch's own index of builds without CUDA: a fifth of the download, and the peers run on the CPU. */
const CPU_BUILDS = "https://download.pytorch.org/whl/cpu";

/** The pinned versions by package, from `peers/<packages>.txt`. */
export function pinnedVersions(packages: PythonPackages): Record<string, string> {
  const lines = readText(path.join(peerFolder, `${packages}.txt`))
    .split("\n")
    .filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.trim().split("==") as [string, string]));
}

/** The program `python`, run to its end; output is kept, not shown. */
function call(
  program: string,
  args: readonly string[],
): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
    child.on("error", (error) => resolve({ code: -1, output, errors: messageOf(error) }));
    child.on("close", (code) => resolve({ code: code ?? -1, output, errors }));
  });
}

/** What `python` lacks of the pinned versions, as text; `undefined` when nothing, a builds' mark like `+cpu` aside. */
async function lackOf(python: string, packages: PythonPackages): Promise<string | undefined> {
  const pinned = pinnedVersions(packages);
  const { code, output } = await call(python, [path.join(peerFolder, "versions.py"), ...Object.keys(pinned)]);
  if (code !== 0) return "no Python";
  const found = JSON.parse(output) as Record<string, string | null>;
  const lacking = Object.entries(pinned).filter(([name, version]) => found[name]?.split("+")[0] !== version);
  if (lacking.length === 0) return undefined;
  return lacking.map(([name, version]) => `${name} ${version} (has ${found[name] ?? "none"})`).join(", ");
}

/** Environments in the cache. */
const FOLDERS = { torch: "peers", ipykernel: "peers-ipykernel" } as const satisfies Record<
  PythonPackages,
  string
>;

/**
 * A Python with every pinned version: `RELATA_PEER_PYTHON`, `python3`, `python`, or an environment in the cache,
 * which is made (some 300 MB with PyTorch) if need be. Throws one sentence when there is no way to one.
 */
export async function peerPython(
  packages: PythonPackages,
  onStep: (text: string) => void = () => undefined,
): Promise<string> {
  const own = path.join(cacheFolder(), FOLDERS[packages]);
  const ownPython = path.join(own, "bin", "python");
  const chosen = process.env["RELATA_PEER_PYTHON"];
  if (chosen) {
    const lack = await lackOf(chosen, packages);
    if (lack === undefined) return chosen;
    throw new RelataError(
      `RELATA_PEER_PYTHON (${chosen}) lacks ${lack}: install that, or unset the variable`,
    );
  }
  for (const python of ["python3", "python", ownPython])
    if ((await lackOf(python, packages)) === undefined) return python;
  await makeEnvironment(own, packages, onStep);
  const lack = await lackOf(ownPython, packages);
  if (lack !== undefined)
    throw new RelataError(`the peers' environment ${own} lacks ${lack}: delete the folder and try again`);
  return ownPython;
}

async function makeEnvironment(
  folder: string,
  packages: PythonPackages,
  onStep: (text: string) => void,
): Promise<void> {
  const base = (await call("python3", ["--version"])).code === 0 ? "python3" : "python";
  if ((await call(base, ["--version"])).code !== 0)
    throw new RelataError("there is no Python: install Python 3.11 or newer");
  onStep(`making an environment for the peers in ${folder}`);
  fs.rmSync(folder, { recursive: true, force: true });
  const made = await call(base, ["-m", "venv", folder]);
  if (made.code !== 0)
    throw new RelataError(
      `no virtual environment can be made (${lastLine(made)}): on Debian, apt-get install -y python3-venv`,
    );
  const python = path.join(folder, "bin", "python");
  const { torch, ...others } = pinnedVersions(packages);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  if (torch !== undefined) {
    onStep("installing PyTorch for the peers (about 200 MB)");
    const light = await call(python, [...install, `torch==${torch}`, "--index-url", CPU_BUILDS]);
    if (light.code !== 0) await mustInstall(python, [...install, `torch==${torch}`]);
  }
  onStep(`installing ${Object.keys(others).join(", ")} for the peers`);
  await mustInstall(python, [
    ...install,
    ...Object.entries(others).map(([name, version]) => `${name}==${version}`),
  ]);
  writeFileAtomic(path.join(folder, "relata.txt"), readText(path.join(peerFolder, `${packages}.txt`)));
}

async function mustInstall(python: string, args: readonly string[]): Promise<void> {
  const done = await call(python, args);
  if (done.code !== 0)
    throw new RelataError(
      `pip cannot install the peers (${lastLine(done)}): check the network, or run with --no-peer`,
    );
}

function lastLine({ output, errors }: { output: string; errors: string }): string {
  const lines = `${output}\n${errors}`
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return (lines.filter((line) => /error/i.test(line)).at(-1) ?? lines.at(-1) ?? "no output").slice(0, 300);
}
