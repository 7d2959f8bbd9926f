// What doctor says of one part of an installation.

import { execFile } from "node:child_process";
import * as os from "node:os";

/** One component: `ok`, `missing` (not there) or `broken` (there, but it does not work). */
export interface Component {
  readonly name: string;
  readonly state: "ok" | "missing" | "broken";
  /** A version, a name or a count; null where there is none to tell. */
  readonly version: string | null;
  /** The exact command that mends it; null where nothing has to be or can be mended. */
  readonly remedy: string | null;
  /** One sentence more: where it is, or what is wrong and what that costs. */
  readonly detail: string;
  /** Whether relata cannot work without it. */
  readonly isNecessary: boolean;
}

/** A component from its differences to the usual: ok, not necessary, no version, no remedy. */
export function component(name: string, facts: Partial<Omit<Component, "name">>): Component {
  return { name, state: "ok", version: null, remedy: null, detail: "", isNecessary: false, ...facts };
}

/** The command line of `relata` in a clone, for remedies. */
export const inClone = (command: string): string => `npm run -s relata -- ${command}`;

/** A path without the user's name: the home folder is written `~`. */
export function tidyPath(text: string): string {
  const home = os.homedir();
  return home.length > 1 ? text.replaceAll(home, "~") : text;
}

/** The first line that a short command prints, or undefined where it is missing or fails. */
export function firstLine(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 20_000 }, (error, stdout, stderr) => {
      const line = `${stdout}\n${stderr}`.split("\n").find((text) => text.trim() !== "");
      resolve(error === null ? (line?.trim() ?? "") : undefined);
    });
  });
}
