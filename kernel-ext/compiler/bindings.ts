// Which store each name of a cell gets: a true local where nothing else can look at it, else a slot shared by all cells.

import ts from "typescript";
import { importedNames, isBoundary, namesIn, type Scan } from "./scan";
import { isMutable, type Binding, type NameKind, type NameTable, type Slot } from "./names";

/** What is known about one name while a cell is compiled. */
export interface Plan {
  readonly name: string;
  readonly kind: NameKind;
  /** The earlier cell's binding, when the name is not declared here. */
  readonly prior: Binding | undefined;
  /** Declarations with a body in which the name means the declaration itself. */
  readonly bodies: ts.Node[];
  readonly symbol: ts.Symbol;
  isCaptured: boolean;
  isAssigned: boolean;
  isUsed: boolean;
  slot: Slot;
  /** `local`: a local, copied in and out; `slot`: always the slot; `const`: a local outside functions, the slot inside. */
  store: "local" | "slot" | "const";
}

/** An import that the executor does before the cell runs. `what` is an export name, `*`, `default` or `=` (require). */
export interface ImportPlan {
  readonly specifier: string;
  readonly what: string;
  readonly slot: Slot | undefined;
}

/** The plan of a whole cell. */
export interface CellPlan {
  readonly plans: readonly Plan[];
  readonly imports: readonly ImportPlan[];
  readonly importPlans: readonly Plan[];
  readonly isAsync: boolean;
  /** Names declared anew with a type that earlier functions could not use: they keep the old one. */
  readonly conflicts: readonly string[];
  /** The cell's own statements, without prelude and final export. */
  readonly statements: readonly ts.Statement[];
  planOf(identifier: ts.Identifier): Plan | undefined;
  isOwnBody(plan: Plan, identifier: ts.Identifier): boolean;
  isValue(identifier: ts.Identifier): boolean;
}

/** Nodes in which every identifier is a type. */
export function isTypeOnly(node: ts.Node): boolean {
  return (
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function isAssignmentTarget(identifier: ts.Identifier): boolean {
  let node: ts.Node = identifier;
  while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const parent = node.parent;
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.kind;
    const isAssignment =
      operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
    return parent.left === node && isAssignment;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  return (
    ts.isForOfStatement(parent) ||
    ts.isForInStatement(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent)
  );
}

function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node)) return node.awaitModifier !== undefined;
  return (
    ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
  );
}

/** Plans the stores of the cell whose text begins at `offset` of `file`. */
export function planCell(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  offset: number,
  scan: Scan,
  names: NameTable,
  cell: number,
): CellPlan {
  const bySymbol = new Map<ts.Symbol, Plan>();
  const byName = new Map<string, Plan>();
  const formerNames = new Map<string, ts.Identifier>();
  const here = (identifier: ts.Identifier): Plan | undefined => {
    const symbol = checker.getSymbolAtLocation(identifier);
    if (symbol === undefined) return undefined;
    const name = identifier.text;
    let plan = byName.get(name);
    if (plan === undefined) {
      plan = newPlan(name, scan.declared.get(name) ?? "const", undefined, symbol, { scope: cell, key: name });
      byName.set(name, plan);
    }
    bySymbol.set(symbol, plan);
    return plan;
  };
  const earlier = (identifier: ts.Identifier): void => {
    const symbol = checker.getSymbolAtLocation(identifier);
    const prior = names.get(identifier.text);
    if (symbol === undefined || prior === undefined) return;
    const slot = prior.slot ?? { scope: cell, key: prior.name };
    const plan = newPlan(prior.name, prior.kind, prior, symbol, slot);
    plan.isCaptured = prior.captured;
    byName.set(prior.name, plan);
    bySymbol.set(symbol, plan);
  };

  const inPrelude = file.statements.filter((statement) => statement.end <= offset);
  for (const { name, propertyName } of inPrelude.flatMap(namedElements))
    if (propertyName === undefined) earlier(name);
    else formerNames.set(propertyName.text, name);
  for (const statement of inPrelude) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) namesIn(name).forEach(earlier);
  }

  const end = file.statements.at(-1)!;
  const statements = file.statements.filter((statement) => statement.end > offset && statement !== end);
  const found: { specifier: string; what: string; name: ts.Identifier | undefined }[] = [];
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) namesIn(name).forEach(here);
    } else if (ts.isImportEqualsDeclaration(statement)) {
      here(statement.name);
      const reference = statement.moduleReference;
      if (ts.isExternalModuleReference(reference) && ts.isStringLiteral(reference.expression))
        found.push({ specifier: reference.expression.text, what: "=", name: statement.name });
    } else if (ts.isImportDeclaration(statement)) {
      if (statement.importClause?.isTypeOnly !== true) found.push(...importsOf(statement));
    } else if (
      isNamedWithBody(statement) &&
      ts.isIdentifier(statement.name) &&
      scan.declared.has(statement.name.text)
    )
      here(statement.name)?.bodies.push(statement);
  }
  for (const { name } of found) if (name !== undefined) here(name);
  const hoisted = (node: ts.Node): void => {
    if (isBoundary(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0)
      for (const { name } of node.declarations) namesIn(name).forEach(here);
    ts.forEachChild(node, hoisted);
  };
  statements.forEach(hoisted);

  const planOf = (identifier: ts.Identifier): Plan | undefined => {
    if (!byName.has(identifier.text)) return undefined;
    const parent = identifier.parent as ts.Node | undefined;
    const symbol =
      parent !== undefined && ts.isShorthandPropertyAssignment(parent) && parent.name === identifier
        ? checker.getShorthandAssignmentValueSymbol(parent)
        : checker.getSymbolAtLocation(identifier);
    return symbol === undefined ? undefined : bySymbol.get(symbol);
  };
  const isOwnBody = (plan: Plan, identifier: ts.Identifier): boolean =>
    plan.bodies.some(
      (body) => body !== identifier.parent && identifier.pos >= body.pos && identifier.end <= body.end,
    );
  const isValue = (identifier: ts.Identifier): boolean => {
    let symbol = checker.getSymbolAtLocation(identifier);
    if (symbol === undefined) return true;
    if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) {
      symbol = checker.getAliasedSymbol(symbol);
      if (symbol.escapedName === "unknown") return true;
    }
    return (symbol.flags & ts.SymbolFlags.Value) !== 0;
  };

  let isAsync = false;
  const look = (node: ts.Node, isInside: boolean): void => {
    if (isTypeOnly(node)) return;
    if (!isInside && awaits(node)) isAsync = true;
    if (ts.isIdentifier(node)) {
      const plan = planOf(node);
      if (plan === undefined) return;
      if (isInside && !isOwnBody(plan, node)) plan.isCaptured = true;
      if (isAssignmentTarget(node)) plan.isAssigned = true;
      plan.isUsed = true;
      return;
    }
    ts.forEachChild(node, (child) => look(child, isInside || isBoundary(node)));
  };
  for (const statement of statements) look(statement, false);

  const conflicts: string[] = [];
  const plans = [...byName.values()];
  for (const plan of plans) {
    if (plan.prior === undefined) reuseSlot(plan);
    plan.store = !isMutable(plan.kind) ? "const" : plan.isCaptured ? "slot" : "local";
  }

  /** An earlier function that looks at the old slot follows the new value, if its type fits. */
  function reuseSlot(plan: Plan): void {
    const before = names.get(plan.name);
    if (before?.slot === undefined || before.slot.scope === 0) return;
    const former = formerNames.get(plan.name);
    if (before.captured && former !== undefined) {
      if (!checker.isTypeAssignableTo(typeOf(plan.symbol), typeOf(checker.getSymbolAtLocation(former)!))) {
        conflicts.push(plan.name);
        return;
      }
      plan.isCaptured = true;
    }
    plan.slot = before.slot;
  }

  function typeOf(symbol: ts.Symbol): ts.Type {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return checker.getTypeOfSymbol(isAlias ? checker.getAliasedSymbol(symbol) : symbol);
  }

  const isImported = found.filter(({ name }) => name === undefined || isValue(name));
  return {
    plans,
    imports: isImported.map(({ specifier, what, name }) => ({
      specifier,
      what,
      slot: name === undefined ? undefined : planOf(name)?.slot,
    })),
    importPlans: isImported.flatMap(({ name }) => (name === undefined ? [] : (planOf(name) ?? []))),
    isAsync,
    conflicts,
    statements,
    planOf,
    isOwnBody,
    isValue,
  };
}

function namedElements(statement: ts.Statement): readonly ts.ImportSpecifier[] {
  if (!ts.isImportDeclaration(statement)) return [];
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
}

function newPlan(
  name: string,
  kind: NameKind,
  prior: Binding | undefined,
  symbol: ts.Symbol,
  slot: Slot,
): Plan {
  return {
    name,
    kind,
    prior,
    symbol,
    slot,
    bodies: [],
    isCaptured: false,
    isAssigned: false,
    isUsed: false,
    store: "const",
  };
}

type NamedWithBody = ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration;

function isNamedWithBody(statement: ts.Statement): statement is NamedWithBody & { name: ts.Identifier } {
  return (
    (ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement)) &&
    statement.name !== undefined
  );
}

function importsOf(
  statement: ts.ImportDeclaration,
): { specifier: string; what: string; name: ts.Identifier | undefined }[] {
  const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
  const clause = statement.importClause;
  const bindings = clause?.namedBindings;
  if (clause === undefined) return [{ specifier, what: "*", name: undefined }];
  return importedNames(statement).flatMap((name) => {
    if (name === clause.name) return { specifier, what: "default", name };
    if (bindings === undefined || ts.isNamespaceImport(bindings)) return { specifier, what: "*", name };
    const element = bindings.elements.find((candidate) => candidate.name === name)!;
    return element.isTypeOnly ? [] : { specifier, what: (element.propertyName ?? element.name).text, name };
  });
}
