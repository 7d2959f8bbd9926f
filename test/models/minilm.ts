// The real MiniLM for tests: from the cache, else fetched; tests that need it are skipped where it cannot be had.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { projectFolder } from "../../src/core";
import { findModel } from "../../src/models";
import { skipUnless } from "../support/skips";

function fetched(): string | undefined {
  const relata = path.join(projectFolder, "src", "cli", "relata.cjs");
  spawnSync(process.execPath, [relata, "model", "get", "minilm"], { stdio: "ignore" });
  return findModel("minilm");
}

/** The folder of minilm, undefined where it cannot be had. */
export const minilm: string | undefined = findModel("minilm") ?? fetched();

/** `it` for tests that read minilm. */
export const withMinilm = skipUnless(minilm !== undefined, "the model minilm cannot be had on this machine");
