// `import * as tslab from "tslab"`: tslab's own interface, answered by this kernel's displays.

import { randomUUID } from "node:crypto";
import { sink } from "../display/sink";

type Content = string | Uint8Array;

function newDisplay(): Record<string, (content: Content, data?: Content) => void> {
  const id = randomUUID();
  let isShown = false;
  const put = (mime: string, content: Content): void => {
    const data = typeof content === "string" ? content : Buffer.from(content).toString("base64");
    sink().show(
      { [mime]: data, ...(mime === "text/plain" ? {} : { "text/plain": `[${mime}]` }) },
      { id, update: isShown },
    );
    isShown = true;
  };
  const as =
    (mime: string) =>
    (content: Content): void =>
      put(mime, content);
  return {
    javascript: as("application/javascript"),
    html: as("text/html"),
    markdown: as("text/markdown"),
    latex: as("text/latex"),
    svg: as("image/svg+xml"),
    png: as("image/png"),
    jpeg: as("image/jpeg"),
    gif: as("image/gif"),
    pdf: as("application/pdf"),
    text: as("text/plain"),
    raw: (mime, data = "") => put(String(mime), data),
  };
}

/** A display that shows anew with each call, as tslab's `display` does. */
const display = new Proxy(newDisplay(), {
  get: (_, method: string) => newDisplay()[method],
});

/** The module that the specifier `tslab` stands for. */
export const tslabModule = {
  display,
  newDisplay,
  versions: { tslab: "1.0.22", typescript: "5.9.3", node: process.versions.node },
};
