// One output of a cell as HTML: the richest form that is harmless and needs no network.

import { escapeHtml } from "../../core";
import type { JsonObject, Output } from "../notebook";
import { ansiToHtml } from "./ansi";
import { CHART_MIME, chartHtml } from "./chart";
import { highlight } from "./highlight";
import type { MarkdownRenderer } from "./markdown";
import { formula } from "./mathematics";
import { sanitise } from "./sanitise";

const HEAD_LINES = 400;
const TAIL_LINES = 200;
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

/** The HTML of `output`; `idPrefix` is unique on the page. */
export async function outputHtml(
  output: Output,
  idPrefix: string,
  markdown: MarkdownRenderer,
): Promise<string> {
  switch (output.output_type) {
    case "stream":
      return `<pre class="stream ${output.name === "stderr" ? "stderr" : "stdout"}">${ansiToHtml(shortened(output.text))}</pre>`;
    case "error": {
      const trace =
        output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`;
      return `<pre class="error">${ansiToHtml(shortened(trace))}</pre>`;
    }
    default:
      return `<div class="shown">${await bundleHtml(output.data, output.metadata, idPrefix, markdown)}</div>`;
  }
}

async function bundleHtml(
  data: JsonObject,
  metadata: JsonObject,
  idPrefix: string,
  markdown: MarkdownRenderer,
): Promise<string> {
  const chart = Object.keys(data).find((mime) => CHART_MIME.test(mime));
  if (chart !== undefined) {
    try {
      return await chartHtml(chart, data[chart], data["image/svg+xml"], idPrefix);
    } catch {
      // A specification that vega cannot draw is shown in its other forms.
    }
  }
  const text = (mime: string): string | undefined =>
    typeof data[mime] === "string" ? data[mime] : undefined;
  const html = text("text/html");
  if (html !== undefined) return `<div class="html">${sanitise(html, { idPrefix })}</div>`;
  const svg = text("image/svg+xml");
  if (svg !== undefined) return `<div class="picture">${sanitise(svg, { idPrefix })}</div>`;
  for (const [mime, content] of Object.entries(data)) {
    if (PICTURE.test(mime) && typeof content === "string")
      return pictureHtml(mime, content, metadata[mime], text("text/plain"));
  }
  const source = text("text/markdown");
  if (source !== undefined) return `<div class="markdown">${markdown.render(source)}</div>`;
  const latex = text("text/latex");
  if (latex !== undefined)
    return formula(latex.trim().replace(/^\$+|\$+$/g, ""), latex.trim().startsWith("$$"));
  const plain = text("text/plain");
  if (plain !== undefined) return `<pre class="plain">${ansiToHtml(shortened(plain))}</pre>`;
  if ("application/json" in data) {
    return `<pre class="plain"><code class="hljs">${highlight(shortened(JSON.stringify(data["application/json"], null, 2)), "json")}</code></pre>`;
  }
  return `<p class="note">a result of a kind that pages do not show: ${escapeHtml(Object.keys(data).join(", ") || "none")}</p>`;
}

function pictureHtml(mime: string, base64: string, metadata: unknown, alternative = ""): string {
  const size = typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {};
  const sides = ["width", "height"]
    .map((side) => (typeof size[side] === "number" ? ` ${side}="${size[side]}"` : ""))
    .join("");
  const address = `data:${mime};base64,${base64.replace(/[^A-Za-z0-9+/=]/g, "")}`;
  return `<img class="picture" src="${address}"${sides} alt="${escapeHtml(alternative)}">`;
}

/** Very long texts lose their middle; the executed notebook has all of it. */
function shortened(text: string): string {
  const lines = text.split("\n").map((line) => (line.length > 5000 ? `${line.slice(0, 5000)} …` : line));
  if (lines.length <= HEAD_LINES + TAIL_LINES + 10) return lines.join("\n");
  const left = lines.length - HEAD_LINES - TAIL_LINES;
  const note = `… ${left.toLocaleString("en")} lines are left out here; the executed notebook has them …`;
  return [...lines.slice(0, HEAD_LINES), "", note, "", ...lines.slice(-TAIL_LINES)].join("\n");
}
