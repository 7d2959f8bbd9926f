// Interrupt checks in loops and functions: `$T_[$G_[0]];` as first statement, a read that costs nothing until the flag
// makes it throw.

import ts from "typescript";
import { SHARED } from "../bridge/messages";

const { factory } = ts;

/** `all`: every loop. `outer`: only loops that hold another loop, so that inner numeric loops stay untouched. */
export type GuardMode = "all" | "outer";

/** The check itself; see `session/guard.ts` for why it is a read and not a branch. */
function guard(index: number): ts.Expression {
  const flag = factory.createElementAccessExpression(factory.createIdentifier("$G_"), index);
  return factory.createElementAccessExpression(factory.createIdentifier("$T_"), flag);
}

const guardStatement = (index: number): ts.Statement => factory.createExpressionStatement(guard(index));

/** `loop` with the check at the head of its body. */
export function withGuard(loop: ts.IterationStatement): ts.IterationStatement {
  const inner = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const body = factory.createBlock([guardStatement(SHARED.interrupt), ...inner], true);
  if (ts.isForStatement(loop))
    return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
  if (ts.isForOfStatement(loop))
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  if (ts.isForInStatement(loop))
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  if (ts.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
  if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  return loop;
}

function holds(node: ts.Node, isWanted: (child: ts.Node) => boolean): boolean {
  return (
    ts.forEachChild(node, (child) =>
      isWanted(child) ? true : ts.isFunctionLike(child) ? false : holds(child, isWanted),
    ) ?? false
  );
}

const isCall = (node: ts.Node): boolean =>
  ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node);

/**
 * A function that calls another, with a check where its body begins, so that what recurses or is called for ever can be
 * stopped; it is raised later than that of loops, for functions also clean up. `original` is the function as it was written; others, and functions without calls, stay as they are.
 */
export function withEntryGuard(node: ts.Node, original: ts.Node): ts.Node {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
    if (!holds(original, isCall)) return node;
    const body = factory.createParenthesizedExpression(factory.createComma(guard(SHARED.deep), node.body));
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken: arrow } = node;
    return factory.updateArrowFunction(node, modifiers, typeParameters, parameters, type, arrow, body);
  }
  const isGuarded =
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node);
  if (!isGuarded || node.body === undefined || !ts.isBlock(node.body) || !holds(original, isCall))
    return node;
  const { statements } = node.body;
  const first = statements.findIndex(
    (statement) => !ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression),
  );
  const at = first < 0 ? statements.length : first;
  const guarded = [...statements.slice(0, at), guardStatement(SHARED.deep), ...statements.slice(at)];
  return withBody(node, factory.updateBlock(node.body, guarded));
}

function withBody(
  node: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration,
  body: ts.Block,
): ts.Node {
  const { modifiers, asteriskToken, typeParameters, parameters, type } = node;
  if (ts.isArrowFunction(node)) {
    const { equalsGreaterThanToken: arrow } = node;
    return factory.updateArrowFunction(node, node.modifiers, typeParameters, parameters, type, arrow, body);
  }
  if (ts.isFunctionDeclaration(node))
    return factory.updateFunctionDeclaration(
      node,
      modifiers,
      asteriskToken,
      node.name,
      typeParameters,
      parameters,
      type,
      body,
    );
  if (ts.isFunctionExpression(node))
    return factory.updateFunctionExpression(
      node,
      node.modifiers,
      asteriskToken,
      node.name,
      typeParameters,
      parameters,
      type,
      body,
    );
  const { name, questionToken } = node;
  return factory.updateMethodDeclaration(
    node,
    modifiers,
    asteriskToken,
    name,
    questionToken,
    typeParameters,
    parameters,
    type,
    body,
  );
}

const isLoop = (node: ts.Node): boolean => ts.isIterationStatement(node, false);

/** A transformer that guards the loops of a module, and with `all` its functions. */
export function loopGuard(mode: GuardMode): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => {
      const result = ts.visitEachChild(node, visit, context);
      if (!ts.isIterationStatement(node, false))
        return mode === "all" && ts.isFunctionLike(node) ? withEntryGuard(result, node) : result;
      return mode === "all" || holds(node, isLoop) ? withGuard(result as ts.IterationStatement) : result;
    };
    return ts.visitNode(file, visit) as ts.SourceFile;
  };
}
