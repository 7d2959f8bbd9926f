// Lines that begin with % and cells that begin with %%: taken out of the source before TypeScript sees it.

/** Magics of a line, with what they take. */
export const LINE_MAGICS: ReadonlyMap<string, string> = new Map([
  ["time", "EXPRESSION or STATEMENT: how long it takes"],
  ["timeit", "EXPRESSION: how long it takes, best and median of many runs"],
  ["who", "the names that cells have declared"],
  ["reset", "forget all names"],
  ["reload", "on|off: load edited local modules again when they are imported"],
  ["engine", "tensorflow|wasm|cpu: the engine of the next open()"],
  ["seed", "N: the seed of the next open()"],
  ["types", "strict|loose|off: type errors stop a cell, are only told, or are not looked for"],
  ["strict", "on|off: the strict checks of TypeScript"],
  ["npm", "install NAME...: add packages to this notebook's folder, without running their scripts"],
  ["run", "FILE: run a .ts file or the cells of a notebook here"],
  ["help", "NAME: what it is; without a name, this list"],
]);

/** Magics of a whole cell. */
export const CELL_MAGICS: ReadonlyMap<string, string> = new Map([
  ["time", "how long the cell takes"],
  ["html", "show the cell as HTML"],
  ["markdown", "show the cell as Markdown"],
  ["latex", "show the cell as LaTeX"],
  ["svg", "show the cell as SVG"],
]);

/** The magics that the `%...` before `offset` may become, where it begins a line; undefined elsewhere. */
export function magicsAt(
  source: string,
  offset: number,
): { readonly start: number; readonly names: readonly string[] } | undefined {
  const typed = /(?:^|\n)(%%?\w*)$/.exec(source.slice(0, offset))?.[1];
  if (typed === undefined) return undefined;
  const start = offset - typed.length;
  const cells =
    source.slice(0, start).trim() === "" ? [...CELL_MAGICS.keys()].map((name) => `%%${name}`) : [];
  const all = [...[...LINE_MAGICS.keys()].map((name) => `%${name}`), ...cells];
  return { start, names: all.filter((name) => name.startsWith(typed)) };
}

/** A magic and its words. */
export interface Magic {
  readonly name: string;
  readonly text: string;
}

/** A cell without its magics. */
export interface MagicCell {
  /** The magic of the whole cell. */
  readonly whole: Magic | undefined;
  /** Lines that the worker does before the cell, in order. */
  readonly before: readonly Magic[];
  /** The TypeScript that is left; every line is where it was. */
  readonly source: string;
}

/** A `%name` that does not exist. */
export class UnknownMagic extends Error {
  override readonly name = "UnknownMagic";
}

const DECLARATION = /^(const|let|var|function|class|enum|import|interface|type|for|while|if|try|do|switch)\b/;

/** Splits a cell into magics and TypeScript. A `%` line counts where it begins the line and names a magic. */
export function parseMagics(source: string): MagicCell {
  const whole = /^\s*%%(\w+)[ \t]*([^\n]*)(?:\n|$)/.exec(source);
  if (whole !== null) {
    const [head, name = "", text = ""] = whole;
    if (!CELL_MAGICS.has(name))
      throw unknown(
        `%%${name}`,
        [...CELL_MAGICS.keys()].map((known) => `%%${known}`),
      );
    const lines = head.split("\n").length - 1;
    const rest = "\n".repeat(lines) + source.slice(head.length);
    if (name !== "time") return { whole: { name, text: source.slice(head.length) }, before: [], source: "" };
    return { ...lineMagics(rest), whole: { name, text } };
  }
  return { ...lineMagics(source), whole: undefined };
}

function lineMagics(source: string): { before: Magic[]; source: string } {
  const before: Magic[] = [];
  if (!/^%[A-Za-z]/m.test(source)) return { before, source };
  let ticks = 0;
  const lines = source.split("\n").map((line) => {
    const match = /^%(\w+)[ \t]*(.*?);?\s*$/.exec(line);
    const isInTemplate = ticks % 2 === 1;
    ticks += line.replace(/\\./g, "").split("`").length - 1;
    if (match === null || isInTemplate) return line;
    const [, name = "", text = ""] = match;
    if (!LINE_MAGICS.has(name))
      throw unknown(
        `%${name}`,
        [...LINE_MAGICS.keys()].map((known) => `%${known}`),
      );
    if (name === "time")
      return DECLARATION.test(text)
        ? `magics.startTime(); ${text}; magics.stopTime()`
        : `await magics.time(async () => (${text}))`;
    if (name === "timeit") return `await magics.timeit(async () => (${text}))`;
    before.push({ name, text });
    return "";
  });
  return { before, source: lines.join("\n") };
}

function unknown(given: string, known: readonly string[]): UnknownMagic {
  return new UnknownMagic(`${given} is no magic: known are ${known.join(", ")}`);
}
