// A folder for one test, gone afterwards.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { onTestFinished } from "vitest";

/** A new empty folder, deleted when the running test ends. */
export function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-test-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `content` as `name` into a new folder and returns the file. */
export function newFile(name: string, content: string | Uint8Array): string {
  const file = path.join(newFolder(), name);
  fs.writeFileSync(file, content);
  return file;
}
