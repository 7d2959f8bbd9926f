// The frame of every page: one self-contained HTML file that cannot reach the network.

import { createHash } from "node:crypto";
import { escapeHtml } from "../../core";
import { STYLE } from "./style";

/** The parts of a page. `body` is HTML, `scripts` are JavaScript of our own, `data` goes into the head as JSON. */
export interface PageParts {
  readonly title: string;
  readonly body: string;
  readonly scripts?: readonly string[];
  /** vega compiles its expressions, which the page must then allow. */
  readonly needsEval?: boolean;
  readonly data?: unknown;
}

/** The id of the block of data in a page's head. */
export const DATA_ID = "relata-run";

/** A whole page. Its policy runs our scripts by their hash alone, so markup that slipped through could run nothing. */
export function documentHtml({ title, body, scripts = [], needsEval = false, data }: PageParts): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const code =
    hashes.length === 0 ? "'none'" : [...hashes, ...(needsEval ? ["'unsafe-eval'"] : [])].join(" ");
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${code}; base-uri 'none'; form-action 'none'`;
  const json =
    data === undefined
      ? ""
      : `\n<script type="application/json" id="${DATA_ID}">${JSON.stringify(data).replace(/</g, "\\u003c")}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="relata">
<title>${escapeHtml(title)}</title>${json}
<style>${STYLE}</style>
</head>
<body>
${body}
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`;
}

/** `4.2 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
