// From any value to its MIME bundle: what the value says itself, then the registered formatters, then plain text.

import { inspect } from "node:util";
import type { Bundle } from "../bridge/messages";
import { frameFormatter } from "./frames";
import { imageFormatter, numbersFormatter, tensorFormatter } from "./numbers";
import { withoutMarks, withTruePlaces } from "./tidy";
import { vegaFormatter } from "./vega";

/** The method by which an object shows itself; the same as in Deno. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** Shows one sort of value: undefined means that it is not of that sort. */
export type Formatter = (value: unknown) => Bundle | Promise<Bundle> | undefined;

const formatters: Formatter[] = [
  tensorFormatter,
  frameFormatter,
  vegaFormatter,
  imageFormatter,
  numbersFormatter,
];

/** Adds a formatter, asked before those that are there. Returns what takes it away again. */
export function addFormatter(formatter: Formatter): () => void {
  formatters.unshift(formatter);
  return () => void formatters.splice(formatters.indexOf(formatter), 1);
}

/** The longest text that is shown twice, as itself and as `text/plain`. */
const MOST_PLAIN = 20_000;

/** `value` as text, at a length fit for a notebook. */
export function textOf(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    maxArrayLength: 60,
    maxStringLength: MOST_PLAIN,
    breakLength: 100,
  });
  return withTruePlaces(withoutMarks(text));
}

/** Text for readers who see no markup: the markup itself while it is readable, else what and how much it is. */
export function plainOf(mime: string, text: string): string {
  if (text.length <= MOST_PLAIN || mime === "text/plain") return text;
  return `[${mime}, ${text.length} characters]`;
}

/** The bundle of `value`; `text/plain` is always there. A promise only where the value itself is slow. */
export function bundleOf(value: unknown): Bundle | Promise<Bundle> {
  const own = ownBundle(value);
  const bundle = own ?? firstOf(value);
  if (bundle === undefined) return { "text/plain": textOf(value) };
  return bundle instanceof Promise ? bundle.then((ready) => withText(ready, value)) : withText(bundle, value);
}

function ownBundle(value: unknown): Bundle | Promise<Bundle> | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const method: unknown = Reflect.get(value, DISPLAY);
  return typeof method === "function" ? (method.call(value) as Bundle | Promise<Bundle>) : undefined;
}

function firstOf(value: unknown): Bundle | Promise<Bundle> | undefined {
  for (const formatter of formatters) {
    const bundle = formatter(value);
    if (bundle !== undefined) return bundle;
  }
  return undefined;
}

function withText(bundle: Bundle, value: unknown): Bundle {
  if (bundle === null || typeof bundle !== "object") return { "text/plain": textOf(value) };
  return "text/plain" in bundle ? bundle : { ...bundle, "text/plain": shortText(value) };
}

function shortText(value: unknown): string {
  const name = (value as { constructor?: { name?: string } } | null)?.constructor?.name;
  return name === undefined || name === "Object" ? "[display]" : `[${name}]`;
}
