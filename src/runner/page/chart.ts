// Vega charts: a still SVG that every reader shows, beside the specification that a page's script brings to life.

import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../core";
import { renderSvg, type VegaLiteSpec } from "../../plots/vega";
import { sanitise } from "./sanitise";

/** The MIME types that are vega charts. */
export const CHART_MIME = /^application\/vnd\.vega(lite)?\.v\d+\+json$/;

/** A chart as HTML: the still picture, and the specification in a data block for `CHART_SCRIPT`. */
export async function chartHtml(
  mime: string,
  spec: unknown,
  svg: unknown,
  idPrefix: string,
): Promise<string> {
  const isLite = mime.includes("vegalite");
  const still = typeof svg === "string" ? svg : isLite ? await drawn(spec) : "";
  const json = JSON.stringify(spec).replace(/</g, "\\u003c");
  const data = `<script type="application/json" data-kind="${isLite ? "vega-lite" : "vega"}">${json}</script>`;
  return `<div class="chart"><div class="still">${sanitise(still, { idPrefix })}</div>${data}</div>`;
}

/** Links are left out of still pictures: vega asks the loader about each, and pages load nothing. */
async function drawn(spec: unknown): Promise<string> {
  const withoutLinks: VegaLiteSpec = JSON.parse(
    JSON.stringify(spec, (name, value: unknown) => (name === "href" ? undefined : value)),
  );
  return (await renderSvg(withoutLinks)).svg;
}

/** The libraries that a page with charts carries (0.8 MB): vega and vega-lite, minified. */
export function chartLibraries(): string[] {
  return ["vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js"].map((file) =>
    fs
      .readFileSync(path.join(projectFolder, "node_modules", file), "utf8")
      .replace(/<\/script/gi, "<\\/script")
      .replace(/\/\/# sourceMappingURL=.*/g, ""),
  );
}

/** Brings charts to life when they come into view; a chart that fails stays the picture it is. Tooltips are plain text. */
export const CHART_SCRIPT = `
(() => {
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;
  document.body.append(tip);
  const say = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));
  const tooltip = (_, event, __, value) => {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    tip.replaceChildren();
    const rows = typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [[undefined, value]];
    for (const [name, content] of rows) {
      const row = document.createElement("div");
      if (name !== undefined) {
        const label = document.createElement("span");
        label.textContent = name;
        row.append(label);
      }
      row.append(say(content));
      tip.append(row);
    }
    const { innerWidth, innerHeight } = window;
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + "px";
  };
  const loader = { load: () => Promise.reject(new Error("offline")), sanitize: (address) => Promise.resolve({ href: /^(https?:|data:image\\/)/i.test(address) ? address : "#", target: "_blank", rel: "noopener" }) };
  const quiet = { level() { return this; }, error() { return this; }, warn() { return this; }, info() { return this; }, debug() { return this; } };
  const enliven = async (chart) => {
    const data = chart.querySelector("script");
    const live = document.createElement("div");
    live.className = "live";
    live.hidden = true;
    chart.append(live);
    try {
      const spec = JSON.parse(data.textContent);
      const full = data.dataset.kind === "vega-lite" ? vegaLite.compile(spec, { logger: quiet }).spec : spec;
      const view = new vega.View(vega.parse(full), { renderer: "svg", container: live, hover: true, loader, logger: quiet });
      view.tooltip(tooltip);
      live.hidden = false;
      await view.runAsync();
      chart.querySelector(".still").remove();
      chart.dataset.state = "live";
    } catch {
      live.remove();
      chart.dataset.state = "still";
    }
  };
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      enliven(target);
    }
  }, { rootMargin: "200px" });
  for (const chart of document.querySelectorAll(".chart")) watcher.observe(chart);
})();
`;
