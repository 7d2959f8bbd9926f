// Whether the TensorFlow engine can be loaded here, told from files alone: nothing is loaded or written.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { addonFile, addonPackage, engineRecord } = require("./folders.cjs");
const { platformClass } = require("./platform.cjs");

function readRecord() {
  try {
    return JSON.parse(fs.readFileSync(engineRecord, "utf8"));
  } catch {
    return {};
  }
}

/** The real file behind a link in the package's `deps/lib`, or undefined where it leads nowhere. */
function linked(name) {
  try {
    return fs.realpathSync(path.join(addonPackage, "deps", "lib", name));
  } catch {
    return undefined;
  }
}

/**
 * The state of the TensorFlow engine: `{ state: "ready" | "missing" | "broken", library?, version?, device?, source?, addon?, remedy?, reason? }`.
 * `library` is the folder TensorFlow was found in; `remedy` the command that mends it.
 */
function tensorflowState() {
  const record = readRecord();
  // What set-up found missing names its own command first: "(Debian: apt-get install -y g++)".
  const before = [...(record.fault ?? "").matchAll(/\(Debian: ([^)]+)\)/g)].map(([, command]) => command);
  const remedy = [...before, "npm run -s relata -- setup"].join(" && ");
  const library = linked(process.platform === "darwin" ? "libtensorflow.2.dylib" : "libtensorflow.so");
  const hasAddon = fs.existsSync(addonFile);
  const known = {
    ...(library === undefined ? {} : { library: path.dirname(library) }),
    ...(record.version === undefined
      ? {}
      : { version: record.version, device: record.device, source: record.source }),
    ...(hasAddon ? { addon: addonFile } : {}),
  };
  if (library !== undefined && hasAddon) return { state: "ready", ...known };
  if (hasAddon)
    return { state: "broken", ...known, reason: "the TensorFlow library it was linked to is gone", remedy };
  const { engine, note } = platformClass();
  if (engine === "wasm") return { state: "missing", ...known, reason: note };
  return {
    state: "missing",
    ...known,
    ...(record.fault === undefined ? {} : { reason: record.fault }),
    remedy,
  };
}

module.exports = { tensorflowState };
