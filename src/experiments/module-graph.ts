// Which source files a file's numbers come from: named imports are followed through index files to where they are defined.

import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** A source file as the engine runs it: without types and comments. */
interface Module {
  /** The emitted JavaScript. */
  readonly code: string;
  readonly imports: readonly Import[];
  /** Names defined and exported here. */
  readonly own: ReadonlySet<string>;
  /** True where every statement passes on what other files export. */
  readonly isIndex: boolean;
  /** True where loading the file does something, so that it counts also when no name of it is used. */
  readonly acts: boolean;
}

/** What a file takes from another one, and, for what it passes on, under which names. */
interface Import {
  readonly file: string;
  /** Names in the other file; undefined for all of them. */
  readonly names: readonly string[] | undefined;
  /** For `export … from`: from the name passed on to the name there; `"all"` for `export *`. */
  readonly passes?: ReadonlyMap<string, string> | "all";
}

const EMIT: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  removeComments: true,
};

const modules = new Map<string, Module>();

function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  // what is used as a type only is not in the emitted code
  const code = ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: EMIT }).outputText;
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const statements = source.statements.filter((statement) => !isEmptyExport(statement));
  const read: Module = {
    code,
    imports: [...statements.flatMap((statement) => importOf(statement, file)), ...lateImports(source, file)],
    own: new Set(statements.flatMap(exportedNames)),
    isIndex: statements.length > 0 && statements.every(passesOn),
    acts: statements.some((one) => ts.isExpressionStatement(one) && !ts.isStringLiteral(one.expression)),
  };
  modules.set(file, read);
  return read;
}

/** `export {};`, which the emitter leaves in a file of types. */
const isEmptyExport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) &&
  statement.moduleSpecifier === undefined &&
  statement.exportClause !== undefined &&
  ts.isNamedExports(statement.exportClause) &&
  statement.exportClause.elements.length === 0;

const passesOn = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;

function resolve(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = path.resolve(path.dirname(from), specifier);
  return [target, `${target}.ts`, path.join(target, "index.ts")].find(
    (one) => one.endsWith(".ts") && fs.existsSync(one),
  );
}

function importOf(statement: ts.Statement, from: string): Import[] {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
  const { moduleSpecifier } = statement;
  if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
  const file = resolve(moduleSpecifier.text, from);
  if (file === undefined) return [];
  if (ts.isImportDeclaration(statement)) {
    const bindings = statement.importClause?.namedBindings;
    const names =
      statement.importClause?.name === undefined && bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.map((one) => (one.propertyName ?? one.name).text)
        : undefined;
    return [{ file, names }];
  }
  const clause = statement.exportClause;
  if (clause === undefined) return [{ file, names: undefined, passes: "all" }];
  if (!ts.isNamedExports(clause)) return [{ file, names: undefined }];
  const passes = new Map(clause.elements.map((one) => [one.name.text, (one.propertyName ?? one.name).text]));
  return [{ file, names: [...passes.values()], passes }];
}

/** `import("./file")`, wherever it stands. */
function lateImports(source: ts.SourceFile, from: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      const file =
        target !== undefined && ts.isStringLiteral(target) ? resolve(target.text, from) : undefined;
      if (file !== undefined) found.push({ file, names: undefined });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function exportedNames(statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement)) {
    const clause = statement.exportClause;
    return clause !== undefined && ts.isNamedExports(clause) && statement.moduleSpecifier === undefined
      ? clause.elements.map((one) => one.name.text)
      : [];
  }
  const isExported = (ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []).some(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword,
  );
  if (!isExported) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
  return (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name
    ? [statement.name.text]
    : [];
}

const bound = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((one) => (ts.isBindingElement(one) ? bound(one.name) : []));

/** The code of a file as it decides numbers: a comment or a type changes nothing. */
export const emittedCode = (file: string): string => moduleOf(file).code;

/** The files among what an index file passes on that give `name`, through further index files. */
function definersOf(file: string, name: string): readonly string[] {
  const { own, imports, isIndex } = moduleOf(file);
  if (own.has(name)) return [file];
  for (const { file: other, passes } of imports) {
    const there = passes === "all" ? name : passes?.get(name);
    const found = there === undefined ? [] : definersOf(other, there);
    if (found.length > 0) return isIndex ? found : [file];
  }
  return [];
}

/** The files behind an index file that do something when they are loaded. */
function actingFiles(file: string): readonly string[] {
  const { isIndex, acts, imports } = moduleOf(file);
  return isIndex ? imports.flatMap(({ file: other }) => actingFiles(other)) : acts ? [file] : [];
}

/** What an import brings: the whole file, or of an index file what is behind the names. */
function broughtBy({ file, names }: Import): readonly string[] {
  if (!moduleOf(file).isIndex || names === undefined) return [file];
  const definers = names.map((name) => definersOf(file, name));
  return definers.some((files) => files.length === 0) ? [file] : [...definers.flat(), ...actingFiles(file)];
}

/**
 * Every file behind `entry` for which `counts` holds, itself included. Names imported from an index file lead to the
 * files that define them and to those that act when loaded; its other files stay out.
 */
export function filesBehind(entry: string, counts: (file: string) => boolean): string[] {
  const found = new Set<string>();
  const waiting: string[] = [path.resolve(entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file) || !counts(file)) continue;
    found.add(file);
    waiting.push(...moduleOf(file).imports.flatMap(broughtBy));
  }
  return [...found].sort();
}
