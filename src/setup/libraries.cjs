// Folders that hold a TensorFlow library with its C headers, wherever they came from; nothing here writes.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { cacheFolder } = require("./folders.cjs");
const { ask, onPath } = require("./processes.cjs");

const NAMES =
  process.platform === "darwin"
    ? [
        ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"],
        ["libtensorflow.2.dylib", "libtensorflow_framework.2.dylib"],
      ]
    : [
        ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
        ["libtensorflow.so.2", "libtensorflow_framework.so.2"],
      ];

/** The version that the metadata beside a Python package says, or undefined. */
function versionBeside(folder) {
  try {
    const names = fs.readdirSync(path.dirname(folder));
    const info = names.map(
      (name) => /^tensorflow(?:_cpu|_intel|_macos|_rocm)?-(\d[\w.+]*)\.dist-info$/.exec(name)?.[1],
    );
    return info.find((version) => version !== undefined);
  } catch {
    return undefined;
  }
}

/**
 * The TensorFlow in `folder` (a Python package folder, the folder above it, or an unpacked libtensorflow):
 * `{ folder, include, library, framework, version? }`, or undefined.
 */
function libraryIn(folder) {
  for (const base of [folder, path.join(folder, "tensorflow")]) {
    const include = path.join(base, "include");
    const found = [base, path.join(base, "lib")]
      .flatMap((place) => NAMES.map((pair) => pair.map((name) => path.join(place, name))))
      .find((pair) => pair.every((file) => fs.existsSync(file)));
    if (found === undefined || !fs.existsSync(path.join(include, "tensorflow", "c", "eager", "c_api.h")))
      continue;
    const [library, framework] = found;
    const version = versionBeside(base);
    return {
      folder: path.resolve(base),
      include,
      library,
      framework,
      ...(version === undefined ? {} : { version }),
    };
  }
  return undefined;
}

/** What tells two builds of TensorFlow apart without reading them: name and size of the library. */
function identityOf({ library }) {
  return `${path.basename(library)}-${fs.statSync(library).size}`;
}

const python = () => onPath("python3", "python");

/** The folder of the installed Python package `tensorflow`, found without importing it. */
function pythonPackage() {
  const command = python();
  if (command === undefined) return undefined;
  const code =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(list(s.submodule_search_locations)[0] if s else '')";
  return (
    ask(command, ["-c", code], { cwd: require("node:os").tmpdir() })
      ?.split("\n")
      .at(-1) || undefined
  );
}

/** Where downloaded TensorFlows live, one folder for each version and variant. */
const cachedFolder = () => path.join(cacheFolder(), "tensorflow");

/** Name of a variant's folder in the cache. */
const variantName = (version, variant) => `${version}-${variant}-${process.platform}-${process.arch}`;

/**
 * Yields the TensorFlows at hand, best first, each with its `source`: `RELATA_TENSORFLOW`, the installed Python
 * package, the cache (`wanted` variants in their order). Throws where RELATA_TENSORFLOW holds none.
 */
function* librariesAtHand(version, wanted) {
  const given = process.env.RELATA_TENSORFLOW;
  if (given) {
    const library = libraryIn(given);
    if (library === undefined)
      throw new Error(
        `RELATA_TENSORFLOW names "${given}", which holds no TensorFlow: expected include/tensorflow/c/eager/c_api.h and ${NAMES[0].join(", ")} (the folder of a Python package tensorflow); correct or unset it`,
      );
    yield { ...library, source: "RELATA_TENSORFLOW" };
  }
  const installed = pythonPackage();
  const library = installed && libraryIn(installed);
  if (library) yield { ...library, source: "Python package" };
  for (const variant of wanted) {
    const cached = libraryIn(path.join(cachedFolder(), variantName(version, variant)));
    if (cached !== undefined) yield { ...cached, version: cached.version ?? version, source: "cache" };
  }
}

module.exports = { NAMES, cachedFolder, identityOf, librariesAtHand, libraryIn, python, variantName };
