// Fetches a pinned TensorFlow with pip and unpacks the library and its headers into the cache, whole or not at all.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { cacheFolder } = require("./folders.cjs");
const { cachedFolder, libraryIn, python, variantName } = require("./libraries.cjs");
const { lastLine, onPath, run } = require("./processes.cjs");
const { sha256, unpack } = require("./wheel.cjs");

/** Files of a wheel that the engine needs: the headers, the two libraries, and CUDA's libraries with their data. */
const isWanted = (name) =>
  name.startsWith("tensorflow/include/") ||
  /^tensorflow\/libtensorflow_(cc|framework)(\.so\.2|\.2\.dylib)$/.test(name) ||
  /^nvidia\/[^/]+\/(lib|bin|nvvm)\//.test(name) ||
  /^tensorflow[^/]*\.dist-info\/METADATA$/.test(name);

async function works(command, lock) {
  return (await run(command[0], [...command.slice(1), "--version"], { lock })).code === 0;
}

/** A pip that runs, as a command: Python's own, pip on PATH, else one in a virtual environment in the cache. */
async function findPip(lock) {
  const interpreter = python();
  const alone = onPath("pip3", "pip");
  const home = path.join(cacheFolder(), "pip");
  const candidates = [
    interpreter && [interpreter, "-m", "pip"],
    alone && [alone],
    [path.join(home, "bin", "python"), "-m", "pip"],
  ];
  for (const command of candidates.filter(Boolean)) if (await works(command, lock)) return command;
  if (interpreter === undefined)
    return { missing: "Python is not on PATH (Debian: apt-get install -y python3 python3-pip)" };
  await run(interpreter, ["-m", "venv", "--clear", home], { lock });
  if (await works(candidates.at(-1), lock)) return candidates.at(-1);
  return { missing: "Python has no pip (Debian: apt-get install -y python3-pip)" };
}

function sizeOf(folder) {
  let bytes = 0;
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile()) bytes += fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size;
  } catch {
    // pip moves files while we look: the next look sees them
  }
  return bytes;
}

async function hasHash(file, hash) {
  return fs.existsSync(file) && (await sha256(file)) === hash;
}

/** One wheel of `pins`, from the folder `wheels` where it is there already, else by pip with its hash. */
async function fetchWheel(pip, pin, wheels, lock, show) {
  const file = path.join(wheels, pin.file);
  if (await hasHash(file, pin.sha256)) return file;
  fs.mkdirSync(wheels, { recursive: true });
  const scratch = path.join(wheels, "scratch");
  fs.rmSync(scratch, { recursive: true, force: true });
  fs.mkdirSync(scratch, { recursive: true });
  const requirements = path.join(scratch, "requirements.txt");
  fs.writeFileSync(requirements, `${pin.requirement} --hash=sha256:${pin.sha256}\n`);
  const args = [
    ...pip.slice(1),
    "download",
    "--quiet",
    "--disable-pip-version-check",
    "--no-cache-dir",
    "--no-deps",
  ];
  args.push(
    "--only-binary=:all:",
    "--python-version",
    "3.11",
    "--require-hashes",
    "-r",
    requirements,
    "-d",
    scratch,
  );
  const name = pin.requirement.split("==")[0];
  show(() => {
    const megabytes = Math.round(sizeOf(scratch) / 1e6);
    return `${name} ${megabytes}${pin.megabytes ? ` of ${pin.megabytes}` : ""} MB`;
  });
  const { code, output } = await run(pip[0], args, { lock, env: { ...process.env, TMPDIR: scratch } });
  const got = path.join(scratch, pin.file);
  if (code !== 0 || !fs.existsSync(got))
    throw new Error(`pip could not download ${pin.requirement} (${lastLine(output)})`);
  if (!(await hasHash(got, pin.sha256)))
    throw new Error(`${pin.file} does not have the sha256 that set-up expects: it was changed on the way`);
  fs.renameSync(got, file);
  fs.rmSync(scratch, { recursive: true, force: true });
  return file;
}

/**
 * Puts TensorFlow `version` in `variant` ("cpu" or "cuda", wheels in `pins`) into the cache and returns its library.
 * Killed at any point, it leaves nothing under the final name; a whole wheel is used again. Throws one sentence.
 */
async function downloadLibrary({ version, variant, pins }, lock, show) {
  const target = path.join(cachedFolder(), variantName(version, variant));
  const wheels = `${target}.wheels`;
  const part = `${target}.part`;
  const pip = await findPip(lock);
  if (!Array.isArray(pip)) throw new Error(pip.missing);
  fs.rmSync(part, { recursive: true, force: true });
  for (const pin of pins) {
    const file = await fetchWheel(pip, pin, wheels, lock, show);
    let done = 0;
    let total = 0;
    show(
      () =>
        `unpacking ${pin.requirement.split("==")[0]} ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB`,
    );
    await unpack(file, part, isWanted, {
      onBytes: (count) => (done += count),
      onTotal: (bytes) => (total = bytes),
    });
  }
  if (libraryIn(part) === undefined)
    throw new Error(
      `the wheel of TensorFlow ${version} holds no library for ${process.platform}-${process.arch}`,
    );
  fs.rmSync(target, { recursive: true, force: true });
  fs.renameSync(part, target);
  fs.rmSync(wheels, { recursive: true, force: true });
  return { ...libraryIn(target), version, source: "pip" };
}

module.exports = { downloadLibrary };
