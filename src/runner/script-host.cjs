"use strict";
// What `relata run SCRIPT.ts` starts: TypeScript through ts-node, `relata` by its name, and await at the top level.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
const compiler = require("ts-node").register({
  transpileOnly: true,
  project: path.join(root, "tsconfig.json"),
  cwd: root,
});

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request === "relata" ? path.join(root, "src", "index.ts") : request, ...rest);
};

const file = path.resolve(process.argv[2]);
process.argv.splice(1, 2, file);
const main = new Module(file, null);
main.filename = file;
main.paths = Module._nodeModulePaths(path.dirname(file));
require.cache[file] = main;
process.mainModule = main;
// CommonJS knows no await at the top level, so the script is the body of an async function, on the same lines.
main._compile(
  `module.exports = (async () => { ${compiler.compile(fs.readFileSync(file, "utf8"), file)}\n})();`,
  file,
);
