// What a cell declares and mentions, from its syntax alone.

import ts from "typescript";
import type { NameKind } from "./names";

/** The result of a scan. */
export interface Scan {
  readonly declared: ReadonlyMap<string, NameKind>;
  /** Declared names that are interfaces or type aliases, whatever else they are. */
  readonly types: ReadonlySet<string>;
  /** Declared names that carry `export` already. */
  readonly exported: ReadonlySet<string>;
  readonly mentioned: ReadonlySet<string>;
  /** What the cell imports, in any form. */
  readonly modules: ReadonlySet<string>;
  /** The cell holds `declare global` or `declare module`. */
  readonly augments: boolean;
}

/** The kind of a `const`, `let`, `var` or `using` list. */
export function kindOfList(list: ts.VariableDeclarationList): NameKind {
  const { flags } = list;
  if ((flags & ts.NodeFlags.Using) !== 0 || (flags & ts.NodeFlags.Const) !== 0) return "const";
  return (flags & ts.NodeFlags.Let) !== 0 ? "let" : "var";
}

/** Every identifier that a binding name declares. */
export function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** Whether a function or class begins at `node`: names inside are its own, and `await` is not the cell's. */
export function isBoundary(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isClassStaticBlockDeclaration(node);
}

/** The identifiers that an import declaration binds. */
export function importedNames(statement: ts.ImportDeclaration): ts.Identifier[] {
  const clause = statement.importClause;
  if (clause === undefined) return [];
  const names: ts.Identifier[] = clause.name === undefined ? [] : [clause.name];
  const bindings = clause.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name];
  return [...names, ...bindings.elements.map((element) => element.name)];
}

/** Scans a cell's text. */
export function scanCell(source: string): Scan {
  const file = ts.createSourceFile("scan.tsx", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const declared = new Map<string, NameKind>();
  const types = new Set<string>();
  const exported = new Set<string>();
  const mentioned = new Set<string>();
  const modules = new Set<string>();
  let augments = false;
  for (const statement of file.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true;
    const add = (name: ts.Identifier, kind: NameKind): void => {
      if (kind !== "type" || !declared.has(name.text)) declared.set(name.text, kind);
      if (kind === "type") types.add(name.text);
      if (isExported) exported.add(name.text);
    };
    if (ts.isVariableStatement(statement)) {
      const kind = kindOfList(statement.declarationList);
      for (const declaration of statement.declarationList.declarations)
        namesIn(declaration.name).forEach((name) => add(name, kind));
    } else if (ts.isFunctionDeclaration(statement) && statement.name) add(statement.name, "function");
    else if (ts.isClassDeclaration(statement) && statement.name) add(statement.name, "class");
    else if (ts.isEnumDeclaration(statement)) add(statement.name, "enum");
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      add(statement.name, "type");
    else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      for (const element of statement.exportClause.elements) exported.add(element.name.text);
    else if (ts.isModuleDeclaration(statement)) {
      if (ts.isIdentifier(statement.name) && statement.name.text !== "global")
        add(statement.name, "namespace");
      else augments = true;
    } else if (ts.isImportEqualsDeclaration(statement)) add(statement.name, "import");
    else if (ts.isImportDeclaration(statement))
      importedNames(statement).forEach((name) => add(name, "import"));
  }
  const walk = (node: ts.Node, isInside: boolean): void => {
    if (ts.isIdentifier(node)) mentioned.add(node.text);
    if (ts.isStringLiteral(node) && isImported(node)) modules.add(node.text);
    const isHoisted =
      !isInside &&
      ts.isVariableDeclarationList(node) &&
      (node.flags & ts.NodeFlags.BlockScoped) === 0 &&
      !(ts.isVariableStatement(node.parent) && node.parent.parent === file);
    if (isHoisted)
      for (const declaration of node.declarations)
        for (const name of namesIn(declaration.name)) declared.set(name.text, "var");
    ts.forEachChild(node, (child) => walk(child, isInside || isBoundary(node)));
  };
  walk(file, false);
  return { declared, types, exported, mentioned, modules, augments };
}

function isImported(literal: ts.StringLiteral): boolean {
  const { parent } = literal;
  if (ts.isImportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  if (ts.isExportDeclaration(parent)) return true;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  if (!ts.isCallExpression(parent)) return false;
  const { expression } = parent;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === "require")
  );
}
