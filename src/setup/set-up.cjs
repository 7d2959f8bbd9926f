// Set-up as a whole: packages and TensorFlow side by side, then the addon; safe to kill and to run again.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { findLibraries, prepareEngine } = require("./engine.cjs");
const { cacheFolder, engineRecord, modules, root } = require("./folders.cjs");
const { withLock } = require("./lock.cjs");
const { preparePackages } = require("./packages.cjs");
const { nvidiaGpu } = require("./platform.cjs");
const { say, since, whileShowing } = require("./say.cjs");

const onWait = (pid) => say(`another set-up is at work (process ${pid}): waiting for it`);

/** Puts `relata` where `npx --no relata` finds it. */
function linkCommand() {
  const place = path.join(modules, ".bin", "relata");
  const target = path.join("..", "..", "src", "cli", "relata.cjs");
  if (process.platform === "win32" || !fs.existsSync(path.join(root, "src", "cli", "relata.cjs"))) return;
  if (fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined) return;
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.symlinkSync(target, place);
}

function describeEngine({ version, device, source }) {
  const gpu = nvidiaGpu();
  const where =
    device === "gpu"
      ? `on ${gpu ?? "the GPU"} (untested by us)`
      : gpu === undefined
        ? "on the CPU"
        : `on the CPU, though ${gpu} is there`;
  return `engine: TensorFlow ${version} ${where}, from ${source}`;
}

/**
 * Installs what is not installed. `isFresh` forgets the record of the engine first. Resolves to
 * `{ packages: "installed" | "kept", engine: { isReady, ... } }`; throws one sentence where the packages cannot be had.
 */
async function setUp({ isFresh = false } = {}) {
  const start = Date.now();
  const showing = { packages: "", engine: () => "" };
  const describe = () => {
    const parts = [showing.packages, showing.engine()].filter(Boolean);
    return parts.length === 0 ? "" : `${parts.join(", ")} (${since(start)})`;
  };
  const show = (text) => (showing.engine = text);
  const inCache = path.join(cacheFolder(), "setup.lock");
  const work = withLock(path.join(root, ".relata", "setup.lock"), onWait, async (own) => {
    if (isFresh) fs.rmSync(engineRecord, { force: true });
    const installing = preparePackages(own).then(
      (isInstalled) => {
        if (isInstalled) say(`packages installed (${since(start)})`);
        return { isInstalled };
      },
      (error) => ({ error }),
    );
    showing.packages = "checking packages";
    setTimeout(() => (showing.packages &&= "installing packages"), 1000).unref();
    installing.then(() => (showing.packages = ""));
    const engine = await withLock(inCache, onWait, async (lock) => {
      const found = await findLibraries(lock, show);
      show(() => "");
      const { error } = await installing;
      return error ? undefined : prepareEngine(found, lock, show);
    });
    const { error, isInstalled } = await installing;
    if (error) throw error;
    linkCommand();
    return { packages: isInstalled ? "installed" : "kept", engine };
  });
  const result = await whileShowing(describe, work);
  if (!result.engine.isReady) say(result.engine.fault);
  else if (result.engine.isNew) say(`${describeEngine(result.engine)} (${since(start)})`);
  return result;
}

module.exports = { setUp };
