// Small questions about syntax, and small pieces of it.

import ts from "typescript";

const { factory } = ts;

/** An identifier. */
export const id = (name: string): ts.Identifier => factory.createIdentifier(name);

/** `name(...args)`. */
export const call = (name: string, ...args: ts.Expression[]): ts.Expression =>
  factory.createCallExpression(id(name), undefined, args);

/** An expression as a statement. */
export const statementOf = (expression: ts.Expression): ts.Statement =>
  factory.createExpressionStatement(expression);

/** Whether a list declares by `const`, `let` or `using`. */
export const isBlockScoped = (list: ts.VariableDeclarationList): boolean =>
  (list.flags & ts.NodeFlags.BlockScoped) !== 0;

/** A class, enum or namespace with a name. */
export type NamedStatement = (ts.ClassDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration) & {
  name: ts.Identifier;
};

/** Whether a statement declares a class, enum or namespace. */
export function isNamed(statement: ts.Statement): statement is NamedStatement {
  return (
    (ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement)) &&
    statement.name !== undefined
  );
}

/** Whether a statement is `declare ...`, which leaves no code. */
export function isDeclare(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true
  );
}

/** Modifiers without `export` and `default`. */
export function withoutExport(
  modifiers: readonly ts.ModifierLike[] | undefined,
): ts.ModifierLike[] | undefined {
  return modifiers?.filter(
    ({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword,
  );
}

/** Whether an identifier is a property name or label, not a reference. */
export function isPropertyName(node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node | undefined;
  if (parent === undefined) return false;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent);
}

/** `try { body } finally { last }` */
export function tryFinally(body: readonly ts.Statement[], last: readonly ts.Statement[]): ts.Statement {
  return factory.createTryStatement(
    factory.createBlock(body, true),
    undefined,
    factory.createBlock(last, true),
  );
}

/** `for await` over `$I_(source)`, which an interrupt ends; other loops as they are. */
export function withInterruptibleSource(loop: ts.IterationStatement): ts.IterationStatement {
  if (!ts.isForOfStatement(loop) || loop.awaitModifier === undefined) return loop;
  const { awaitModifier, initializer, expression, statement } = loop;
  return factory.updateForOfStatement(loop, awaitModifier, initializer, call("$I_", expression), statement);
}

/** `(0, callee)(...args)`, so that a slot's object is not passed as `this`. */
export function withoutThis(
  node: ts.CallExpression,
  callee: ts.Expression,
  args: readonly ts.Expression[],
): ts.Node {
  const bare = factory.createParenthesizedExpression(
    factory.createComma(factory.createNumericLiteral(0), callee),
  );
  return factory.updateCallExpression(node, ts.setTextRange(bare, node.expression), node.typeArguments, args);
}
