// Where relata keeps things on this machine: caches outside the clone, results inside it.

import * as os from "node:os";
import * as path from "node:path";

/** The folder for engines and weights: `RELATA_CACHE`, else `$XDG_CACHE_HOME/relata`, else `~/.cache/relata`. */
export function cacheFolder(): string {
  const { RELATA_CACHE, XDG_CACHE_HOME } = process.env;
  return RELATA_CACHE || path.join(XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "relata");
}

/** The root of the clone: the folder that holds package.json and src. */
export const projectFolder: string = path.resolve(__dirname, "..", "..");
