// Tagged templates that show themselves: html`<b>${text}</b>` escapes what is put in, unless it is html itself.

import type { Bundle } from "../bridge/messages";
import { escapeHtml } from "./escape";
import { DISPLAY, plainOf } from "./formatters";

/** Text of one MIME type that shows itself as such. */
export class Markup {
  constructor(
    readonly mime: string,
    readonly text: string,
  ) {}

  toString(): string {
    return this.text;
  }

  [DISPLAY](): Bundle {
    return { [this.mime]: this.text, "text/plain": plainOf(this.mime, this.text) };
  }
}

type Tag = (parts: TemplateStringsArray, ...values: readonly unknown[]) => Markup;

function tag(mime: string, escape: (text: string) => string): Tag {
  const insert = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(insert).join("")
      : value instanceof Markup && value.mime === mime
        ? value.text
        : escape(String(value));
  return (parts, ...values) =>
    new Markup(
      mime,
      parts.map((part, index) => part + (index < values.length ? insert(values[index]) : "")).join(""),
    );
}

/** HTML with escaped values; arrays are joined. @example html`<b>${name}</b>` */
export const html: Tag = tag("text/html", escapeHtml);

/** SVG with escaped values. */
export const svg: Tag = tag("image/svg+xml", escapeHtml);

/** Markdown; in values, all marks and HTML are escaped. */
export const md: Tag = tag("text/markdown", (text) =>
  escapeHtml(text).replace(/[\\`*_{}[\]()#+\-.!|~$]/g, "\\$&"),
);
