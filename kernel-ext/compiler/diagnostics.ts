// What TypeScript has against a cell, at the cell's own lines and columns.

import ts from "typescript";

/** One complaint; `line` and `column` start at 1. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly code: number;
  readonly isError: boolean;
  readonly isSyntax: boolean;
  readonly message: string;
}

/** Untyped packages (7016) are worth a word, not a refusal. */
const NEVER_BLOCKS = new Set([7016]);

/** How types are treated: errors stop the cell, are only told, or are not looked for. */
export type TypeMode = "strict" | "loose" | "off";

/** Line and column (from 1) of an offset. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

/** Syntax and type complaints about the cell part of `file`, which begins at `offset`. */
export function diagnose(
  program: ts.Program,
  file: ts.SourceFile,
  source: string,
  offset: number,
  mode: TypeMode,
): Diagnostic[] {
  const syntactic = program.getSyntacticDiagnostics(file);
  const semantic = mode === "off" ? [] : program.getSemanticDiagnostics(file);
  return [...syntactic, ...semantic].flatMap((fault, index) => {
    const start = fault.start ?? 0;
    if (start < offset) return [];
    const at = Math.min(start - offset, source.length);
    return {
      ...placeOf(source, at),
      length: Math.max(1, Math.min(fault.length ?? 1, source.length - at)),
      code: fault.code,
      isError: fault.category === ts.DiagnosticCategory.Error && !NEVER_BLOCKS.has(fault.code),
      isSyntax: index < syntactic.length,
      message: withRemedy(fault.code, ts.flattenDiagnosticMessageText(fault.messageText, "\n")),
    };
  });
}

const NO_SUCH_MODULE = 2307;

/** A package that is not there can be had from within the notebook. */
function withRemedy(code: number, message: string): string {
  const name =
    code === NO_SUCH_MODULE ? /module '((?:@[^/']+\/)?[^./'@][^/']*)/.exec(message)?.[1] : undefined;
  return name === undefined ? message : `${message} Install it with %npm install ${name}`;
}

/** Whether a cell with these complaints must not run. */
export function blocks(diagnostics: readonly Diagnostic[], mode: TypeMode): boolean {
  return diagnostics.some((fault) => fault.isError && (fault.isSyntax || mode === "strict"));
}

/** The complaint as text, with the line of the cell and a mark under the place. */
export function formatDiagnostic(fault: Diagnostic, source: string, cell: string): string {
  const line = source.split("\n")[fault.line - 1] ?? "";
  const length = Math.max(1, Math.min(fault.length, line.length - fault.column + 1));
  const mark = " ".repeat(fault.column - 1) + "~".repeat(length);
  const gutter = String(fault.line);
  return [
    `${cell}:${fault.line}:${fault.column} - TS${fault.code}: ${fault.message}`,
    `${gutter} | ${line}`,
    `${" ".repeat(gutter.length)} | ${mark}`,
  ].join("\n");
}
