// Runs a notebook from top to bottom on a fresh kernel and says how it went; files are written by write-run.ts.

import * as path from "node:path";
import {
  CellTimeout,
  findKernelSpec,
  KernelDeath,
  KernelError,
  startKernel,
  type KernelClient,
  type KernelSpec,
} from "../../kernel-ext/client";
import { KERNEL_NAME, kernelSpec } from "../../kernel-ext/spec/kernelspec";
import { messageOf, type OnProgress } from "../core";
import type { CodeCell, Notebook, Output } from "./notebook";
import { titleOf } from "./notebook";
import { notebookName, readNotebook } from "./notebook-file";
import { OutputCollector } from "./output-collector";

/** How a notebook is run. */
export interface RunOptions {
  /** Given to the notebook as `RELATA_PROFILE`. Default "quick". */
  readonly profile?: string;
  /** Milliseconds that one cell may take. Default: no limit. */
  readonly timeout?: number;
  /** Goes on after a failing cell; the run then counts as done. */
  readonly allowErrors?: boolean;
  readonly onProgress?: OnProgress;
  /** Aborting interrupts the running cell and ends the run with what there is. */
  readonly signal?: AbortSignal;
  /** The kernel: a kernelspec, or the name of an installed one. Default: relata's own, from this clone. */
  readonly kernel?: KernelSpec | string;
  /** Hears what the kernel process itself writes, past the protocol. */
  readonly onKernelOutput?: (text: string) => void;
}

/** How a run ended: all cells done, one failed, it was interrupted, a cell took too long, or the kernel died. */
export type RunStatus = "done" | "failed" | "interrupted" | "timeout" | "died";

/** What one code cell did; `number` counts code cells from 1, `seconds` is 0 for those never reached. */
export interface CellRun {
  readonly number: number;
  readonly id: string;
  readonly status: "done" | "failed" | "skipped";
  readonly seconds: number;
}

/** What stopped a run. */
export interface RunFailure {
  /** Code cell, counted from 1; 0 when the kernel never started. */
  readonly cell: number;
  /** One sentence: `Error: message`, or what became of the kernel. */
  readonly message: string;
  /** Coloured with ANSI codes. */
  readonly traceback: readonly string[];
}

/** A finished run. */
export interface NotebookRun {
  readonly file: string;
  readonly title: string;
  readonly profile: string;
  readonly status: RunStatus;
  readonly failure?: RunFailure;
  readonly cells: readonly CellRun[];
  readonly seconds: number;
  /** The notebook with the outputs of this run; the file it came from is untouched. */
  readonly notebook: Notebook;
}

/** The kernel of this clone, started from its own files: nothing needs to be installed. */
export function ownKernel(): KernelSpec {
  const { argv, display_name: displayName, language, interrupt_mode: interruptMode, env } = kernelSpec();
  return { name: KERNEL_NAME, argv, displayName, language, interruptMode, env };
}

/**
 * Runs the code cells of `file` in order in the notebook's own folder. A failing cell ends the run (its tag
 * `raises-exception` or `allowErrors` forgives it); cells tagged `skip-execution` are left out. Throws a `DataError`
 * for a file that is no notebook, and whatever keeps the kernel from starting.
 *
 * @example const run = await runNotebook("notebooks/00-first-steps.ipynb", { profile: "quick" });
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<NotebookRun> {
  const { profile = "quick", signal } = options;
  const notebook = readNotebook(file);
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  for (const cell of code) Object.assign(cell, { outputs: [], execution_count: null });
  const name = notebookName(file);
  const started = performance.now();
  options.onProgress?.({ label: `${name}: starting the kernel`, done: 0, total: code.length, unit: "cells" });
  const client = await startKernel({
    spec:
      typeof options.kernel === "string" ? findKernelSpec(options.kernel) : (options.kernel ?? ownKernel()),
    cwd: path.dirname(path.resolve(file)),
    env: { RELATA_PROFILE: profile },
    ...(signal === undefined ? {} : { signal }),
    ...(options.onKernelOutput === undefined ? {} : { onOutput: options.onKernelOutput }),
  });
  try {
    const info = await client.kernelInfo();
    const { name: language, file_extension, mimetype } = info.language_info;
    const spec = options.kernel === undefined ? ownKernel() : undefined;
    if (spec !== undefined) {
      notebook.metadata["kernelspec"] = { display_name: spec.displayName, language, name: spec.name };
    }
    notebook.metadata["language_info"] = Object.fromEntries(
      Object.entries({ name: language, file_extension, mimetype }).filter(([, value]) => value !== undefined),
    );
    const outcome = await runCells(client, code, name, options);
    const seconds = (performance.now() - started) / 1000;
    return { file, title: titleOf(notebook, name), profile, seconds, notebook, ...outcome };
  } finally {
    await client.shutdown({ grace: 3000 });
  }
}

async function runCells(
  client: KernelClient,
  code: readonly CodeCell[],
  name: string,
  options: RunOptions,
): Promise<Pick<NotebookRun, "status" | "cells"> & { failure?: RunFailure }> {
  const displays = new Map<string, Set<Output>>();
  const collectors = new Map<string, OutputCollector>();
  // Everything is collected here, by the request that caused it: late output still lands under its own cell.
  client.onIopub = (message) => collectors.get(message.parent.msg_id ?? "")?.take(message);
  const cells: CellRun[] = [];
  let end: { status: RunStatus; failure?: RunFailure } = { status: "done" };
  for (const [index, cell] of code.entries()) {
    const number = index + 1;
    const isEmpty = cell.source.trim() === "" || tagsOf(cell).includes("skip-execution");
    if (isEmpty || end.status !== "done") {
      cells.push({ number, id: cell.id, status: isEmpty ? "done" : "skipped", seconds: 0 });
      continue;
    }
    const collector = new OutputCollector(cell, displays);
    const started = performance.now();
    const stopProgress = showProgress(name, number, code.length, collector, options.onProgress);
    const failure = await runCell(client, cell, number, collector, collectors, options);
    stopProgress();
    const seconds = (performance.now() - started) / 1000;
    cells.push({ number, id: cell.id, status: failure === undefined ? "done" : "failed", seconds });
    if (failure === undefined) continue;
    const { status, ...rest } = failure;
    const isForgiven = options.allowErrors === true || tagsOf(cell).includes("raises-exception");
    if (status !== "failed" || !isForgiven) end = { status, failure: rest };
  }
  for (const collector of collectors.values()) collector.finish();
  if (end.status === "done")
    options.onProgress?.({ label: name, done: code.length, total: code.length, unit: "cells" });
  return { ...end, cells };
}

async function runCell(
  client: KernelClient,
  cell: CodeCell,
  number: number,
  collector: OutputCollector,
  collectors: Map<string, OutputCollector>,
  options: RunOptions,
): Promise<(RunFailure & { status: RunStatus }) | undefined> {
  const { signal, timeout } = options;
  try {
    const reply = await client.execute(cell.source, {
      label: `running cell ${number}`,
      metadata: { cellId: cell.id },
      onOutput: (message) => void collectors.set(message.parent.msg_id ?? "", collector),
      ...(signal === undefined ? {} : { signal }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    const wasInterrupted = signal?.aborted === true;
    if (reply.status === "ok" && !wasInterrupted) return undefined;
    const traceback = [...(reply.traceback ?? [])];
    const said =
      reply.status === "error"
        ? `${reply.ename ?? "Error"}: ${reply.evalue ?? ""}`
        : `it was ${reply.status}`;
    return { status: wasInterrupted ? "interrupted" : "failed", cell: number, message: said, traceback };
  } catch (error) {
    const message = messageOf(error);
    const isTimeout = error instanceof CellTimeout;
    const lastWords =
      error instanceof KernelDeath ? (client.process?.output ?? "").trimEnd().split("\n").slice(-15) : [];
    if (!(error instanceof KernelError)) throw error;
    if (!cell.outputs.some((output) => output.output_type === "error"))
      collector.addError(error.name, message, [message, ...lastWords]);
    const status = isTimeout ? "timeout" : signal?.aborted === true ? "interrupted" : "died";
    return { status, cell: number, message, traceback: lastWords };
  }
}

function tagsOf(cell: CodeCell): readonly unknown[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags : [];
}

/** Reports the cell now and each second with the time it has taken and the last line it printed; returns the stop. */
function showProgress(
  name: string,
  number: number,
  total: number,
  collector: OutputCollector,
  onProgress: OnProgress | undefined,
): () => void {
  if (onProgress === undefined) return () => undefined;
  const started = performance.now();
  const show = (): void => {
    const seconds = Math.round((performance.now() - started) / 1000);
    const time =
      seconds < 1
        ? ""
        : seconds < 90
          ? ` ${seconds} s`
          : ` ${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const line = collector.lastLine === "" ? "" : ` · ${collector.lastLine.replace(ANSI, "").slice(0, 60)}`;
    onProgress({ label: `${name}: cell ${number}${time}${line}`, done: number - 1, total, unit: "cells" });
  };
  show();
  const timer = setInterval(show, 1000);
  return () => clearInterval(timer);
}

// eslint-disable-next-line no-control-regex
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;
