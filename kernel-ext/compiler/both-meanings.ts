// A name can be a type and a value: declaring it anew as one of them leaves the other as it was.

import ts from "typescript";
import { frozenName, isMutable, type Binding, type NameKind } from "./names";
import type { Scan } from "./scan";

/** What a frozen cell has to add for a name that it declared, and how the name is bound from then on. */
export interface KeptMeaning {
  /** A declaration for the frozen module, or nothing. */
  readonly declaration: string;
  /** The former value, when only a type was declared. */
  readonly value: Binding | undefined;
  readonly isType: boolean;
  readonly typeParameters?: { readonly declared: string; readonly given: string };
}

const PLAIN_VALUES: readonly NameKind[] = ["const", "let", "var", "function"];

/**
 * Compares a declaration of `name` in a cell with what the name meant `before`. `own` is the text of the cell's frozen
 * module, `textOf` gives those of earlier cells.
 */
export function keptMeaning(
  name: string,
  kind: NameKind,
  scan: Scan,
  before: Binding | undefined,
  own: string,
  textOf: (cell: number) => string,
): KeptMeaning {
  const isType = scan.types.has(name);
  const alone = {
    declaration: "",
    value: undefined,
    isType,
    ...(isType && { typeParameters: typeParametersOf(own, name) }),
  };
  if (before === undefined || before.cell <= 0) return alone;
  const from = `import("${frozenName(before.cell)}").${name}`;
  if (kind === "type" && before.slot !== undefined) {
    const word = isMutable(before.kind) ? "let" : "const";
    return { ...alone, declaration: `export declare ${word} ${name}: typeof ${from};`, value: before };
  }
  const wasType = before.kind === "type" || before.isType === true;
  if (!PLAIN_VALUES.includes(kind) || isType || !wasType) return alone;
  const typeParameters = typeParametersOf(textOf(before.cell), name);
  const declaration = `export type ${name}${typeParameters.declared} = ${from}${typeParameters.given};`;
  return { declaration, value: undefined, isType: true, typeParameters };
}

function typeParametersOf(text: string, name: string): { declared: string; given: string } {
  const file = ts.createSourceFile("frozen.ts", text, ts.ScriptTarget.Latest, true);
  for (const statement of file.statements) {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (!isType || statement.name.text !== name || statement.typeParameters === undefined) continue;
    const list = [...statement.typeParameters];
    return {
      declared: `<${list.map((parameter) => parameter.getText(file)).join()}>`,
      given: `<${list.map((parameter) => parameter.name.text).join()}>`,
    };
  }
  return { declared: "", given: "" };
}
