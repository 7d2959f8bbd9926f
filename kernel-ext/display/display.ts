// `display`: shows values in the running cell and updates them in place.

import { randomUUID } from "node:crypto";
import type { Bundle } from "../bridge/messages";
import { bundleOf, plainOf } from "./formatters";
import { sink, type ShowOptions } from "./sink";

/** A display that can be changed later, also from another cell. */
export class DisplayHandle {
  constructor(readonly id: string) {}

  /** Shows `value` in place of what is there. */
  update(value: unknown): this {
    show(value, { id: this.id, update: true });
    return this;
  }
}

function show(value: unknown, options: ShowOptions): void {
  const bundle = bundleOf(value);
  if (bundle instanceof Promise) sink().pending(bundle.then((ready) => sink().show(ready, options)));
  else sink().show(bundle, options);
}

function raw(data: Bundle, options: ShowOptions = {}): DisplayHandle {
  const id = options.id ?? randomUUID();
  sink().show(data, { ...options, id });
  return new DisplayHandle(id);
}

const base64 = (bytes: Uint8Array | string): string =>
  typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("base64");
const textual =
  (mime: string) =>
  (content: unknown): DisplayHandle => {
    const text = String(content);
    return raw({ [mime]: text, "text/plain": plainOf(mime, text) });
  };
const image =
  (mime: string) =>
  (bytes: Uint8Array | string): DisplayHandle =>
    raw({ [mime]: base64(bytes), "text/plain": `[${mime}]` });

/**
 * Shows a value as it would be shown at the end of a cell.
 *
 * @example const chart = display(table); chart.update(newTable);
 */
export const display = Object.assign(
  (value: unknown, options: ShowOptions = {}): DisplayHandle => {
    const id = options.id ?? randomUUID();
    show(value, { ...options, id });
    return new DisplayHandle(id);
  },
  {
    /** Shows HTML as it is. */
    html: textual("text/html"),
    markdown: textual("text/markdown"),
    svg: textual("image/svg+xml"),
    latex: textual("text/latex"),
    javascript: textual("application/javascript"),
    text: textual("text/plain"),
    /** Shows an image from its bytes or base64 text. */
    png: image("image/png"),
    jpeg: image("image/jpeg"),
    gif: image("image/gif"),
    pdf: image("application/pdf"),
    json: (value: unknown): DisplayHandle =>
      raw({ "application/json": value, "text/plain": JSON.stringify(value, null, 2) }),
    /** Shows content by MIME type as given. */
    raw,
    /** The handle of a display that was shown under `id`. */
    handle: (id: string): DisplayHandle => new DisplayHandle(id),
  },
);
