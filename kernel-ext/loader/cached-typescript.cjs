"use strict";
// Loads TypeScript with its machine code from disk: nine megabytes need not be compiled at every start.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const root = path.resolve(__dirname, "..", "..");

function cacheFile(file) {
  const { size, mtimeMs } = fs.statSync(file);
  const stamp = `${process.versions.v8}-${process.arch}-${size}-${Math.trunc(mtimeMs)}`.replace(
    /[^\w.-]/g,
    "_",
  );
  return path.join(root, ".relata", "compiled", `typescript-${stamp}.bin`);
}

/** Puts TypeScript into require's cache. Returns a function that writes the code cache, to be called once warm. */
function preloadTypescript() {
  const file = require.resolve("typescript", { paths: [root] });
  if (require.cache[file] !== undefined) return () => {};
  let cached;
  let target;
  try {
    target = cacheFile(file);
    cached = fs.readFileSync(target);
  } catch {
    // the first start, or a clone that cannot be written to
  }
  const script = new vm.Script(Module.wrap(fs.readFileSync(file, "utf8")), {
    filename: file,
    cachedData: cached,
    importModuleDynamically: undefined,
  });
  const module = new Module(file, undefined);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  require.cache[file] = module;
  script
    .runInThisContext()
    .call(module.exports, module.exports, Module.createRequire(file), module, file, path.dirname(file));
  module.loaded = true;
  return () => {
    if (target === undefined || (cached !== undefined && script.cachedDataRejected !== true)) return;
    try {
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const temporary = `${target}.${process.pid}`;
      fs.writeFileSync(temporary, script.createCachedData());
      fs.renameSync(temporary, target);
    } catch {
      // only a matter of speed
    }
  };
}

module.exports = { preloadTypescript };
