// Completion by what a value holds at this moment, where its type knows nothing of it.

import type { CellCompiler } from "../compiler/cell-compiler";
import type { Completions } from "../compiler/complete";
import type { MainThread } from "./main-thread";

const DOTTED =
  /(?<![\p{ID_Continue}$.)\]'"`])([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\??\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*)\??\.([\p{ID_Continue}$]*)$/u;

/** `found`, or the properties of the value before the dot when the types offered none. */
export async function orByValue(
  found: Completions,
  source: string,
  offset: number,
  compiler: CellCompiler,
  main: MainThread,
): Promise<Completions> {
  const match = found.entries.length > 0 ? null : DOTTED.exec(source.slice(0, offset));
  if (match === null) return found;
  const [, dotted = "", typed = ""] = match;
  const [name = "", ...path] = dotted.split(/\??\./);
  const binding = compiler.names.get(name);
  const root = binding === undefined ? name : binding.slot;
  // given names are loaded when they are first used, which a question must not cause
  if (root === undefined || (typeof root !== "string" && root.scope === 0)) return found;
  const names = await main.keys(root, path);
  const fitting = names.filter((key) => key.toLowerCase().startsWith(typed.toLowerCase()));
  const entries = fitting.map((text) => ({ text, type: "property" }));
  return { start: offset - typed.length, end: offset, entries };
}
