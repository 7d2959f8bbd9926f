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
    .replace(PIECES, (...[all, , , , display, bracket, paren, environment, , inline]: (string | undefined)[]) => {
      if (display !== undefined || bracket !== undefined) return keep((display ?? bracket)!, true);
      if (environment !== undefined) return keep(environment, true);
      if (paren !== undefined || inline !== undefined) return keep((paren ?? inline)!, false);
      return all!;
    });
  return { text, formulas };
}

/** Puts the formulas back into the finished HTML. */
export function putFormulas(html: string, formulas: ReadonlyMap<string, string>): string {
  return html.replace(/\ue000\d+\ue001/g, (mark) => formulas.get(mark) ?? "");
}

/** One formula as MathML; broken LaTeX is shown as it was written, marked as an error. */
export function formula(tex: string, isDisplay: boolean): string {
  try {
    return katex.renderToString(tex.trim(), { output: "mathml", displayMode: isDisplay, strict: "ignore", trust: false });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `<code class="bad-formula" title="${escapeHtml(why)}">${escapeHtml(tex)}</code>`;
  }
}
