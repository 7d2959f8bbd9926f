// The npm packages of the clone: are they the ones of package-lock.json, and if not, npm ci.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { modules, root } = require("./folders.cjs");
const { lastLine, onPath, run } = require("./processes.cjs");

const stampFile = path.join(modules, ".relata-packages");
/** What the installed files depend on beside the lock file: optional packages differ by platform and architecture. */
const machine = `${process.platform}-${process.arch} node ${process.versions.node.split(".")[0]}`;

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * What is wrong with node_modules, in words, or undefined when it is right: npm's own record of what it installed
 * (which it writes last, so a killed install has none) has the versions of package-lock.json, and every package is there.
 */
function packagesFault() {
  const wanted = readJson(path.join(root, "package-lock.json"))?.packages;
  if (wanted === undefined) return "package-lock.json cannot be read";
  const installed = readJson(path.join(modules, ".package-lock.json"))?.packages;
  if (installed === undefined) return "not installed";
  for (const [place, { version, optional, integrity }] of Object.entries(wanted)) {
    if (place === "") continue;
    const got = installed[place];
    if (got === undefined && optional) continue;
    if (got?.version !== version || got.integrity !== integrity)
      return `${place.replace(/.*node_modules\//, "")} is not at version ${version}`;
    if (!got.link && !fs.existsSync(path.join(root, place, "package.json"))) return `${place} is missing`;
  }
  const stamp = fs.existsSync(stampFile) ? fs.readFileSync(stampFile, "utf8") : machine;
  return stamp === machine ? undefined : `installed for ${stamp}, this is ${machine}`;
}

/** How to call npm: the one that runs us, else the one on PATH, else the one beside Node. */
function npmCommand() {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own) && fs.existsSync(own)) return [process.execPath, own];
  const beside = path.join(
    path.dirname(process.execPath),
    "..",
    "lib",
    "node_modules",
    "npm",
    "bin",
    "npm-cli.js",
  );
  const found = onPath("npm");
  if (found !== undefined && process.platform !== "win32") return [found];
  return fs.existsSync(beside) ? [process.execPath, beside] : undefined;
}

/** Installs the packages where they are not right. Resolves to true when it installed; throws one sentence. */
async function preparePackages(lock) {
  const fault = packagesFault();
  if (fault !== undefined) {
    const offline = process.env.RELATA_OFFLINE === "1";
    const npm = npmCommand();
    if (npm === undefined)
      throw new Error(
        `the packages are ${fault} and npm is not on PATH: install Node 20.19 or newer with npm, then run npm start again`,
      );
    const [command, ...before] = npm;
    const args = [
      ...before,
      "ci",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      offline ? "--offline" : "--prefer-offline",
    ];
    const { code, output } = await run(command, args, { cwd: root, lock });
    if (code !== 0) {
      const remedy = offline
        ? "unset RELATA_OFFLINE or fill npm's cache"
        : "check the network (and npm's proxy settings)";
      throw new Error(`npm ci failed (${lastLine(output)}): ${remedy}, then run npm start again`);
    }
  }
  if (!fs.existsSync(stampFile)) fs.writeFileSync(stampFile, machine);
  return fault !== undefined;
}

module.exports = { packagesFault, preparePackages };
