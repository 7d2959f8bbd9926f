// Vega and vega-lite at the edge: loaded when first needed, they turn a spec into SVG, without canvas, network or console.

import { createHash } from "node:crypto";
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

/** Resolves when charts can be drawn at once: vega's many files are read, which takes as many turns of the event loop. */
export async function readyToDraw(): Promise<void> {
  await load();
}

/** A logger for vega that keeps what it is told. Vega takes its methods off it, so none of them may need `this`. */
function collector(): { logger: Logger; errors: string[]; warnings: string[] } {
  const [errors, warnings]: [string[], string[]] = [[], []];
  const note =
    (list: string[]) =>
    (...words: unknown[]) => {
      list.push(words.map(messageOf).join(" "));
      return logger;
    };
  const logger: Logger = {
    level: (value) => (value === undefined ? 0 : logger),
    error: note(errors),
    warn: note(warnings),
    info: () => logger,
    debug: () => logger,
  };
  return { logger, errors, warnings };
}

/** A loader that notes each request as an error: no chart reads a file or the network, its data stand in the spec. */
function refusingLoader(errors: string[]): object {
  const refuse = (address: unknown): Promise<never> => {
    const fault = `it asks for ${JSON.stringify(address)}, give its data as values`;
    errors.push(fault);
    return Promise.reject(new RelataError(fault));
  };
  return { load: refuse, sanitize: refuse, http: refuse, file: refuse };
}

/**
 * A vega-lite spec drawn as SVG. Marks carry their tooltip as `title`, which browsers show on hover.
 * Throws a `RelataError` that names the fault of a spec that cannot be drawn.
 */
export async function renderSvg(spec: VegaLiteSpec): Promise<{ svg: string; warnings: readonly string[] }> {
  const { vega, vegaLite } = await load();
  const { logger, errors, warnings } = collector();
  let view: InstanceType<Vega["View"]> | undefined;
  try {
    const compiled = vegaLite.compile(withoutPointerLayers(spec), { logger });
    view = new vega.View(vega.parse(compiled.spec), {
      renderer: "none",
      loader: refusingLoader(errors),
      logger,
    });
    const svg = await view.toSVG();
    if (errors.length > 0) throw new RelataError(errors.join("; "));
    return { svg: tidySvg(svg), warnings };
  } catch (cause) {
    throw new RelataError(`chart cannot be drawn: ${messageOf(cause)}: check its spec`, { cause });
  } finally {
    view?.finalize();
  }
}

/**
 * Makes the drawing smaller and lets browsers show what a mark is: its description (escaped by vega as an attribute)
 * becomes a `title` child, writing on a mark lets the pointer through to it, and coordinates keep two decimals.
 */
function tidySvg(svg: string): string {
  return withOwnIds(svg)
    .replace(/<g class="mark-text role-mark[^>]*>/g, (tag) =>
      tag.includes(" pointer-events=") ? tag : tag.replace("<g", '<g pointer-events="none"'),
    )
    .replace(/<[a-z]+ [^>]*>/gi, roundPlaces)
    .replace(
      /<path aria-label="([^"]*)" role="graphics-symbol"( aria-roledescription="[^"]*")?([^>]*?)(?:\/>|><\/path>)/g,
      (_, label: string, __, rest: string) =>
        `<path${rest}><title>${label.replace(/</g, "&lt;").replace(/>/g, "&gt;")}</title></path>`,
    );
}

/**
 * Names gradients and clips after the drawing itself: a page holds many drawings, and vega counts through all that a
 * process makes, so that the same chart would have other names each time.
 */
function withOwnIds(svg: string): string {
  const numbers = new Map<string, number>();
  const renamed = (prefix: string): string =>
    svg.replace(/<[a-z]+ [^>]*>/gi, (tag) =>
      tag.replace(/( id="|="url\(#)((?:gradient_|clip)\d+)/g, (_, before: string, id: string) => {
        if (!numbers.has(id)) numbers.set(id, numbers.size);
        return `${before}${prefix}${numbers.get(id)}`;
      }),
    );
  return renamed(`c${createHash("sha256").update(renamed("")).digest("hex").slice(0, 10)}-`);
}

function roundPlaces(tag: string): string {
  return tag.replace(
    / (transform|d)="([^"]*)"/g,
    (_, name: string, value: string) => ` ${name}="${value.replace(/(\.\d\d)\d+/g, "$1")}"`,
  );
}

/** The spec without the layers that only answer the pointer: a picture has no pointer. */
function withoutPointerLayers(spec: VegaLiteSpec): VegaLiteSpec {
  const { layer } = spec;
  if (!Array.isArray(layer)) return spec;
  const still = layer.filter((part: VegaLiteSpec) => !Array.isArray(part["params"]));
  return still.length === 0 ? spec : { ...spec, layer: still };
}
