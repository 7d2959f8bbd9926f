// LaTeX in text: taken out before Markdown sees it, and drawn as MathML, which browsers show without fonts or network.

import katex from "katex";
import { escapeHtml } from "../../core";

/** A text whose formulas were replaced by marks. */
export interface TextWithFormulas {
  readonly text: string;
  /** MathML by mark. */
  readonly formulas: ReadonlyMap<string, string>;
}

/** Code comes first, because dollars in it are no formulas. */
const PIECES =
  /(^|\n)(`{3,}|~{3,})[\s\S]*?(?:\n\2[^\n]*(?=\n|$)|$)|(`+)(?!`)[\s\S]*?[^`]\3(?!`)|\\\$|\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|(\\begin\{(equation|align|gather|aligned)\*?\}[\s\S]+?\\end\{\8\*?\})|\$(?![\s$])((?:\\.|[^$\\\n]|\n(?!\s*\n))*?)(?<!\s)\$(?!\d)/g;

/** Replaces `$...$`, `$$...$$`, `\(...\)`, `\[...\]` and equation environments by marks that Markdown leaves alone. */
export function takeFormulas(source: string): TextWithFormulas {
  const formulas = new Map<string, string>();
  const keep = (tex: string, isDisplay: boolean): string => {
    const mark = `\ue000${formulas.size}\ue001`;
    formulas.set(mark, formula(tex, isDisplay));
    return mark;
  };
  const text = source
    .replace(/[\ue000\ue001]/g, "")
    .replace(
      PIECES,
      (...[all, , , , display, bracket, paren, environment, , inline]: (string | undefined)[]) => {
        if (display !== undefined || bracket !== undefined) return keep((display ?? bracket)!, true);
        if (environment !== undefined) return keep(environment, true);
        if (paren !== undefined || inline !== undefined) return keep((paren ?? inline)!, false);
        return all!;
      },
    );
  return { text, formulas };
}

/** Puts the formulas back into the finished HTML. */
export function putFormulas(html: string, formulas: ReadonlyMap<string, string>): string {
  return html.replace(/\ue000\d+\ue001/g, (mark) => formulas.get(mark) ?? "");
}

/** One formula as MathML; broken LaTeX is shown as it was written, marked as an error. */
export function formula(tex: string, isDisplay: boolean): string {
  try {
    const options = { output: "mathml", displayMode: isDisplay, strict: "ignore", trust: false } as const;
    return withLetters(katex.renderToString(tex.trim(), options));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `<code class="bad-formula" title="${escapeHtml(why)}">${escapeHtml(tex)}</code>`;
  }
}

/** Where Unicode has the letters of each alphabet: code points of A, a and 0 (0 where there are none). */
const ALPHABETS: Readonly<Record<string, readonly [number, number, number]>> = {
  "double-struck": [0x1d538, 0x1d552, 0x1d7d8],
  script: [0x1d49c, 0x1d4b6, 0],
  fraktur: [0x1d504, 0x1d51e, 0],
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  "bold-italic": [0x1d468, 0x1d482, 0],
  "sans-serif": [0x1d5a0, 0x1d5ba, 0x1d7e2],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};
/** Letters that Unicode had before it had the alphabets. */
const OLDER: Readonly<Record<string, string>> = {
  "double-struck C": "ℂ",
  "double-struck H": "ℍ",
  "double-struck N": "ℕ",
  "double-struck P": "ℙ",
  "double-struck Q": "ℚ",
  "double-struck R": "ℝ",
  "double-struck Z": "ℤ",
  "script B": "ℬ",
  "script E": "ℰ",
  "script F": "ℱ",
  "script H": "ℋ",
  "script I": "ℐ",
  "script L": "ℒ",
  "script M": "ℳ",
  "script R": "ℛ",
  "script e": "ℯ",
  "script g": "ℊ",
  "script o": "ℴ",
  "fraktur C": "ℭ",
  "fraktur H": "ℌ",
  "fraktur I": "ℑ",
  "fraktur R": "ℜ",
  "fraktur Z": "ℨ",
};

/** MathML whose `mathvariant` letters are Unicode letters: browsers dropped the attribute (MathML Core). */
function withLetters(mathml: string): string {
  return mathml.replace(
    /<(mi|mn|mtext) mathvariant="([a-z-]+)">([A-Za-z0-9]+)<\/\1>/g,
    (all, tag: string, variant: string, text: string) => {
      const alphabet = ALPHABETS[variant];
      if (alphabet === undefined) return all;
      const letters = [...text].map((letter) => {
        const first = /[A-Z]/.test(letter)
          ? alphabet[0] - 65
          : /[a-z]/.test(letter)
            ? alphabet[1] - 97
            : alphabet[2] - 48;
        return (
          OLDER[`${variant} ${letter}`] ??
          (first < 0 ? letter : String.fromCodePoint(first + letter.charCodeAt(0)))
        );
      });
      return `<${tag} mathvariant="normal">${letters.join("")}</${tag}>`;
    },
  );
}
