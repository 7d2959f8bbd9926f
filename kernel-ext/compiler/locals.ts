// How a cell reaches values: slots for what others share, locals copied in at its head and out at its end.

import ts from "typescript";
import type { CellPlan, Plan } from "./bindings";
import { call, id, statementOf } from "./syntax";

const { factory } = ts;

/** What the rewriting found out. */
export interface Rewritten {
  /** Cells whose slots the code uses: its parameters `$N_`. */
  readonly scopes: Set<number>;
  /** How far the cell must have come (`$p_`) for a name to be declared. */
  readonly marks: [progress: number, name: string][];
}

/** Makes code that reads and writes slots, and notes whose slots a cell uses. */
export class SlotStore {
  constructor(private readonly scopes: Set<number>) {}

  /** `$7_.name` */
  slot(plan: Plan): ts.Expression {
    this.scopes.add(plan.slot.scope);
    return factory.createPropertyAccessExpression(id(`$${plan.slot.scope}_`), plan.slot.key);
  }

  /** `$7_.name = name` */
  put(plan: Plan): ts.Statement {
    return statementOf(factory.createAssignment(this.slot(plan), id(plan.name)));
  }
}

/** The locals at the head of the cell, and what is written back to slots at its end. */
export function localsOf(
  cell: CellPlan,
  store: SlotStore,
  marks: readonly [progress: number, name: string][],
): { declarations: ts.VariableDeclaration[]; copyOut: ts.Statement[] } {
  const declare = (name: string, value?: ts.Expression): ts.VariableDeclaration =>
    factory.createVariableDeclaration(name, undefined, undefined, value);
  const declarations = [declare("$p_", factory.createNumericLiteral(0))];
  const copyOut: ts.Statement[] = [];
  for (const plan of cell.plans) {
    if (plan.prior === undefined) {
      if (plan.store !== "local") continue;
      declarations.push(declare(plan.name));
      const needed = marks.find(([, name]) => name === plan.name)?.[0] ?? 0;
      const isReached = factory.createGreaterThanEquals(id("$p_"), factory.createNumericLiteral(needed));
      copyOut.push(factory.createIfStatement(isReached, store.put(plan)));
    } else if (
      plan.isUsed &&
      plan.kind !== "type" &&
      plan.store !== "slot" &&
      plan.prior.slot !== undefined
    ) {
      declarations.push(declare(plan.name, store.slot(plan)));
      if (plan.store === "local" && plan.isAssigned) copyOut.push(store.put(plan));
    }
  }
  for (const plan of new Set(cell.importPlans)) declarations.push(declare(plan.name, store.slot(plan)));
  copyOut.push(statementOf(call("$done_", id("$p_"))));
  return { declarations, copyOut };
}
