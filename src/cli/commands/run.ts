// `relata run`: executes notebooks headless and writes them, a page of each and an index; or runs a script.

import * as path from "node:path";
import { messageOf, OptionError } from "../../core";
import {
  notebookName,
  plannedFiles,
  runNotebook,
  runScript,
  writeRun,
  type NotebookRun,
  type RunFiles,
} from "../../runner";
import type { Command, Output } from "../command";
import { readOptions, type Options } from "../options";

const USAGE = `relata run NOTEBOOK... [options]      run notebooks on the relata kernel, write them with outputs and as pages
relata run SCRIPT.ts [-- ARGS]         run a TypeScript file with the same API

  --profile P        quick (default), small or paper: given to the notebook as RELATA_PROFILE
  --out DIR          where the executed notebooks, pages and index.html go; default ./out
  --inplace          write the executed notebook over its input (its page still goes to DIR)
  --clear TAG        keep no outputs of cells with this tag in the executed notebook, as in notebooks that are committed
  --timeout SECONDS  how long one cell may take; default: no limit
  --allow-errors     go on after a failing cell
  --json             one object: { ok, index, notebooks: [{ file, title, status, seconds, notebook, page, failure }] }

A failing cell ends its notebook: what there is is written, and the exit code is 1. Ctrl-C interrupts the running cell
and writes what there is; a second one ends at once.`;

const names = path.join(__dirname, "..", "script", "names.ts");
const PROFILES = ["quick", "small", "paper"];

interface Done {
  readonly file: string;
  readonly run?: NotebookRun;
  readonly files?: RunFiles;
  readonly error?: string;
}

/** The command `relata run`. */
export const runCommand: Command = {
  name: "run",
  summary: "run a notebook headless, write it with outputs and as a page; or run a script",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const options = readOptions(args, {
      flags: ["--inplace", "--allow-errors", "--json"],
      values: ["--profile", "--out", "--clear", "--timeout"],
    });
    const profile = options.values.get("--profile") ?? process.env["RELATA_PROFILE"] ?? "quick";
    if (!PROFILES.includes(profile))
      throw new OptionError(`unknown profile "${profile}": known: ${PROFILES.join(", ")}`);
    const [first, ...others] = options.rest;
    if (first === undefined)
      throw new OptionError("relata run needs a notebook or a script: relata run FILE.ipynb");
    const stop = new AbortController();
    const onSignal = (): void => {
      if (stop.signal.aborted) process.exit(130);
      out.text("interrupting; once more ends at once");
      stop.abort();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
    try {
      if (/\.[cm]?[tj]s$/.test(first))
        return await runScript(first, { profile, names, args: others, signal: stop.signal });
      return await runAll(options, profile, stop.signal, out);
    } finally {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, onSignal);
    }
  },
};

async function runAll(options: Options, profile: string, signal: AbortSignal, out: Output): Promise<number> {
  const files = options.rest;
  const clear = options.values.get("--clear");
  const write = {
    out: options.values.get("--out") ?? "out",
    inplace: options.flags.has("--inplace"),
    ...(clear === undefined ? {} : { clear }),
  };
  const timeout = secondsOf(options.values.get("--timeout"));
  const names = files.map(notebookName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new OptionError(`two notebooks are called "${twice}": run them with a different --out each`);
  for (const file of files) plannedFiles(file, write);
  const done: Done[] = [];
  for (const file of files) {
    if (signal.aborted) break;
    done.push(await runOne(file));
  }
  const index = done.find((one) => one.files !== undefined)?.files?.index;
  const isOk = done.length === files.length && done.every(({ run }) => run?.status === "done");
  if (options.flags.has("--json"))
    out.json({
      ok: isOk,
      index: index === undefined ? null : path.resolve(index),
      notebooks: done.map(forScripts),
    });
  else if (index !== undefined) out.text(`all pages: ${path.resolve(index)}`);
  return signal.aborted ? 130 : isOk ? 0 : 1;

  async function runOne(file: string): Promise<Done> {
    try {
      const run = await runNotebook(file, {
        profile,
        signal,
        allowErrors: options.flags.has("--allow-errors"),
        onProgress: (event) => out.progress(event),
        ...(timeout === undefined ? {} : { timeout }),
      });
      const written = await writeRun(run, write);
      out.text(
        `${run.title}: ${run.status}, ${run.cells.length} cells in ${run.seconds.toFixed(1)} s: ${written.page}`,
      );
      if (run.failure !== undefined) {
        for (const line of run.failure.traceback) out.text(line);
        out.error(`${file}, cell ${run.failure.cell}: ${run.failure.message}`);
      }
      return { file, run, files: written };
    } catch (error) {
      if (files.length === 1 && !options.flags.has("--json")) throw error;
      out.error(messageOf(error));
      return { file, error: messageOf(error) };
    }
  }
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds > 0)) throw new OptionError(`--timeout "${text}" is no number of seconds above 0`);
  return seconds * 1000;
}

function forScripts({ file, run, files, error }: Done): Record<string, unknown> {
  if (run === undefined || files === undefined)
    return { file, status: "unreadable", failure: { cell: 0, message: error } };
  const { title, status, seconds, failure, cells } = run;
  return {
    file,
    title,
    profile: run.profile,
    status,
    seconds,
    cells: cells.length,
    notebook: path.resolve(files.notebook),
    page: path.resolve(files.page),
    ...(failure === undefined ? {} : { failure: { cell: failure.cell, message: failure.message } }),
  };
}
