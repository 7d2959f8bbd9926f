// What can go wrong between a client and a kernel, each as one sentence.

import { RelataError } from "../../src/core/errors";

/** A kernel that cannot be started, does not answer, or is spoken to wrongly. */
export class KernelError extends RelataError {
  override readonly name: string = "KernelError";
}

/** The kernel process ended while something waited for it. */
export class KernelDeath extends KernelError {
  override readonly name = "KernelDeath";
  /** Exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** Signal that ended it, or `null`. */
  readonly signal: string | null;

  constructor(doing: string, code: number | null, signal: string | null, lastWords = "") {
    const how = signal === null ? `exit code ${code ?? "unknown"}` : signalled(signal);
    const said = lastWords === "" ? "" : `; it last wrote: ${lastWords}`;
    super(`the kernel died while ${doing} (${how})${said}`);
    this.code = code;
    this.signal = signal;
  }
}

/** A cell that ran longer than it was allowed to. */
export class CellTimeout extends KernelError {
  override readonly name = "CellTimeout";
}

function signalled(signal: string): string {
  return signal === "SIGKILL" ? "killed by SIGKILL, perhaps because memory ran out" : `killed by ${signal}`;
}
