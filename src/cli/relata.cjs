#!/usr/bin/env node
// The `relata` command: registers ts-node (transpile only) and hands over to main.ts.
"use strict";

const path = require("node:path");
const root = path.resolve(__dirname, "..", "..");

function load(name) {
  try {
    return require(name);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

const tsNode = load("ts-node");
if (tsNode === undefined) {
  process.stderr.write(
    `relata: the packages are not installed: type npm start in ${path.relative(process.cwd(), root) || "this folder"} first\n`,
  );
  process.exitCode = 1;
} else {
  tsNode.register({ transpileOnly: true, project: path.join(root, "tsconfig.json"), cwd: root });
  require("./main.ts").main(process.argv.slice(2));
}
