// How an object shows itself: a MIME bundle under `Symbol.for("Jupyter.display")`, as in Deno and our kernel.

/** The method name by which a notebook asks an object for its MIME bundle. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** MIME type to content: text for text types, base64 for images, an object for JSON types. `text/plain` is always there. */
export interface MimeBundle {
  readonly "text/plain": string;
  readonly [mime: string]: unknown;
}

/** Anything that can show itself in a notebook. */
export interface Displayable {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe inside HTML or SVG, as content or as a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ENTITIES[character]!);
}

/** Text made safe inside Markdown: nothing in it is read as markup or HTML. */
export function escapeMarkdown(text: string): string {
  return escapeHtml(text).replace(/[\\`*_{}[\]()#+\-.!|~$]/g, "\\$&");
}
