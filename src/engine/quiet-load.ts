// Loading TensorFlow without the two lines it writes to stderr before it reads its log level.

import * as fs from "node:fs";
import * as tty from "node:tty";

/**
 * Runs `load` while file descriptor 2 points to nowhere, where that can be undone: stderr a terminal or a pipe, on
 * Linux, and not inside a Jupyter kernel, whose threads open descriptors of their own at any time.
 */
export function quietly<T>(load: () => T): T {
  if (!canReopen()) return load();
  const before = fs.openSync("/proc/self/fd/2", "a");
  point("/dev/null");
  try {
    return load();
  } finally {
    point(`/proc/self/fd/${before}`);
    fs.closeSync(before);
  }
}

/** The lowest free descriptor is the one a file opens at, so closing 2 and opening a file points 2 to it. */
function point(file: string): void {
  fs.closeSync(2);
  fs.openSync(file, "a");
}

function canReopen(): boolean {
  if (process.platform !== "linux" || process.env["JPY_PARENT_PID"] !== undefined) return false;
  try {
    return tty.isatty(2) || fs.fstatSync(2).isFIFO();
  } catch {
    return false;
  }
}
