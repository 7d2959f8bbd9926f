// Whether text is a whole cell, the beginning of one, or wrong: decides if Enter runs it.

import ts from "typescript";

/** The answer to `is_complete_request`. */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  readonly indent?: string;
}

const UNTERMINATED_TEMPLATE = 1160;
const UNTERMINATED_COMMENT = 1010;
const UNTERMINATED_STRING = 1002;

const CELL_MAGIC = /^\s*%%(?!time\b)/;
const MAGIC_LINE = /^%%?[A-Za-z][^\n]*/gm;

/**
 * Judges `text` by its syntax alone; `indent` fits the brackets that are open. A cell of another language (`%%html`) ends
 * with an empty line; lines of other magics count as empty.
 */
export function completenessOf(text: string): Completeness {
  if (CELL_MAGIC.test(text))
    return /\n[ \t]*\n?$/.test(text) ? { status: "complete" } : { status: "incomplete", indent: "" };
  const source = text.replace(MAGIC_LINE, (line) => (line.includes("`") ? line : " ".repeat(line.length)));
  if (source.trim() === "") return { status: "complete" };
  const { diagnostics = [] } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  const first = diagnostics.reduce<ts.Diagnostic | undefined>(
    (earliest, fault) =>
      earliest === undefined || (fault.start ?? 0) < (earliest.start ?? 0) ? fault : earliest,
    undefined,
  );
  if (first === undefined) return { status: "complete" };
  const end = source.trimEnd().length;
  const isOpen =
    diagnostics.some(({ code }) => code === UNTERMINATED_TEMPLATE || code === UNTERMINATED_COMMENT) ||
    ((first.start ?? 0) >= end && first.code !== UNTERMINATED_STRING);
  return isOpen ? { status: "incomplete", indent: "  ".repeat(openBrackets(source)) } : { status: "invalid" };
}

function openBrackets(source: string): number {
  const { SyntaxKind } = ts;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, source);
  let depth = 0;
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const opens =
      token === SyntaxKind.OpenBraceToken ||
      token === SyntaxKind.OpenParenToken ||
      token === SyntaxKind.OpenBracketToken;
    const closes =
      token === SyntaxKind.CloseBraceToken ||
      token === SyntaxKind.CloseParenToken ||
      token === SyntaxKind.CloseBracketToken;
    depth += opens ? 1 : closes ? -1 : 0;
  }
  return Math.max(0, depth);
}
