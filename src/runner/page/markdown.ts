// Markdown to harmless HTML: formulas, coloured code, headings with anchors.

import * as fs from "node:fs";
import * as path from "node:path";
import { Marked } from "marked";
import { escapeHtml } from "../../core";
import { highlight } from "./highlight";
import { putFormulas, takeFormulas } from "./mathematics";
import { sanitise } from "./sanitise";

/** A heading, for the table of contents; `html` is its content. */
export interface Heading {
  readonly level: number;
  readonly anchor: string;
  readonly html: string;
}

/** Turns Markdown cells of one page into HTML; anchors are unique on the page. */
export class MarkdownRenderer {
  /** The headings seen so far. */
  readonly headings: Heading[] = [];
  private readonly anchors = new Set<string>();
  private readonly folder: string | undefined;

  /** `folder`: where the notebook lies; pictures beside it are taken into the page. */
  constructor(folder?: string) {
    this.folder = folder;
  }

  /** The HTML of `source`; `attachments` are the cell's own pictures, as MIME bundles by name. */
  render(
    source: string,
    attachments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  ): string {
    const { text, formulas } = takeFormulas(source);
    const marked = new Marked({
      gfm: true,
      renderer: {
        code: ({ text: code, lang }) =>
          `<pre><code class="hljs">${highlight(code, lang?.split(/\s/)[0] ?? "")}</code></pre>\n`,
      },
      walkTokens: (token) => {
        if (
          token.type === "image" &&
          typeof token.href === "string" &&
          token.href.startsWith("attachment:")
        ) {
          token.href = attachmentAddress(attachments[decodeURIComponent(token.href.slice(11))]);
        }
      },
    });
    const clean = sanitise(marked.parse(text, { async: false }));
    const html = putFormulas(
      clean.replace(/<img[^<>]*>/g, (image) => this.embedded(image)),
      formulas,
    );
    return html.replace(/<(h[1-4])>([\s\S]*?)<\/\1>/g, (_, name: string, content: string) => {
      const anchor = this.anchorFor(content);
      this.headings.push({ level: Number(name[1]), anchor, html: content });
      return `<${name} id="${anchor}">${content}<a class="anchor" href="#${anchor}" aria-label="link to this section">#</a></${name}>`;
    });
  }

  /** A picture as data; where there is none, its description. */
  private embedded(image: string): string {
    const source = /\ssrc="([^"]*)"/.exec(image)?.[1] ?? "";
    if (source.startsWith("data:image/")) return image;
    const type = PICTURES[path.extname(source).toLowerCase()];
    if (this.folder !== undefined && type !== undefined) {
      const file = path.resolve(this.folder, decodeURIComponent(source.replace(/[?#].*$/, "")));
      const isBeside = file.startsWith(path.resolve(this.folder) + path.sep);
      if (isBeside && fs.existsSync(file)) {
        return image.replace(source, `data:${type};base64,${fs.readFileSync(file).toString("base64")}`);
      }
    }
    return `<span class="note">[picture${/\salt="([^"]+)"/.exec(image)?.[1]?.replace(/^/, ": ") ?? ""}]</span>`;
  }

  private anchorFor(content: string): string {
    const plain = content
      .replace(/<annotation[\s\S]*?<\/annotation>|<[^>]*>|&[a-z0-9#]+;/g, "")
      .toLowerCase();
    const base =
      escapeHtml(
        plain
          .trim()
          .replace(/[^\p{L}\p{N}]+/gu, "-")
          .replace(/^-|-$/g, ""),
      ) || "section";
    let anchor = base;
    for (let copy = 2; this.anchors.has(anchor); copy++) anchor = `${base}-${copy}`;
    this.anchors.add(anchor);
    return anchor;
  }
}

function attachmentAddress(bundle: Readonly<Record<string, unknown>> | undefined): string {
  for (const [mime, data] of Object.entries(bundle ?? {})) {
    if (mime.startsWith("image/") && typeof data === "string")
      return `data:${mime};base64,${data.replace(/\s/g, "")}`;
  }
  return "";
}

const PICTURES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};
