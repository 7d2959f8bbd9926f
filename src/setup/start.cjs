// After set-up: runs the first notebooks, the tests, JupyterLab or the REPL as a child, and passes its exit code on.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { modules, root } = require("./folders.cjs");
const { say } = require("./say.cjs");
const { setUp } = require("./set-up.cjs");

const NOTEBOOKS = [
  "00-first-steps.ipynb",
  "01-contrastive-fine-tuning.ipynb",
  "02-data.ipynb",
  "03-kernel-tour.ipynb",
];

/** The notebooks of the papers: `notebooks/<paper>/*.ipynb`, in order. */
function paperNotebooks() {
  const folder = path.join(root, "notebooks");
  const folders = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
  return folders
    .filter((entry) => entry.isDirectory() && entry.name !== "results")
    .map((entry) => entry.name)
    .sort()
    .flatMap((name) =>
      fs
        .readdirSync(path.join(folder, name))
        .filter((file) => file.endsWith(".ipynb"))
        .sort()
        .map((file) => path.join(name, file)),
    );
}

/** Runs a script with this Node in the clone, its output ours. Resolves to its exit code. */
function node(script, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
    // Ctrl-C reaches the child by itself; what is sent to us alone is passed on.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", (error) => {
      say(`${path.basename(script)} cannot be started: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

const relata = (...args) => node(path.join(root, "src", "cli", "relata.cjs"), args);

async function start(given) {
  const args = given.filter((one) => one !== "--fast");
  if (args.length < given.length) process.env.RELATA_FAST = "1";
  const notebooks = [...NOTEBOOKS, ...paperNotebooks()]
    .map((name) => path.join("notebooks", name))
    .filter((file) => fs.existsSync(path.join(root, file)));
  if (notebooks.length === 0) {
    say("there is no notebook to run: this clone has none of " + NOTEBOOKS.join(", "));
    return 1;
  }
  const code = await relata("run", ...notebooks, "--profile", "quick", "--out", "out", ...args);
  await relata("report", "--profile", "quick", "--out", path.join("out", "report.html"));
  if (code === 0)
    say(`done: open ${path.join("out", "index.html")} in a browser, or type npm run lab for JupyterLab`);
  return code;
}

async function test(args) {
  const types = await node(path.join(modules, "typescript", "bin", "tsc"), ["--noEmit"]);
  const tests = await node(path.join(modules, "vitest", "vitest.mjs"), ["run", ...args]);
  if (types !== 0) say("the types are wrong: see the lines before the tests");
  return tests || types;
}

const WAYS = {
  start,
  test,
  lab: (args) => relata("lab", ...args),
  repl: (args) => relata("repl", ...args),
  setup: async () => 0,
};

async function main([way = "start", ...args]) {
  const go = WAYS[way];
  if (go === undefined) {
    say(`unknown way to start "${way}": known: ${Object.keys(WAYS).join(", ")}`);
    process.exitCode = 1;
    return;
  }
  try {
    await setUp();
    process.exitCode = await go(args);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}

module.exports = { main };
