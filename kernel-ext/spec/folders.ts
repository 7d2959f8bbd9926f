// Where Jupyter looks for kernels, found without Python.

import * as os from "node:os";
import * as path from "node:path";

/** Which folder a kernelspec goes to. */
export interface Target {
  /** An environment's prefix; its kernels live under share/jupyter. */
  readonly prefix?: string | undefined;
}

/** The user's own Jupyter data folder: JUPYTER_DATA_DIR, else the place that Jupyter uses on this system. */
export function userDataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const home = env.HOME || os.homedir();
  if (platform === "darwin") return path.join(home, "Library", "Jupyter");
  if (platform === "win32") return path.join(env.APPDATA || path.join(home, "AppData", "Roaming"), "jupyter");
  return path.join(env.XDG_DATA_HOME || path.join(home, ".local", "share"), "jupyter");
}

/** The folder of all kernels for a target. */
export function kernelsFolder({ prefix }: Target): string {
  return prefix === undefined
    ? path.join(userDataFolder(), "kernels")
    : path.join(prefix, "share", "jupyter", "kernels");
}
