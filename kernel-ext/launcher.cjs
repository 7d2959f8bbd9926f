"use strict";
// What the kernelspec starts: node launcher.cjs CONNECTION_FILE.

require("./loader/typescript-hook.cjs").register({ guards: true });
require("./session/main.ts").main(process.argv.slice(2));
