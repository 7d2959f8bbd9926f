// Prepares the TensorFlow engine: finds or fetches a library, builds the addon against it, tries it, records it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { addonKey, compilerFault, forgetAddon, prepareAddon } = require("./addon.cjs");
const { downloadLibrary } = require("./download.cjs");
const { addonFile, addonPackage, engineRecord, modules, root } = require("./folders.cjs");
const { librariesAtHand, libraryIn } = require("./libraries.cjs");
const { WASM_COST, nvidiaGpu, platformClass } = require("./platform.cjs");
const { lastLine, run } = require("./processes.cjs");
const { say } = require("./say.cjs");
const { tensorflowState } = require("./tensorflow-state.cjs");

const pins = require("./pins.json");

function record(content) {
  const next = `${engineRecord}.${process.pid}`;
  fs.writeFileSync(next, JSON.stringify(content));
  fs.renameSync(next, engineRecord);
}

/** The record of the last set-up where it still holds: same build, same library, same RELATA_TENSORFLOW. */
function standingRecord() {
  try {
    const standing = JSON.parse(fs.readFileSync(engineRecord, "utf8"));
    const library = libraryIn(standing.folder);
    const given = process.env.RELATA_TENSORFLOW;
    if (library === undefined || tensorflowState().state !== "ready" || standing.key !== addonKey(library))
      return undefined;
    if (given && libraryIn(given)?.folder !== standing.folder) return undefined;
    return standing;
  } catch {
    return undefined;
  }
}

function variantsHere() {
  const here = pins[`${process.platform}-${process.arch}`] ?? {};
  const wanted = here.cuda !== undefined && nvidiaGpu() !== undefined ? ["cuda", "cpu"] : ["cpu", "cuda"];
  return { here, wanted };
}

/**
 * A TensorFlow library: at hand, else downloaded. Resolves to a list of ways to try in turn, best first; needs no
 * packages, so it runs beside their installation. `{ libraries, fault? }`, where `fault` says why none was fetched.
 */
async function findLibraries(lock, show) {
  if (standingRecord() !== undefined) return { libraries: [] };
  const { here, wanted } = variantsHere();
  const libraries = [];
  try {
    for (const library of librariesAtHand(pins.version, wanted)) libraries.push(library);
  } catch (error) {
    return { libraries, fault: error.message };
  }
  if (libraries.length > 0) return { libraries };
  if (process.env.RELATA_OFFLINE === "1")
    return { libraries, fault: "no TensorFlow is at hand and RELATA_OFFLINE is 1 (unset it)" };
  if (here[wanted[0]] === undefined) return { libraries, fault: platformClass().note };
  try {
    return {
      libraries: [
        await downloadLibrary(
          { version: pins.version, variant: wanted[0], pins: here[wanted[0]] },
          lock,
          show,
        ),
      ],
    };
  } catch (error) {
    return { libraries, fault: error.message };
  }
}

async function check(lock) {
  const env = { ...process.env, NODE_PATH: modules };
  const { code, output } = await run(process.execPath, [path.join(__dirname, "check-engine.cjs")], {
    cwd: root,
    env,
    lock,
  });
  const said = output.split("\n").findLast((line) => line.startsWith('{"version"'));
  if (code !== 0 || said === undefined)
    throw new Error(`the TensorFlow addon does not load (${lastLine(output)})`);
  return JSON.parse(said);
}

/** Builds and tries the engine on one library; a cached build that does not load is compiled once more. */
async function install(library, lock, show) {
  let { key, isCompiled } = await prepareAddon(library, lock, show);
  show(() => "trying the TensorFlow engine");
  let tried;
  try {
    tried = await check(lock);
  } catch (error) {
    forgetAddon(key);
    if (isCompiled) throw error;
    ({ key, isCompiled } = await prepareAddon(library, lock, show));
    tried = await check(lock);
  }
  const standing = { key, folder: library.folder, source: library.source, ...tried };
  record(standing);
  return { ...standing, isCompiled };
}

/** The last resort: the download that the addon's own package brings (TensorFlow 2.9, for the CPU). */
async function ownDownload(lock, show) {
  show(() => "trying the older TensorFlow that the addon's package downloads");
  const env = {
    ...process.env,
    PATH: `${path.join(modules, ".bin")}${path.delimiter}${process.env.PATH ?? ""}`,
  };
  await run(process.execPath, [path.join("scripts", "install.js"), "cpu", "download"], {
    cwd: addonPackage,
    env,
    lock,
  });
  const tried = await check(lock);
  const folder = path.join(addonPackage, "deps");
  record({ key: addonKey(libraryIn(folder)), folder, source: "the addon's package", ...tried });
  return tried;
}

/**
 * The engine on the first of `libraries` that works, in a clone whose packages are installed. Resolves to
 * `{ isReady, isNew, version?, device?, source?, fault? }`: a fault is one sentence, and the work goes on with wasm.
 */
async function prepareEngine({ libraries, fault }, lock, show) {
  const standing = standingRecord();
  if (standing !== undefined) return { isReady: true, isNew: false, ...standing };
  const faults = fault === undefined ? [] : [fault];
  for (const library of libraries) {
    try {
      return { isReady: true, isNew: true, ...(await install(library, lock, show)) };
    } catch (error) {
      faults.push(error.message);
      if (libraries.length > 1)
        say(`TensorFlow in ${library.folder} (${library.source}) cannot be used: ${error.message}`);
    }
  }
  const mayFetch =
    platformClass().engine === "tensorflow" &&
    libraries.length === 0 &&
    process.env.RELATA_OFFLINE !== "1" &&
    !process.env.RELATA_TENSORFLOW;
  if (mayFetch) {
    try {
      return { isReady: true, isNew: true, ...(await ownDownload(lock, show)) };
    } catch {
      // the first fault is the one to mend
    }
  }
  const first = faults[0] ?? "no TensorFlow was found";
  const second = platformClass().engine === "tensorflow" ? compilerFault() : undefined;
  const reason = second === undefined || second === first ? first : `${first}, and ${second}`;
  // A wrong RELATA_TENSORFLOW is mended by unsetting it: what was set up before is left as it is.
  if (fault === undefined || !process.env.RELATA_TENSORFLOW) {
    fs.rmSync(addonFile, { force: true });
    record({ fault: reason });
  }
  const sentence = reason.includes(WASM_COST)
    ? reason
    : `the TensorFlow engine is missing: ${reason}; until then ${WASM_COST}; then run npm start again`;
  return { isReady: false, isNew: true, fault: sentence };
}

module.exports = { findLibraries, prepareEngine };
