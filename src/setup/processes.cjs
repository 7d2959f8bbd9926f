// Child processes of set-up: run to the end, output kept for the error sentence, known to the lock while they live.
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const TAIL = 4000;

/**
 * Runs a command without a shell and without stdin. Resolves to `{ code, output }`, where `output` is the end of
 * stdout and stderr together; a command that cannot be started has code -1. `lock.note` hears the child's id.
 */
function run(command, args, { cwd, env = process.env, lock } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => (output = (output + chunk).slice(-TAIL));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code, signal) => {
      if (lock && child.pid) lock.forget(child.pid);
      resolve({ code: code ?? -1, output: signal ? `${output}\nended by ${signal}` : output });
    });
    if (lock && child.pid) lock.note(child.pid);
  });
}

/** The stdout of a short command, or undefined where it is missing, fails or takes longer than `timeout` ms. */
function ask(command, args, { timeout = 15_000, cwd } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    timeout,
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : undefined;
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first of `names` that is on PATH, or undefined. */
function onPath(...names) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  const folders = (process.env.PATH || "").split(path.delimiter).filter(Boolean);
  const files = (name) =>
    folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)));
  return names.flatMap(files).find(isProgram);
}

/** The last line of a command's output that says something: what an error sentence quotes. */
function lastLine(output) {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const telling = lines.filter(
    (line) => /error|cannot|no such|not found|failed|denied/i.test(line) && !/complete log/i.test(line),
  );
  return (telling.at(-1) ?? lines.at(-1) ?? "no output").slice(0, 300);
}

module.exports = { ask, lastLine, onPath, run };
