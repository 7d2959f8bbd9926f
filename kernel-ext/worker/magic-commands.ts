// What the magics do that belong to the worker: types, names, packages, settings.

import type { ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Bundle } from "../bridge/messages";
import type { CellCompiler } from "../compiler/cell-compiler";
import type { TypeMode } from "../compiler/diagnostics";
import { inspectAt } from "../compiler/inspect";
import { CELL_MAGICS, LINE_MAGICS, type Magic } from "./magics";
import type { MainThread } from "./main-thread";
import { changesOf, installedIn, npmArguments, runNpm } from "./npm";

/** What a magic can reach. */
export interface MagicReach {
  readonly compiler: () => CellCompiler;
  readonly main: MainThread;
  readonly folder: string;
  readonly clone: string;
  /** Prints under the cell. */
  print(text: string): void;
  /** Shows help the way the client wants it. */
  page(data: Bundle): void;
  /** Runs sources as cells of their own. */
  runSources(sources: readonly string[]): Promise<void>;
}

const TYPE_MODES: readonly TypeMode[] = ["strict", "loose", "off"];

/** Does line magics before a cell. */
export class MagicCommands {
  private child: ChildProcess | undefined;

  /** Ends what runs, such as an installation. */
  interrupt(): void {
    this.child?.kill();
  }

  /** Does one magic; throws one sentence when it cannot. */
  async perform({ name, text }: Magic, reach: MagicReach): Promise<void> {
    switch (name) {
      case "types":
        reach.compiler().mode = choice("%types", text, TYPE_MODES);
        return;
      case "strict":
        reach.compiler().setStrict(choice("%strict", text, ["on", "off"]) === "on");
        return;
      case "who":
        return who(reach);
      case "reset":
        reach.compiler().reset();
        reach.main.post({ kind: "reset" });
        return;
      case "reload":
        reach.main.post({ kind: "setting", name: "reload", value: choice("%reload", text, ["on", "off"]) });
        return;
      case "engine":
        reach.main.post({
          kind: "setting",
          name: "engine",
          value: choice("%engine", text, ["tensorflow", "wasm", "cpu"]),
        });
        return reach.print(`the next open() uses the engine ${text.trim()}; one that runs already stays\n`);
      case "seed":
        if (!/^\d+$/.test(text.trim())) throw new Error(`%seed takes a whole number, not "${text}"`);
        reach.main.post({ kind: "setting", name: "seed", value: text.trim() });
        return;
      case "npm":
        return this.npm(text, reach);
      case "run":
        return reach.runSources(sourcesOf(path.resolve(reach.folder, text.trim())));
      default:
        return help(text.trim(), reach);
    }
  }

  private async npm(text: string, reach: MagicReach): Promise<void> {
    const args = npmArguments(text, reach.folder, reach.clone);
    const before = installedIn(reach.folder);
    const code = await runNpm(args, reach.folder, reach.print, (child) => (this.child = child));
    this.child = undefined;
    if (code !== 0) throw new Error(`npm ended with code ${code}: see what it printed above`);
    for (const line of changesOf(before, installedIn(reach.folder))) reach.print(`${line}\n`);
    reach.compiler().refresh();
  }
}

function choice<T extends string>(magic: string, given: string, known: readonly T[]): T {
  const found = known.find((name) => name === given.trim());
  if (found === undefined) throw new Error(`${magic} takes ${known.join(", ")}, not "${given}"`);
  return found;
}

function who({ compiler, print }: MagicReach): void {
  const rows = [...compiler().names.all()]
    .filter(({ cell }) => cell > 0)
    .map(({ name, kind }) => `${kind.padEnd(10)} ${name}`);
  print(rows.length === 0 ? "no names yet\n" : `${rows.join("\n")}\n`);
}

function help(name: string, { compiler, page }: MagicReach): void {
  if (name !== "") {
    const found = inspectAt(compiler(), name, name.length, 1);
    if (found === undefined) throw new Error(`"${name}" is not known here`);
    return page({ "text/plain": found.text, "text/markdown": found.markdown });
  }
  const line = [...LINE_MAGICS].map(([magic, text]) => `%${magic.padEnd(9)} ${text}`);
  const cell = [...CELL_MAGICS].map(([magic, text]) => `%%${magic.padEnd(8)} ${text}`);
  page({ "text/plain": [...line, ...cell].join("\n") });
}

/** The cells of a notebook, or a whole file as one. */
function sourcesOf(file: string): string[] {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Error(`%run: there is no file "${file}"; it takes a notebook or a TypeScript file`);
  const text = fs.readFileSync(file, "utf8");
  if (!file.endsWith(".ipynb")) return [text];
  let notebook: { cells?: { cell_type?: string; source?: string | string[] }[] };
  try {
    notebook = JSON.parse(text) as typeof notebook;
  } catch {
    throw new Error(`%run: "${file}" is no notebook: it is not JSON`);
  }
  const cells = (notebook.cells ?? []).filter(({ cell_type }) => cell_type === "code");
  return cells.map(({ source = "" }) => (Array.isArray(source) ? source.join("") : source));
}
