// Where JSON stops being JSON: Node's own parser does not say in every version.

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** The offset of the first character that cannot be part of valid JSON; the length when only the end is missing. */
export function jsonErrorOffset(text: string): number {
  const open: ("{" | "[")[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const isThere = pattern.test(text);
    if (isThere) at = pattern.lastIndex;
    return isThere;
  };
  const takeKey = (): boolean => {
    take(BLANK);
    if (!take(STRING)) return false;
    take(BLANK);
    if (text[at] !== ":") return false;
    at++;
    return true;
  };
  /** Past the brackets that close here, to the next item: false where there is none. */
  const takeNext = (): boolean => {
    for (;;) {
      take(BLANK);
      const top = open.at(-1);
      if (top === undefined) return false;
      if (text[at] === ",") {
        at++;
        return top === "[" || takeKey();
      }
      if (text[at] !== (top === "{" ? "}" : "]")) return false;
      open.pop();
      at++;
    }
  };
  for (;;) {
    take(BLANK);
    const bracket = text[at];
    if (bracket === "{" || bracket === "[") {
      open.push(bracket);
      at++;
      take(BLANK);
      const isEmpty = text[at] === (bracket === "{" ? "}" : "]");
      if (!isEmpty && bracket === "{" && !takeKey()) return at;
      if (!isEmpty) continue;
    } else if (!take(STRING) && !take(SCALAR)) {
      return at;
    }
    if (!takeNext()) return at;
  }
}
