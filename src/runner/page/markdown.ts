// Markdown to harmless HTML: formulas, coloured code, headings with anchors.

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

  /** The HTML of `source`; `attachments` are the cell's own pictures, as MIME bundles by name. */
  render(source: string, attachments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}): string {
    const { text, formulas } = takeFormulas(source);
    const marked = new Marked({
      gfm: true,
      renderer: {
        code: ({ text: code, lang }) =>
          `<pre><code class="hljs">${highlight(code, lang?.split(/\s/)[0] ?? "")}</code></pre>\n`,
      },
      walkTokens: (token) => {
        if (token.type === "image" && typeof token.href === "string" && token.href.startsWith("attachment:")) {
          token.href = attachmentAddress(attachments[decodeURIComponent(token.href.slice(11))]);
        }
      },
    });
    const html = putFormulas(sanitise(marked.parse(text, { async: false })), formulas);
    return html.replace(/<(h[1-4])>([\s\S]*?)<\/\1>/g, (_, name: string, content: string) => {
      const anchor = this.anchorFor(content);
      this.headings.push({ level: Number(name[1]), anchor, html: content });
      return `<${name} id="${anchor}">${content}<a class="anchor" href="#${anchor}" aria-label="link to this section">#</a></${name}>`;
    });
  }

  private anchorFor(content: string): string {
    const plain = content.replace(/<annotation[\s\S]*?<\/annotation>|<[^>]*>|&[a-z0-9#]+;/g, "").toLowerCase();
    const base = escapeHtml(plain.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")) || "section";
    let anchor = base;
    for (let copy = 2; this.anchors.has(anchor); copy++) anchor = `${base}-${copy}`;
    this.anchors.add(anchor);
    return anchor;
  }
}

function attachmentAddress(bundle: Readonly<Record<string, unknown>> | undefined): string {
  for (const [mime, data] of Object.entries(bundle ?? {})) {
    if (mime.startsWith("image/") && typeof data === "string") return `data:${mime};base64,${data.replace(/\s/g, "")}`;
  }
  return "";
}
