// What is at a place in a cell: its type, signature and documentation.

import ts from "typescript";
import type { CellCompiler } from "./cell-compiler";

/** A description in Markdown and plain text. */
export interface Description {
  readonly text: string;
  readonly markdown: string;
}

/** Describes what stands at `offset`; inside the brackets of a call, the call. Undefined when there is nothing. */
export function inspectAt(
  compiler: CellCompiler,
  source: string,
  offset: number,
  detail: number,
): Description | undefined {
  const { file, offset: shift } = compiler.load(source, true);
  const candidates = [offset, offset - 1, calleeBefore(source, offset)].filter(
    (at) => at >= 0 && at <= source.length,
  );
  for (const at of candidates) {
    const info = compiler.service.getQuickInfoAtPosition(file, shift + at);
    // a name that is not known is described as "any"
    if (info === undefined || (info.kind === ts.ScriptElementKind.unknown && signatureOf(info) === "any"))
      continue;
    const where = detail > 0 ? definitionOf(compiler, file, shift + at) : undefined;
    return describe(info, where);
  }
  return undefined;
}

/** The name before the open bracket that `offset` is in, or -1. */
function calleeBefore(source: string, offset: number): number {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at--) {
    const character = source[at]!;
    if (")]}".includes(character)) depth++;
    else if ("([{".includes(character) && depth-- === 0) return at - 1;
  }
  return -1;
}

function definitionOf(compiler: CellCompiler, file: string, position: number): string | undefined {
  const [definition] = compiler.service.getDefinitionAtPosition(file, position) ?? [];
  if (definition === undefined || definition.fileName.includes("__cell_")) return undefined;
  const text = compiler.service.getProgram()?.getSourceFile(definition.fileName)?.text;
  return (
    text?.slice(definition.contextSpan?.start ?? 0).slice(0, definition.contextSpan?.length ?? 0) || undefined
  );
}

/** The signature as it was declared, without the imports by which cells know each other. */
function signatureOf(info: ts.QuickInfo): string {
  const text = ts.displayPartsToString(info.displayParts).replace(/import\("[^"]*__cell_-?\d+__"\)\./g, "");
  if (!text.startsWith("(alias) ")) return text;
  const bare = text.slice("(alias) ".length).replace(/\nimport [\w$]+$/, "");
  return /^[\w$]+(<[^]*?>)?\(/.test(bare) ? `function ${bare}` : bare;
}

function describe(info: ts.QuickInfo, source: string | undefined): Description {
  const signature = signatureOf(info);
  const documentation = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text }) => {
    const [subject, ...rest] = (text ?? []).map((part) => part.text);
    return { name, text: [subject, ...rest].join("") };
  });
  const example = (text: string): string =>
    text.includes("```") ? text : `\n\`\`\`typescript\n${text}\n\`\`\``;
  const markdown = [
    `\`\`\`typescript\n${signature}\n\`\`\``,
    documentation,
    ...tags.map(({ name, text }) =>
      name === "example" ? `*@example* ${example(text)}` : `*@${name}* ${text}`,
    ),
    ...(source === undefined ? [] : [`\`\`\`typescript\n${source}\n\`\`\``]),
  ];
  const plain = [signature, documentation, ...tags.map(({ name, text }) => `@${name} ${text}`), source ?? ""];
  return {
    text: plain.filter((part) => part !== "").join("\n\n"),
    markdown: markdown.filter((part) => part !== "").join("\n\n"),
  };
}
