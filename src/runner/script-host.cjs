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

const [, , names, script] = process.argv;
const file = path.resolve(script);
process.argv.splice(1, 3, file);

/** The trace of an error without the frames of loaders, with the line of the script that it comes from. */
function report(error) {
  if (!(error instanceof Error)) return `Uncaught ${require("node:util").inspect(error)}\n`;
  if (error.name === "TSError") return `${error.message.replace(/^.*\n/, "")}\n`;
  const lines = (error.stack ?? String(error)).split("\n");
  const isOurs = (line) => /^\s+at /.test(line) && /node:|node_modules|script-host\.cjs/.test(line);
  const isNoise = error.code === "MODULE_NOT_FOUND" ? /^(Require stack:|- )/ : /^$/;
  const kept = lines.filter((line) => !isOurs(line) && !isNoise.test(line));
  const place = kept.map((line) => /((?:\/|[A-Za-z]:\\)[^():]*):(\d+):(\d+)/.exec(line)).find(Boolean);
  if (!place || !fs.existsSync(place[1])) return `${kept.join("\n")}\n`;
  const code = fs.readFileSync(place[1], "utf8").split("\n")[place[2] - 1] ?? "";
  return `${place[1]}:${place[2]}\n${code}\n${" ".repeat(place[3] - 1)}^\n${kept.join("\n")}\n`;
}

process.on("uncaughtException", (error) => {
  fs.writeSync(2, report(error));
  process.exit(1);
});
if (names !== "-") require(names).giveNames();
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
