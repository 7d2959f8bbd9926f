"use strict";
// Entry of the worker thread that speaks the protocol and compiles cells.

require("../loader/typescript-hook.cjs").register();
require("./main.ts").main();
