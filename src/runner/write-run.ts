// Puts the files of a finished run in place: the executed notebook, its page, and the index over all pages there.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, OptionError, writeFileAtomic } from "../core";
import { clearTagged } from "./notebook";
import { notebookName, writeNotebook } from "./notebook-file";
import { indexPage, readSummaries } from "./page/index-page";
import { notebookPage } from "./page/notebook-page";
import type { NotebookRun } from "./run-notebook";

/** Where the files of a run are. */
export interface RunFiles {
  readonly notebook: string;
  readonly page: string;
  readonly index: string;
}

/** How files are written. */
export interface WriteOptions {
  /** The folder. */
  readonly out: string;
  /** The executed notebook goes over its input (the page still goes to `out`). */
  readonly inplace?: boolean;
  /** Cells with this tag keep no outputs in the executed notebook; the page shows them all the same. */
  readonly clear?: string;
}

/**
 * The files that a run of `file` would write, in a folder made ready for them. Throws when the executed notebook would
 * fall on its input unasked, or when the folder cannot be written to: better before a long run than after.
 */
export function plannedFiles(file: string, { out, inplace = false }: WriteOptions): RunFiles {
  const name = notebookName(file);
  const copy = path.join(out, `${name}.ipynb`);
  if (!inplace && realPath(copy) === realPath(file)) {
    throw new OptionError(
      `"${out}" holds the notebook "${file}" itself: choose another --out, or say --inplace`,
    );
  }
  try {
    fs.mkdirSync(out, { recursive: true });
    fs.accessSync(out, fs.constants.W_OK);
  } catch (cause) {
    throw new OptionError(`cannot write into "${out}" (${messageOf(cause)}): choose another --out`, {
      cause,
    });
  }
  return {
    notebook: inplace ? file : copy,
    page: path.join(out, `${name}.html`),
    index: path.join(out, "index.html"),
  };
}

/** Writes everything, each file whole or not at all. */
export async function writeRun(run: NotebookRun, options: WriteOptions): Promise<RunFiles> {
  const files = plannedFiles(run.file, options);
  const { clear } = options;
  writeNotebook(files.notebook, clear === undefined ? run.notebook : clearTagged(run.notebook, clear));
  writeFileAtomic(files.page, await notebookPage(run));
  writeFileAtomic(files.index, indexPage(readSummaries(options.out)));
  return files;
}

function realPath(file: string): string {
  return fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file);
}
