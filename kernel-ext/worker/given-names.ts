// The names that cells have without import, and the modules that stand behind some specifiers.

import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import type { KernelSettings } from "../bridge/messages";
import type { CompilerSettings } from "../compiler/compiled-cell";

/** The names a module exports as values, from its syntax alone; star exports are not followed. */
export function exportedNames(file: string): string[] {
  const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (statement.isTypeOnly || clause === undefined || !ts.isNamedExports(clause)) return [];
      return clause.elements.flatMap((element) => (element.isTypeOnly ? [] : element.name.text));
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? name.text : [],
      );
    const isValue =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return isValue && statement.name !== undefined ? statement.name.text : [];
  });
}

/** What the compiler needs to know of the kernel's settings. */
export function compilerSettings({ folder, clone, preload }: KernelSettings): CompilerSettings {
  const own = path.join(clone, "kernel-ext/session/builtins.ts");
  const given = new Map(exportedNames(own).map((name) => [name, own]));
  if (preload !== undefined && fs.existsSync(preload))
    for (const name of exportedNames(preload)) if (!given.has(name)) given.set(name, preload);
  return {
    folder: folder.split(path.sep).join("/"),
    clone: clone.split(path.sep).join("/"),
    given,
    aliases: new Map([
      ["relata", path.join(clone, "src/index.ts")],
      ["tslab", path.join(clone, "node_modules/tslab/dist/public.d.ts")],
    ]),
  };
}
