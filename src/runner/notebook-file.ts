// Notebook files: read with every fault named, brought to format 4.5, and written as Jupyter writes them.

import * as fs from "node:fs";
import * as path from "node:path";
import { DataError, readText, writeFileAtomic } from "../core";
import { findJsonFault } from "./json-place";
import type { Cell, JsonObject, Notebook, Output } from "./notebook";

const CELL_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** The notebook in `file`; a `DataError` says what is not as nbformat 4 has it, and where. */
export function readNotebook(file: string): Notebook {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new DataError("this is a folder: name the notebooks in it", { file });
  }
  const text = readText(file);
  if (text.trim() === "") throw new DataError("the file is empty, a notebook was expected", { file });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    const fault = findJsonFault(text) ?? { line: 1, column: 1, expected: "JSON" };
    throw new DataError(
      `not a notebook, because it is not JSON: column ${fault.column} should have ${fault.expected}; mend the file or save it again from Jupyter`,
      { file, line: fault.line },
      { cause },
    );
  }
  return toNotebook(content, file);
}

function toNotebook(content: unknown, file: string): Notebook {
  const wrong = (message: string): DataError => new DataError(message, { file });
  if (!isObject(content) || !("nbformat" in content)) {
    throw wrong('not a notebook: the JSON has no "nbformat"; give a file that Jupyter saved');
  }
  const { nbformat, nbformat_minor: minor, metadata, cells } = content;
  if (nbformat !== 4) {
    throw wrong(
      `notebook format ${String(nbformat)}, but format 4 is needed: open it in JupyterLab and save it again`,
    );
  }
  if (!Array.isArray(cells)) throw wrong('not a notebook: it has no list "cells"');
  const used = new Set<string>();
  const result: Cell[] = cells.map((cell: unknown, index) => {
    const number = index + 1;
    if (!isObject(cell)) throw wrong(`cell ${number} is no object`);
    const source = joined(cell["source"]);
    if (source === undefined) throw wrong(`cell ${number} has no "source" (a text or a list of texts)`);
    const id = freeId(cell["id"], number, used);
    const base = { id, metadata: objectOr(cell["metadata"]), source };
    switch (cell["cell_type"]) {
      case "markdown":
      case "raw": {
        const attachments = cell["attachments"];
        const images = isObject(attachments)
          ? { attachments: attachments as Record<string, JsonObject> }
          : {};
        return { cell_type: cell["cell_type"], ...base, ...images };
      }
      case "code": {
        const count = cell["execution_count"];
        const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"] : [];
        const read = outputs.map((output: unknown) =>
          toOutput(output, () => wrong(`cell ${number} has an output of no known kind`)),
        );
        return {
          cell_type: "code",
          ...base,
          execution_count: typeof count === "number" ? count : null,
          outputs: read,
        };
      }
      default:
        throw wrong(
          `cell ${number} has the type ${JSON.stringify(cell["cell_type"])}, known: code, markdown, raw`,
        );
    }
  });
  const kept = typeof minor === "number" && minor > 5 ? minor : 5;
  return { nbformat: 4, nbformat_minor: kept, metadata: objectOr(metadata), cells: result };
}

function toOutput(output: unknown, wrong: () => DataError): Output {
  if (!isObject(output)) throw wrong();
  const { output_type: type, name, text, ename, evalue, traceback, execution_count: count } = output;
  const shown = { data: joinedBundle(objectOr(output["data"])), metadata: objectOr(output["metadata"]) };
  switch (type) {
    case "stream":
      return { output_type: type, name: String(name ?? "stdout"), text: joined(text) ?? "" };
    case "display_data":
      return { output_type: type, ...shown };
    case "execute_result":
      return { output_type: type, ...shown, execution_count: typeof count === "number" ? count : null };
    case "error": {
      const lines = Array.isArray(traceback) ? traceback.map(String) : [];
      return { output_type: type, ename: String(ename), evalue: String(evalue), traceback: lines };
    }
    default:
      throw wrong();
  }
}

/** Cells of format 4.0 to 4.4 have no ids: they get their number, which stays the same from run to run. */
function freeId(given: unknown, number: number, used: Set<string>): string {
  let id = typeof given === "string" && CELL_ID.test(given) ? given : `cell-${number}`;
  while (used.has(id)) id = `${id.slice(0, 60)}-2`;
  used.add(id);
  return id;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function joined(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
}

function isJsonMime(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

function joinedBundle(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [mime, isJsonMime(mime) ? value : (joined(value) ?? value)]),
  );
}

/** `text` as nbformat stores it: a list of lines that keep their ends. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function isSplit(mime: string): boolean {
  return mime.startsWith("text/") || mime === "application/javascript" || mime === "image/svg+xml";
}

function storedBundle(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [
      mime,
      typeof value === "string" && isSplit(mime) ? lines(value) : value,
    ]),
  );
}

function storedOutput(output: Output): JsonObject {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  return "data" in output ? { ...output, data: storedBundle(output.data) } : { ...output };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/** The text of the notebook's file, byte for byte as Jupyter's own nbformat writes it (sorted names, indent 1). */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.cell_type === "code" ? { outputs: cell.outputs.map(storedOutput) } : {}),
  }));
  return `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes the notebook whole or not at all. */
export function writeNotebook(file: string, notebook: Notebook): void {
  writeFileAtomic(file, notebookText(notebook));
}

/** `00-first-steps` of `notebooks/00-first-steps.ipynb`. */
export function notebookName(file: string): string {
  return path.basename(file).replace(/\.ipynb$/i, "");
}
