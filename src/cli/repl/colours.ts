// Colours of TypeScript and of values, for terminals: a style for each character, so that wrapping cannot split one.

/** ANSI styles by name. */
export const STYLE = {
  plain: "\u001b[0m",
  bold: "\u001b[1m",
  dim: "\u001b[90m",
  red: "\u001b[31m",
  green: "\u001b[32m",
  yellow: "\u001b[33m",
  blue: "\u001b[34m",
  magenta: "\u001b[35m",
  cyan: "\u001b[36m",
} as const;

/** The name of a style. */
export type Style = keyof typeof STYLE;

const KEYWORD =
  /^(?:abstract|as|async|await|break|case|catch|class|const|continue|default|delete|do|else|enum|export|extends|finally|for|from|function|if|import|in|instanceof|interface|let|new|of|return|satisfies|static|super|switch|this|throw|try|type|typeof|using|var|void|while|yield)$/;
const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\[^]|[^`\\])*`?)|(?<number>(?<![\p{ID_Continue}$])-?(?:0[xob][\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)n?(?![\p{ID_Continue}]))|(?<magic>^%%?\w+)|(?<note>\[(?:Function|class|Object: null|AsyncFunction|GeneratorFunction|Circular|Array|Object)[^\]]*\]|\[Getter\]|<ref [^>]*>)|(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*)/gimu;

function styleOf(groups: Readonly<Record<string, string | undefined>>): Style | undefined {
  if (groups["comment"] !== undefined) return "dim";
  if (groups["string"] !== undefined) return "green";
  if (groups["number"] !== undefined) return "yellow";
  if (groups["magic"] !== undefined || groups["note"] !== undefined) return "cyan";
  const word = groups["word"] ?? "";
  if (KEYWORD.test(word)) return "magenta";
  if (/^(true|false|NaN|Infinity)$/.test(word)) return "yellow";
  return /^(null|undefined)$/.test(word) ? "dim" : undefined;
}

/** The style of each UTF-16 unit of `text`; undefined where it is plain. */
export function stylesOf(text: string): (Style | undefined)[] {
  const styles = new Array<Style | undefined>(text.length).fill(undefined);
  for (const match of text.matchAll(TOKEN)) {
    const style = styleOf(match.groups ?? {});
    if (style !== undefined) styles.fill(style, match.index, match.index + match[0].length);
  }
  return styles;
}

/** `text` with its styles written out. */
export function coloured(text: string): string {
  const styles = stylesOf(text);
  let written = "";
  let current: Style | undefined;
  for (let at = 0; at < text.length; at++) {
    if (styles[at] !== current) {
      current = styles[at];
      written += STYLE.plain + (current === undefined ? "" : STYLE[current]);
    }
    written += text[at];
  }
  return current === undefined ? written : written + STYLE.plain;
}
