// The chart: an immutable vega-lite spec that shows itself in notebooks, pages and terminals.

import { DISPLAY, type MimeBundle } from "../core";
import { visibleText } from "../report";
import { THEME } from "./theme";
import { renderSvg, type VegaLiteSpec } from "./vega";

/** The MIME type JupyterLab draws. Its registered major version is 5; our specs are valid under v5's schema. */
export const VEGA_LITE_MIME = "application/vnd.vegalite.v5+json";
const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** What a kind of chart makes: the spec without schema and theme, and a drawing in characters. */
export interface ChartParts {
  /** Data, marks and encodings; fields are ours (`x`, `y`, ...), names from data stand in titles only. */
  readonly body: VegaLiteSpec;
  /** A small drawing for terminals. */
  readonly sketch: () => string;
}

interface Heading {
  readonly title?: string;
  readonly subtitle?: string;
}

/**
 * A chart. Every method returns a new chart.
 *
 * @example lineChart(rows, { x: "step", y: "loss" }).title("Training").size(480, 240);
 */
export class Chart {
  private readonly parts: ChartParts;
  private readonly heading: Heading;
  private drawing: Promise<string> | undefined;

  constructor(parts: ChartParts, heading: Heading = {}) {
    this.parts = parts;
    this.heading = heading;
  }

  /** The line above the chart. */
  title(title: string): Chart {
    return new Chart(this.parts, { ...this.heading, title });
  }

  /** A smaller line under the title. */
  subtitle(subtitle: string): Chart {
    return new Chart(this.parts, { ...this.heading, subtitle });
  }

  /** Width and height of the plotting area, in pixels. */
  size(width: number, height: number): Chart {
    return this.with({ width, height });
  }

  /** The chart with top-level properties of its vega-lite spec replaced, for what has no method here. */
  with(patch: VegaLiteSpec): Chart {
    return new Chart({ ...this.parts, body: { ...this.parts.body, ...patch } }, this.heading);
  }

  /** The whole vega-lite spec as plain JSON, valid under the schema of version 5. */
  get spec(): VegaLiteSpec {
    const { title, subtitle } = this.heading;
    const text = title ?? (subtitle === undefined ? undefined : "");
    return {
      $schema: SCHEMA,
      background: "white",
      padding: 12,
      ...(text === undefined ? {} : { title: { text, ...(subtitle === undefined ? {} : { subtitle }) } }),
      config: THEME,
      ...this.parts.body,
    };
  }

  /** The chart as SVG; all text in it is escaped. */
  svg(): Promise<string> {
    this.drawing ??= renderSvg(this.spec).then(({ svg }) => svg);
    return this.drawing;
  }

  /** Title and a drawing in characters. */
  text(): string {
    const { title, subtitle } = this.heading;
    const lines = [title, subtitle].filter((line): line is string => line !== undefined && line !== "");
    return [...lines.map(visibleText), this.parts.sketch()].join("\n");
  }

  toString(): string {
    return this.text();
  }

  toJSON(): VegaLiteSpec {
    return this.spec;
  }

  async [DISPLAY](): Promise<MimeBundle> {
    return { "text/plain": this.text(), "image/svg+xml": await this.svg(), [VEGA_LITE_MIME]: this.spec };
  }
}
