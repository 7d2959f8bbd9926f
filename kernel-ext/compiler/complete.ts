// Typed completion at a place in a cell.

import ts from "typescript";
import type { CellCompiler } from "./cell-compiler";
import { OLD } from "./names";

/** What can stand at the cursor; `start` and `end` are the offsets it would replace. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly { readonly text: string; readonly type: string }[];
}

const LIMIT = 2000;
const IN_IMPORT = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(["'])([^"'\n]*)$/;

/** Completions of `source` at `offset`. */
export function completeAt(compiler: CellCompiler, source: string, offset: number): Completions {
  const { file, offset: shift } = compiler.load(source, true);
  const found = compiler.service.getCompletionsAtPosition(file, shift + offset, {
    includeCompletionsWithInsertText: true,
    includeCompletionsForModuleExports: false,
    includeCompletionsForImportStatements: true,
  });
  const wanted = IN_IMPORT.exec(source.slice(0, offset))?.[2];
  const packages = wanted === undefined ? [] : compiler.packages().filter((name) => name.startsWith(wanted));
  const modules = packages.map((text) => ({ text, type: "module" }));
  if (found === undefined) return { start: offset - (wanted?.length ?? 0), end: offset, entries: modules };
  const word = wordAt(source, offset);
  const span = commonSpan(found.entries) ?? found.optionalReplacementSpan;
  const start = span === undefined ? word.start : Math.min(offset, Math.max(0, span.start - shift));
  const end =
    span === undefined ? offset : Math.max(offset, Math.min(source.length, span.start + span.length - shift));
  const [quoted, named] = [start, word.start].map((from) => source.slice(from, offset).toLowerCase());
  const ranked = found.entries
    .filter(({ name }) => !name.startsWith(OLD) && !name.startsWith("__cell"))
    .filter(
      ({ replacementSpan, isImportStatementCompletion }) =>
        isImportStatementCompletion === true ||
        replacementSpan === undefined ||
        replacementSpan.start === start + shift,
    )
    .flatMap((entry) => {
      const typed = (isQuoted(entry) ? quoted : named) ?? "";
      const at = entry.name.toLowerCase().indexOf(typed);
      const isClose = at === 0 ? 0 : at > 0 ? 2 : subsequence(typed, entry.name.toLowerCase()) ? 3 : -1;
      return isClose < 0 ? [] : [{ entry, rank: isClose }];
    })
    .sort(
      (a, b) =>
        a.rank - b.rank || compare(a.entry.sortText, b.entry.sortText) || compare(a.entry.name, b.entry.name),
    );
  const byText = new Map(
    ranked.map(({ entry }) => [textOf(entry), { text: textOf(entry), type: typeOf(entry.kind) }]),
  );
  const entries = [...byText.values()].slice(0, LIMIT);
  if (entries.length === 0 && modules.length > 0)
    return { start: offset - wanted!.length, end: offset, entries: modules };
  return { start, end, entries };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function subsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function wordAt(source: string, offset: number): { start: number } {
  const before = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(source.slice(0, offset));
  return { start: offset - (before?.[0].length ?? 0) };
}

/** What is put in; the name alone where TypeScript would write the whole import statement. */
function textOf({ name, insertText, isImportStatementCompletion }: ts.CompletionEntry): string {
  return isImportStatementCompletion === true ? name : (insertText ?? name);
}

/** Whether an entry is text inside quotes, which may hold more than one word. */
function isQuoted({ kind }: ts.CompletionEntry): boolean {
  const { ScriptElementKind: Kind } = ts;
  return [Kind.string, Kind.scriptElement, Kind.directory, Kind.externalModuleName].includes(kind);
}

/**
 * What all entries replace, if that is one place. Entries alone in replacing the dot too, such as `["odd key"]`, are
 * left out: clients replace the same text for all.
 */
function commonSpan(entries: readonly ts.CompletionEntry[]): ts.TextSpan | undefined {
  const first = entries[0]?.replacementSpan;
  return entries.every(({ replacementSpan }) => replacementSpan?.start === first?.start) ? first : undefined;
}

function typeOf(kind: ts.ScriptElementKind): string {
  const { ScriptElementKind: Kind } = ts;
  switch (kind) {
    case Kind.functionElement:
    case Kind.localFunctionElement:
    case Kind.memberFunctionElement:
    case Kind.callSignatureElement:
      return "function";
    case Kind.classElement:
    case Kind.localClassElement:
      return "class";
    case Kind.interfaceElement:
    case Kind.typeElement:
      return "interface";
    case Kind.enumElement:
    case Kind.enumMemberElement:
      return "enum";
    case Kind.moduleElement:
    case Kind.externalModuleName:
    case Kind.scriptElement:
      return "module";
    case Kind.memberVariableElement:
    case Kind.memberGetAccessorElement:
    case Kind.memberSetAccessorElement:
      return "property";
    case Kind.keyword:
      return "keyword";
    case Kind.string:
      return "string";
    default:
      return "variable";
  }
}
