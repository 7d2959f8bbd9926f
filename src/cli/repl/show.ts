// What a MIME bundle is in a terminal: coloured text, a table cut to the width, a drawing, a link to a page.

import { stripVTControlCharacters } from "node:util";
import { cutText } from "../../report";
import { coloured } from "./colours";
import { sketchOfSpec } from "./spec-sketch";

/** What a terminal can do. */
export interface Ability {
  readonly columns: number;
  readonly isColoured: boolean;
  /** Makes a page of a bundle and gives its address; absent where nobody could open it. */
  readonly page?: (data: Bundle, id?: string) => string;
}

/** MIME type to content. */
export type Bundle = Readonly<Record<string, unknown>>;

const CHART = /^application\/vnd\.vega/;
const PICTURE = /^image\//;

/** A text of the protocol: a string or its lines. */
export function textIn(value: unknown): string {
  return Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "";
}

/** A bundle as text for a terminal; empty for what shows nothing. `id` names a display that may be updated. */
export function bundleText(data: Bundle, ability: Ability, id?: string): string {
  const mimes = Object.keys(data);
  const plain = textIn(data["text/plain"]);
  const html = textIn(data["text/html"]);
  const chart = mimes.find((mime) => CHART.test(mime));
  const isBare =
    plain === "" || plain === html || plain === textIn(data["image/svg+xml"]) || /^\[[^\n]*\]$/.test(plain);
  const link = (): string => (ability.page === undefined ? "" : ability.page({ ...data }, id));
  if (chart !== undefined) return joined(isBare ? (sketchOfSpec(data[chart]) ?? plain) : plain, link());
  if (html !== "" && isBare) return joined(textOfHtml(html), link());
  if (mimes.some((mime) => PICTURE.test(mime)))
    return joined(isBare && !plain.startsWith("[") ? "[picture]" : plain, link());
  if (html.includes("<table")) return cutLines(plain, ability.columns);
  return ability.isColoured && mimes.length === 1 ? coloured(plain) : plain;
}

/** An error's traceback, without colours where there are none. */
export function errorText(content: Bundle, { isColoured }: Ability): string {
  const lines = Array.isArray(content["traceback"]) ? content["traceback"].map(String) : [];
  const text =
    lines.length > 0 ? lines.join("\n") : `${textIn(content["ename"])}: ${textIn(content["evalue"])}`;
  return isColoured ? text : stripVTControlCharacters(text);
}

function joined(text: string, link: string): string {
  return [text, link].filter((line) => line !== "").join("\n");
}

/** HTML as lines of text: rows and paragraphs become lines, table cells columns. */
function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script)\b[^>]*>[^]*?<\/\1>/gi, "")
    .replace(/<\/t[dh]>\s*<t[dh]\b[^>]*>/gi, "  ")
    .replace(/<br\b[^>]*>|<\/(tr|p|div|li|h\d)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function cutLines(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => cutText(line, columns))
    .join("\n");
}
