"use strict";
// relata for programs that load no TypeScript: `const relata = require("<clone>/src/index.cjs")`, as in a stock tslab notebook.

require("../kernel-ext/loader/typescript-hook.cjs").register();
module.exports = require("./index.ts");
