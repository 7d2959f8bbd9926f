// What the compiler gives and takes: a compiled cell, what TypeScript said of it, and where the notebook is.

import type { ImportPlan } from "./bindings";
import type { Diagnostic } from "./diagnostics";
import type { Slot } from "./names";
import type { Scan } from "./scan";

/** What the main thread needs to run a cell. */
export interface CompiledCell {
  readonly code: string;
  /** Source map from `code` to the cell, as JSON; the prelude is its first line, so line n (from 0) is cell line n. */
  readonly map: string;
  readonly isAsync: boolean;
  readonly imports: readonly ImportPlan[];
  readonly scopes: readonly number[];
  /** Slots that the cell takes for declarations of its own. */
  readonly declares: readonly Slot[];
}

/** The outcome of compiling: what TypeScript says, and the cell unless it must not run. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  readonly compiled: CompiledCell | undefined;
  readonly conflicts: readonly string[];
}

/** Where a notebook is and what it knows from the start. */
export interface CompilerSettings {
  /** The notebook's folder. */
  readonly folder: string;
  /** The clone, whose packages are there for every notebook. */
  readonly clone: string;
  /** Names that are there without import: name to the absolute path of the module that exports it. */
  readonly given: ReadonlyMap<string, string>;
  /** Specifiers answered with a file, such as `relata`. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The text of the cell under work inside its virtual file. */
export interface LoadedCell {
  readonly file: string;
  readonly offset: number;
  readonly scan: Scan;
}
