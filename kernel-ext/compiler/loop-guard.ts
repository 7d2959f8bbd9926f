// Interrupt checks in loops: `$T_[$G_[0]];` as first statement, a read that costs nothing until the flag makes it throw.

import ts from "typescript";

const { factory } = ts;

/** `all`: every loop. `outer`: only loops that hold another loop, so that inner numeric loops stay untouched. */
export type GuardMode = "all" | "outer";

/** The check itself; see `session/guard.ts` for why it is a read and not a branch. */
export function guardStatement(): ts.Statement {
  const flag = factory.createElementAccessExpression(factory.createIdentifier("$G_"), 0);
  return factory.createExpressionStatement(
    factory.createElementAccessExpression(factory.createIdentifier("$T_"), flag),
  );
}

/** `loop` with the check at the head of its body. */
export function withGuard(loop: ts.IterationStatement): ts.IterationStatement {
  const inner = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const body = factory.createBlock([guardStatement(), ...inner], true);
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

function holdsLoop(node: ts.Node): boolean {
  return (
    ts.forEachChild(node, (child) =>
      ts.isIterationStatement(child, false) ? true : ts.isFunctionLike(child) ? false : holdsLoop(child),
    ) ?? false
  );
}

/** A transformer that guards the loops of a module. */
export function loopGuard(mode: GuardMode): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => {
      const result = ts.visitEachChild(node, visit, context);
      if (!ts.isIterationStatement(node, false)) return result;
      return mode === "all" || holdsLoop(node) ? withGuard(result as ts.IterationStatement) : result;
    };
    return ts.visitNode(file, visit) as ts.SourceFile;
  };
}
