// One process at a time, be it a set-up, a download or a run: a lock file that names its processes, and is taken over when they are all dead.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** When a process started, so that a new process with an old id is not mistaken for the old one (Linux only). */
function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "dead" : fields[19];
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now !== "dead" && (start === undefined || now === undefined || now === start);
}

const me = (pid = process.pid) => ({ pid, start: startOf(pid) });

function readLock(file) {
  try {
    const text = fs.readFileSync(file, "utf8");
    const { host, processes } = JSON.parse(text);
    return { text, host, processes };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    return { text: "", host: os.hostname(), processes: [] };
  }
}

/** Tries once: true when the lock is ours now, else the living holder (a process id), or undefined to try again. */
function tryLock(file, content) {
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, content);
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    fs.rmSync(mine, { force: true });
  }
  const held = readLock(file);
  if (held === undefined) return undefined;
  const holder = held.host === os.hostname() ? held.processes.find(isAlive) : held.processes[0];
  const isOld = held.host !== os.hostname() && Date.now() - fs.statSync(file).mtimeMs > 3_600_000;
  if (holder !== undefined && !isOld) return holder.pid;
  // Renaming is atomic, so of several that see the dead lock one takes it away; whoever moved a living one puts it back.
  const away = `${file}.${process.pid}.dead`;
  try {
    fs.renameSync(file, away);
    if (readLock(away)?.text !== held.text) fs.linkSync(away, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
  fs.rmSync(away, { force: true });
  return undefined;
}

/**
 * Runs `work(lock)` while this process alone holds `file`. Waits for a living holder, telling `onWait(pid)` once.
 * `lock.note(pid)` and `lock.forget(pid)` name children, so that a killed set-up's orphans are waited for too.
 * An aborted `signal` ends the waiting with its reason.
 */
async function withLock(file, onWait, work, signal) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const processes = [me()];
  const content = () => JSON.stringify({ host: os.hostname(), processes });
  let told = false;
  for (;;) {
    const result = tryLock(file, content());
    if (result === true) break;
    signal?.throwIfAborted();
    if (result !== undefined && !told) {
      told = true;
      onWait(result);
    }
    await new Promise((resolve) => setTimeout(resolve, result === undefined ? 5 : 200));
  }
  const rewrite = () => {
    const next = `${file}.${process.pid}.next`;
    fs.writeFileSync(next, content());
    fs.renameSync(next, file);
  };
  const lock = {
    note(pid) {
      processes.push(me(pid));
      rewrite();
    },
    forget(pid) {
      const at = processes.findIndex((process) => process.pid === pid);
      if (at >= 0) processes.splice(at, 1);
      rewrite();
    },
  };
  try {
    return await work(lock);
  } finally {
    fs.rmSync(file, { force: true });
  }
}

module.exports = { withLock };
