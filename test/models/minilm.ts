// The real MiniLM for tests: from the cache, else fetched; tests that need it are skipped where it cannot be had.

import { getModel } from "../../src/models";
import { skipUnless } from "../support/skips";

/** The folder of minilm, undefined where it cannot be had. */
export const minilm: Promise<string | undefined> = getModel("minilm").catch(() => undefined);

/** `it` for tests that read minilm, given its folder: `withMinilm(await minilm)("...", ...)`. */
export function withMinilm(folder: string | undefined): ReturnType<typeof skipUnless> {
  return skipUnless(folder !== undefined, "the model minilm cannot be had on this machine");
}
