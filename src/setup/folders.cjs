// The folders of set-up: the clone, the cache (as in src/core/folders.ts), and the addon's package.
"use strict";

const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");

/** `RELATA_CACHE`, else `$XDG_CACHE_HOME/relata`, else `~/.cache/relata`. */
function cacheFolder() {
  const { RELATA_CACHE, XDG_CACHE_HOME } = process.env;
  return path.resolve(
    RELATA_CACHE || path.join(XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "relata"),
  );
}

const modules = path.join(root, "node_modules");
const addonPackage = path.join(modules, "@tensorflow", "tfjs-node-gpu");

/** The N-API version the addon is built for: the newest that both Node and the package know. */
const napi = Math.min(8, Number(process.versions.napi));

module.exports = {
  addonFile: path.join(addonPackage, "lib", `napi-v${napi}`, "tfjs_binding.node"),
  addonPackage,
  cacheFolder,
  engineRecord: path.join(modules, ".relata-engine.json"),
  modules,
  napi,
  root,
};
