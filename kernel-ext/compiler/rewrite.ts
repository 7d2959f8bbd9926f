// Turns a cell into the body of a function: names to locals and slots, guards in loops, the last expression returned.

import ts from "typescript";
import { isTypeOnly, type CellPlan, type Plan } from "./bindings";
import { withEntryGuard, withGuard } from "./loop-guard";
import { localsOf, SlotStore, type Rewritten } from "./locals";
import { isBoundary, namesIn } from "./scan";
import {
  call,
  id,
  isBlockScoped,
  isDeclare,
  isNamed,
  isPropertyName,
  statementOf,
  tryFinally,
  withInterruptibleSource,
  withoutExport,
  withoutThis,
  type NamedStatement,
} from "./syntax";

const { factory } = ts;

/** A `before` transformer for the cell's file; fills `out`. */
export function rewriteCell(plan: CellPlan, out: Rewritten): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new Rewriter(plan, out, context).file(file);
}

class Rewriter {
  private depth = 0;
  private progress = 0;
  private readonly top: ts.Statement[] = [];
  private readonly body: ts.Statement[] = [];
  private readonly store: SlotStore;

  constructor(
    private readonly cell: CellPlan,
    private readonly out: Rewritten,
    private readonly context: ts.TransformationContext,
  ) {
    this.store = new SlotStore(out.scopes);
  }

  file(file: ts.SourceFile): ts.SourceFile {
    const { statements } = this.cell;
    const last = statements
      .filter((statement) => !ts.isEmptyStatement(statement) && !isTypeOnly(statement))
      .at(-1);
    for (const statement of statements) this.statement(statement, statement === last);
    const { declarations, copyOut } = localsOf(this.cell, this.store, this.out.marks);
    const lets = factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let);
    return factory.updateSourceFile(file, [
      factory.createVariableStatement(undefined, lets),
      ...this.top,
      tryFinally(this.body, copyOut),
    ]);
  }

  private isInSlot(plan: Plan, identifier: ts.Identifier): boolean {
    if (plan.store === "slot") return true;
    if (plan.prior !== undefined && plan.prior.slot === undefined) return false;
    return plan.store === "const" && this.depth > 0 && !this.cell.isOwnBody(plan, identifier);
  }

  private reference(identifier: ts.Identifier): ts.Expression {
    const plan = this.cell.planOf(identifier);
    return plan !== undefined && this.isInSlot(plan, identifier)
      ? ts.setTextRange(this.store.slot(plan), identifier)
      : identifier;
  }

  private mark(plans: readonly Plan[]): void {
    this.progress++;
    for (const plan of plans) this.out.marks.push([this.progress, plan.name]);
    this.body.push(
      statementOf(factory.createAssignment(id("$p_"), factory.createNumericLiteral(this.progress))),
    );
  }

  private plansOf(list: ts.VariableDeclarationList): Plan[] {
    return list.declarations
      .flatMap(({ name }) => namesIn(name))
      .flatMap((name) => this.cell.planOf(name) ?? []);
  }

  private statement(statement: ts.Statement, isLast: boolean): void {
    if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return;
    if (ts.isExportDeclaration(statement) || isDeclare(statement)) return;
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
      this.functionStatement(statement);
    else if (ts.isVariableStatement(statement)) this.variableStatement(statement);
    else if (isNamed(statement)) this.namedStatement(statement);
    else {
      const value = ts.isExportAssignment(statement)
        ? statement.expression
        : isLast && ts.isExpressionStatement(statement)
          ? statement.expression
          : undefined;
      if (value === undefined) this.push(this.visit(statement));
      else {
        const result = factory.createPropertyAssignment("value", this.expression(value));
        const returned = factory.createReturnStatement(factory.createObjectLiteralExpression([result]));
        this.body.push(ts.setTextRange(returned, statement));
      }
    }
  }

  private push(node: ts.Node | undefined): void {
    if (node !== undefined) this.body.push(node as ts.Statement);
  }

  private functionStatement(statement: ts.FunctionDeclaration): void {
    if (statement.body === undefined) return;
    this.depth++;
    const inner = ts.visitEachChild(statement, this.visit, this.context);
    this.depth--;
    const visited = withEntryGuard(inner, statement) as ts.FunctionDeclaration;
    const plan = this.cell.planOf(statement.name!);
    this.top.push(
      factory.updateFunctionDeclaration(
        visited,
        withoutExport(visited.modifiers),
        visited.asteriskToken,
        id(statement.name!.text),
        visited.typeParameters,
        visited.parameters,
        visited.type,
        visited.body,
      ),
    );
    if (plan !== undefined) this.top.push(this.store.put(plan));
  }

  private variableStatement(statement: ts.VariableStatement): void {
    const list = statement.declarationList;
    const plans = this.plansOf(list);
    if (isBlockScoped(list) && (list.flags & ts.NodeFlags.Let) === 0) {
      const visited = ts.visitEachChild(statement, this.visit, this.context);
      const plain = factory.updateVariableStatement(
        visited,
        withoutExport(visited.modifiers)?.filter(ts.isModifier),
        visited.declarationList,
      );
      this.body.push(plain, ...plans.map((plan) => this.store.put(plan)));
    } else {
      const assigned = this.assignments(list);
      if (assigned !== undefined)
        this.body.push(
          ts.setTextRange(statementOf(factory.createParenthesizedExpression(assigned)), statement),
        );
    }
    this.mark(plans);
  }

  private namedStatement(statement: NamedStatement): void {
    const plan = this.cell.planOf(statement.name);
    const visited = this.visit(statement) as NamedStatement;
    const modifiers = withoutExport(visited.modifiers);
    const name = id(statement.name.text);
    if (ts.isClassDeclaration(visited)) {
      const { typeParameters, heritageClauses, members } = visited;
      this.push(
        factory.updateClassDeclaration(visited, modifiers, name, typeParameters, heritageClauses, members),
      );
    } else if (ts.isEnumDeclaration(visited))
      this.push(
        factory.updateEnumDeclaration(
          visited,
          modifiers?.filter(ts.isModifier),
          visited.name,
          visited.members,
        ),
      );
    else
      this.push(
        factory.updateModuleDeclaration(
          visited,
          modifiers?.filter(ts.isModifier),
          visited.name,
          visited.body,
        ),
      );
    if (plan === undefined) return;
    if (this.cell.isValue(statement.name)) this.body.push(this.store.put(plan));
    this.mark([plan]);
  }

  private expression(node: ts.Expression): ts.Expression {
    return this.visit(node) as ts.Expression;
  }

  /** A declared pattern as the same pattern of assignment targets. */
  private target(name: ts.BindingName): ts.Expression {
    if (ts.isIdentifier(name)) {
      const plan = this.cell.planOf(name);
      return plan?.store === "slot" ? this.store.slot(plan) : id(name.text);
    }
    const withDefault = (element: ts.BindingElement): ts.Expression => {
      const target = this.target(element.name);
      return element.initializer === undefined
        ? target
        : factory.createAssignment(target, this.expression(element.initializer));
    };
    if (ts.isArrayBindingPattern(name))
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return factory.createOmittedExpression();
          return element.dotDotDotToken === undefined
            ? withDefault(element)
            : factory.createSpreadElement(this.target(element.name));
        }),
      );
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken !== undefined)
          return factory.createSpreadAssignment(this.target(element.name));
        const key = element.propertyName ?? id((element.name as ts.Identifier).text);
        const visited = ts.isComputedPropertyName(key) ? (this.visit(key) as ts.PropertyName) : key;
        return factory.createPropertyAssignment(visited, withDefault(element));
      }),
    );
  }

  /** `let a = 1, b` as `a = 1, b = void 0`; undefined when nothing is assigned. */
  private assignments(list: ts.VariableDeclarationList): ts.Expression | undefined {
    const isLet = (list.flags & ts.NodeFlags.Let) !== 0;
    const parts = list.declarations
      .filter((declaration) => declaration.initializer !== undefined || isLet)
      .map((declaration) => {
        const value = declaration.initializer
          ? this.expression(declaration.initializer)
          : factory.createVoidZero();
        return ts.setTextRange(factory.createAssignment(this.target(declaration.name), value), declaration);
      });
    return parts.length === 0
      ? undefined
      : parts.reduce<ts.Expression>(
          (all, part) => (all === part ? part : factory.createComma(all, part)),
          parts[0]!,
        );
  }

  private readonly visit = (node: ts.Node): ts.Node | undefined => {
    if (isTypeOnly(node)) return node;
    if (ts.isIdentifier(node)) return isPropertyName(node) ? node : this.reference(node);
    if (ts.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (ts.isCallExpression(node)) {
      const changed = this.callExpression(node);
      if (changed !== undefined) return changed;
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return id("$meta_");
    if (ts.isAwaitExpression(node)) {
      const waited = factory.createAwaitExpression(call("$W_", this.expression(node.expression)));
      return ts.setTextRange(call("$A_", ts.setTextRange(waited, node)), node);
    }
    if (this.depth === 0 && ts.isVariableDeclarationList(node) && !isBlockScoped(node)) {
      if (ts.isForOfStatement(node.parent) || ts.isForInStatement(node.parent))
        return this.target(node.declarations[0]!.name);
      if (ts.isForStatement(node.parent)) return this.assignments(node);
    }
    if (this.depth === 0 && ts.isVariableStatement(node) && !isBlockScoped(node.declarationList)) {
      const assigned = this.assignments(node.declarationList);
      return assigned === undefined
        ? factory.createEmptyStatement()
        : statementOf(factory.createParenthesizedExpression(assigned));
    }
    const isNested = isBoundary(node);
    if (isNested) this.depth++;
    const result = ts.visitEachChild(node, this.visit, this.context);
    if (isNested) this.depth--;
    if (!ts.isIterationStatement(node, false))
      return ts.isFunctionLike(node) ? withEntryGuard(result, node) : result;
    return withGuard(withInterruptibleSource(result as ts.IterationStatement));
  };

  private shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const plan = this.cell.planOf(node.name);
    const fallback = node.objectAssignmentInitializer;
    if (plan === undefined || !this.isInSlot(plan, node.name))
      return fallback === undefined
        ? node
        : factory.updateShorthandPropertyAssignment(node, node.name, this.expression(fallback));
    const slot = this.store.slot(plan);
    const value = fallback === undefined ? slot : factory.createAssignment(slot, this.expression(fallback));
    return factory.createPropertyAssignment(node.name.text, value);
  }

  private callExpression(node: ts.CallExpression): ts.Node | undefined {
    const args = (): ts.NodeArray<ts.Expression> =>
      ts.visitNodes(node.arguments, this.visit, ts.isExpression);
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return call("$import_", ...args());
    if (!ts.isIdentifier(node.expression)) return undefined;
    const callee = this.reference(node.expression);
    if (callee === node.expression) return undefined;
    return withoutThis(node, callee, args());
  }
}
