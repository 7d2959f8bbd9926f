// What set-up says while it works: plain lines on stderr, and one line of progress that is redrawn on a terminal.
"use strict";

const REDRAW = 250;
const REMIND = 20_000;

/** A line of its own on stderr. */
function say(line) {
  process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[2K" : ""}relata: ${line}\n`);
}

/**
 * Shows `describe()` while `work` runs: redrawn in place on a terminal, else one line every 20 seconds.
 * Returns what `work` returns.
 */
async function whileShowing(describe, work) {
  const isTerminal = Boolean(process.stderr.isTTY);
  const timer = setInterval(
    () => {
      const line = describe();
      if (line === "") return;
      if (isTerminal)
        process.stderr.write(`\r\x1b[2Krelata: ${line}`.slice(0, (process.stderr.columns || 80) + 5));
      else say(line);
    },
    isTerminal ? REDRAW : REMIND,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (isTerminal) process.stderr.write("\r\x1b[2K");
  }
}

/** Seconds since `start` (from Date.now()) as `12 s` or `3 min 5 s`. */
function since(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

module.exports = { say, since, whileShowing };
