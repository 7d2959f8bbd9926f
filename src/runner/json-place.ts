// Where a text stops being JSON: line and column of the first fault, which JSON.parse does not always tell.

/** A fault in a JSON text; `line` and `column` count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class Fault extends Error {
  readonly at: number;
  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
  }
}

/** The first fault of `text`, or `undefined` when it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const isThere = pattern.test(text);
    if (isThere) at = pattern.lastIndex;
    return isThere;
  };
  const take = (character: string): boolean => {
    skip(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const list = (end: string, item: () => void, names: string): void => {
    if (take(end)) return;
    do item();
    while (take(","));
    if (!take(end)) throw new Fault(at, `"," or "${end}" after ${names}`);
  };
  const value = (): void => {
    skip(SPACE);
    if (take("{")) {
      return list(
        "}",
        () => {
          skip(SPACE);
          if (!skip(STRING)) throw new Fault(at, "a name in double quotes");
          if (!take(":")) throw new Fault(at, '":" after a name');
          value();
        },
        "a field",
      );
    }
    if (take("[")) return list("]", value, "an element");
    if (!skip(STRING) && !skip(SCALAR)) throw new Fault(at, "a value");
  };
  try {
    value();
    skip(SPACE);
    if (at < text.length) throw new Fault(at, "nothing after the value");
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at).split("\n");
    return { line: before.length, column: before.at(-1)!.length + 1, expected: error.message };
  }
}
