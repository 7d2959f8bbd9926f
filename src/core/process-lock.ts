// One process at a time at a piece of work, be it a download or a run; set-up has the same lock before any package is there.

import { createRequire } from "node:module";

type WithLock = <T>(
  file: string,
  onWait: (pid: number) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

/**
 * Does `work` while this process alone holds `file`, and resolves to what it gives. A living holder is waited for, which
 * `onWait` is told once with its process id; the lock of a dead one is taken over. An aborted `signal` ends the waiting
 * with its reason.
 */
export const { withLock } = createRequire(__filename)("../setup/lock.cjs") as { readonly withLock: WithLock };
