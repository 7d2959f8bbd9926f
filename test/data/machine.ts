// A machine of the test's own: what its cache and the folder in RELATA_DATA hold.

import * as fs from "node:fs";
import * as path from "node:path";
import { vi } from "vitest";
import { temporaryFolder } from "./temporary";

/** One sentence of our own in SemEval's form. */
export const semeval =
  '1\t"The <e1>frost</e1> broke the <e2>pipe</e2>."\r\nCause-Effect(e1,e2)\r\nComment:\r\n\r\n';

/** A machine whose cache and mirror hold these files. */
export function machine({
  mirror = {},
  cache = {},
}: {
  mirror?: Record<string, string>;
  cache?: Record<string, string>;
}): string {
  const folder = temporaryFolder();
  const write = (place: string, files: Record<string, string>): void => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, place, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  };
  fs.mkdirSync(path.join(folder, "mirror"));
  write("mirror", mirror);
  write("cache/datasets", cache);
  vi.stubEnv("RELATA_DATA", path.join(folder, "mirror"));
  vi.stubEnv("RELATA_CACHE", path.join(folder, "cache"));
  return folder;
}
