// What `npm start`, `npm test`, `npm run lab` and `npm run repl` call: checks Node, sets up, starts the wanted thing.
"use strict";

var wanted = [20, 19];
var here = process.versions.node.split(".").map(Number);
if (here[0] < wanted[0] || (here[0] === wanted[0] && here[1] < wanted[1])) {
  process.stderr.write(
    "relata: Node " +
      process.versions.node +
      " is too old: relata needs Node 20.19 or newer (22 and 24 work too); get it from https://nodejs.org\n",
  );
  process.exitCode = 1;
} else {
  require("./start.cjs").main(process.argv.slice(2));
}
