// Code in colour: highlight.js with the few languages that our notebooks show.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import latex from "highlight.js/lib/languages/latex";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../../core";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("json", json);
hljs.registerLanguage("latex", latex);
hljs.registerLanguage("python", python);
hljs.registerLanguage("typescript", typescript);

const ALIASES: Readonly<Record<string, string>> = {
  ts: "typescript",
  js: "typescript",
  javascript: "typescript",
  py: "python",
  sh: "bash",
  shell: "bash",
  tex: "latex",
};

/** `code` as HTML with `hljs-` classes; an unknown language gives plain escaped text. */
export function highlight(code: string, language: string): string {
  const name = ALIASES[language.toLowerCase()] ?? language.toLowerCase();
  if (hljs.getLanguage(name) === undefined) return escapeHtml(code);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}
