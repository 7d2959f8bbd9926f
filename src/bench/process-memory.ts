// The memory of any process, where the system tells it.

import * as fs from "node:fs";

/** Bytes that a process holds now (`VmRSS`) or held at most (`VmHWM`); `undefined` off Linux or when it is gone. */
export function memoryOf(pid: number | "self", what: "VmRSS" | "VmHWM"): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!fs.existsSync(file)) return undefined;
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(fs.readFileSync(file, "utf8"))?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}
