// Vega and vega-lite at the edge: loaded when first needed, they turn a spec into SVG, without canvas, network or console.

import { messageOf, RelataError } from "../core";
import { measureText } from "./font-metrics";
import loadModule from "./load-module.cjs";

/** A vega-lite spec as plain JSON. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

interface Logger {
  level(value?: number): number | Logger;
  error(...words: unknown[]): Logger;
  warn(...words: unknown[]): Logger;
  info(...words: unknown[]): Logger;
  debug(...words: unknown[]): Logger;
}

/** The few functions of vega that are used here. */
interface Vega {
  parse(spec: unknown): unknown;
  View: new (
    runtime: unknown,
    options: object,
  ) => { runAsync(): Promise<unknown>; toSVG(scale?: number): Promise<string>; finalize(): void };
  textMetrics: { width: (item: TextItem, text?: unknown) => number };
}

interface VegaLite {
  compile(spec: unknown, options: object): { spec: unknown };
}

interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
  readonly ellipsis?: string;
}

let loading: Promise<{ vega: Vega; vegaLite: VegaLite }> | undefined;

function load(): Promise<{ vega: Vega; vegaLite: VegaLite }> {
  loading ??= Promise.all([loadModule("vega"), loadModule("vega-lite")]).then(([first, second]) => {
    const vega = first as unknown as Vega;
    vega.textMetrics.width = (item, text) => {
      const isBold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
      return measureText(String(text ?? item.text ?? ""), item.fontSize ?? 11, isBold);
    };
    return { vega, vegaLite: second as unknown as VegaLite };
  });
  return loading;
}

/** What went wrong and what was doubtful while a spec was drawn. */
class Complaints implements Logger {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  level(value?: number): number | Logger {
    return value === undefined ? 0 : this;
  }
  error(...words: unknown[]): Logger {
    this.errors.push(words.map(messageOf).join(" "));
    return this;
  }
  warn(...words: unknown[]): Logger {
    this.warnings.push(words.map(messageOf).join(" "));
    return this;
  }
  info(): Logger {
    return this;
  }
  debug(): Logger {
    return this;
  }
}

const refuse = (): Promise<never> =>
  Promise.reject(new RelataError("a chart asked for a file or an address: give its data as values"));

/** No chart reads a file or the network: their data stand in the spec. */
const NO_LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

/**
 * A vega-lite spec drawn as SVG. Marks carry their tooltip as `title`, which browsers show on hover.
 * Throws a `RelataError` that names the fault of a spec that cannot be drawn.
 */
export async function renderSvg(spec: VegaLiteSpec): Promise<{ svg: string; warnings: readonly string[] }> {
  const { vega, vegaLite } = await load();
  const complaints = new Complaints();
  let view: InstanceType<Vega["View"]> | undefined;
  try {
    const compiled = vegaLite.compile(withoutPointerLayers(spec), { logger: complaints });
    view = new vega.View(vega.parse(compiled.spec), {
      renderer: "none",
      loader: NO_LOADER,
      logger: complaints,
    });
    const svg = await view.toSVG();
    if (complaints.errors.length > 0) throw new RelataError(complaints.errors.join("; "));
    return { svg: tidySvg(svg), warnings: complaints.warnings };
  } catch (cause) {
    throw new RelataError(`chart cannot be drawn: ${messageOf(cause)}: check its spec`, { cause });
  } finally {
    view?.finalize();
  }
}

/**
 * Makes the drawing smaller and lets browsers show what a mark is: its description (escaped by vega as an attribute)
 * becomes a `title` child, and coordinates keep two decimals.
 */
function tidySvg(svg: string): string {
  return svg
    .replace(
      / (transform|d)="([^"]*)"/g,
      (_, name: string, value: string) => ` ${name}="${value.replace(/(\.\d\d)\d+/g, "$1")}"`,
    )
    .replace(
      /<path aria-label="([^"]*)" role="graphics-symbol"( aria-roledescription="[^"]*")?([^>]*?)(?:\/>|><\/path>)/g,
      (_, label: string, __, rest: string) =>
        `<path${rest}><title>${label.replace(/</g, "&lt;").replace(/>/g, "&gt;")}</title></path>`,
    );
}

/** The spec without the layers that only answer the pointer: a picture has no pointer. */
function withoutPointerLayers(spec: VegaLiteSpec): VegaLiteSpec {
  const { layer } = spec;
  if (!Array.isArray(layer)) return spec;
  const still = layer.filter((part: VegaLiteSpec) => !Array.isArray(part["params"]));
  return still.length === 0 ? spec : { ...spec, layer: still };
}
