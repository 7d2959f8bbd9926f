// vega-lite and vega specifications: the MIME key that JupyterLab knows, and an SVG for readers that draw nothing.

import type { Bundle } from "../bridge/messages";
import { importNatively } from "../loader/native-import";

interface Spec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

function specOf(value: unknown): Spec | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const toSpec = (value as { toSpec?: unknown }).toSpec;
  const spec = (typeof toSpec === "function" ? toSpec.call(value) : value) as Partial<Spec> | null;
  if (spec === null || typeof spec !== "object" || typeof spec.$schema !== "string") return undefined;
  return /\/schema\/vega(-lite)?\//.test(spec.$schema) ? (spec as Spec) : undefined;
}

/** JupyterLab draws vega-lite up to 5 and vega 5; newer schemas are valid there as far as notebooks use them. */
export function vegaFormatter(value: unknown): Promise<Bundle> | undefined {
  const spec = specOf(value);
  if (spec === undefined) return undefined;
  const isLite = spec.$schema.includes("vega-lite");
  const mime = isLite ? "application/vnd.vegalite.v5+json" : "application/vnd.vega.v5+json";
  const schema = `https://vega.github.io/schema/${isLite ? "vega-lite" : "vega"}/v5.json`;
  const bundle: Bundle = {
    [mime]: { ...spec, $schema: schema },
    "text/plain": `[${isLite ? "vega-lite" : "vega"} chart]`,
  };
  return drawn(spec, isLite).then(
    (svg) => ({ ...bundle, "image/svg+xml": svg }),
    () => bundle,
  );
}

interface VegaLiteModule {
  compile(spec: unknown): { spec: unknown };
}

async function vegaLite(): Promise<VegaLiteModule> {
  return (await importNatively(require.resolve("vega-lite"))) as VegaLiteModule;
}

interface VegaModule {
  parse(spec: unknown): unknown;
  View: new (runtime: unknown, options: object) => { toSVG(): Promise<string>; finalize(): void };
}

async function drawn(spec: Spec, isLite: boolean): Promise<string> {
  const vega = (await importNatively(require.resolve("vega"))) as VegaModule;
  const full = isLite ? (await vegaLite()).compile(spec).spec : spec;
  const view = new vega.View(vega.parse(full), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
