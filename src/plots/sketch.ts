// Small drawings in characters, for terminals: dots (braille), bars and shades.

import { cutText, padText, textWidth, visibleText } from "../report";

const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const SHADES = " ░▒▓█";
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A point of a drawing. */
export interface SketchPoint {
  readonly x: number;
  readonly y: number;
}

type Place = readonly [column: number, row: number];

/** One line of points with a name. */
export interface SketchSeries {
  readonly name: string;
  readonly points: readonly SketchPoint[];
}

/** A number in few characters. */
export function shortNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1);
  return String(Number(value.toPrecision(size >= 1000 ? 4 : 3)));
}

function range(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Points, or lines through them, on a grid of `width` by `height` characters with both ranges written beside it. */
export function sketchPoints(
  series: readonly SketchSeries[],
  { isLine = true, width = 56, height = 11 }: { isLine?: boolean; width?: number; height?: number } = {},
): string {
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0) return "(no points)";
  const [left, right] = range(all.map(({ x }) => x));
  const [bottom, top] = range(all.map(({ y }) => y));
  const cells = new Uint8Array(width * height);
  const columns = width * 2 - 1;
  const rows = height * 4 - 1;
  const dot = (column: number, row: number): void => {
    cells[(row >> 2) * width + (column >> 1)]! |= DOTS[row & 3]![column & 1]!;
  };
  const place = ({ x, y }: SketchPoint): Place => [
    Math.round(((x - left) / (right - left)) * columns),
    Math.round(((top - y) / (top - bottom)) * rows),
  ];
  const join = (from: Place, to: Place): void => {
    const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
    for (let s = 0; s < steps; s++)
      dot(
        Math.round(from[0] + ((to[0] - from[0]) * s) / steps),
        Math.round(from[1] + ((to[1] - from[1]) * s) / steps),
      );
  };
  for (const { points } of series) {
    const places = points.map(place);
    for (const [column, row] of places) dot(column, row);
    if (isLine) places.slice(1).forEach((to, index) => join(places[index]!, to));
  }
  const labels = [shortNumber(top), shortNumber(bottom)];
  const margin = Math.max(...labels.map(textWidth));
  const lines = Array.from({ length: height }, (_, r) => {
    const label = r === 0 ? labels[0]! : r === height - 1 ? labels[1]! : "";
    const drawn = Array.from(cells.subarray(r * width, (r + 1) * width), (cell) =>
      String.fromCharCode(0x2800 + cell),
    );
    return `${padText(label, margin, "right")} │${drawn.join("").replace(/\u2800+$/, "")}`;
  });
  const ends = [shortNumber(left), shortNumber(right)];
  const axis = `${" ".repeat(margin)} └${"─".repeat(width)}`;
  const under = `${" ".repeat(margin + 2)}${ends[0]}${padText(ends[1]!, width - textWidth(ends[0]!), "right")}`;
  return [...lines, axis, under].join("\n");
}

/** Horizontal bars with their values; negative values show as a value without a bar. */
export function sketchBars(
  bars: readonly { name: string; value: number; text: string }[],
  width = 40,
): string {
  if (bars.length === 0) return "(no bars)";
  const names = bars.map(({ name }) => cutText(visibleText(name), 32));
  const margin = Math.max(...names.map(textWidth));
  const top = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  return bars
    .map(({ value, text }, index) => {
      const eighths = Math.max(0, Math.round((value / top) * width * 8)) || 0;
      const bar = "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
      return `${padText(names[index]!, margin)} ${bar}${bar === "" ? "" : " "}${visibleText(text)}`;
    })
    .join("\n");
}

/** A matrix as shades from the smallest to the largest value, two characters a cell; larger ones are thinned. */
export function sketchMatrix(
  values: readonly (readonly number[])[],
  labels: readonly string[],
  largest = 32,
): string {
  const size = Math.max(values.length, values[0]?.length ?? 0);
  if (size === 0) return "(no cells)";
  const step = Math.ceil(size / largest);
  const [low, high] = range(values.flat().filter(Number.isFinite));
  const kept = values.filter((_, row) => row % step === 0);
  const names = labels.filter((_, row) => row % step === 0).map((label) => cutText(visibleText(label), 24));
  const margin = Math.max(0, ...names.map(textWidth));
  return kept
    .map((row, r) => {
      const cells = row.filter((_, column) => column % step === 0);
      const shades = cells.map((value) => SHADES[Math.round(((value - low) / (high - low)) * 4)] ?? " ");
      return `${padText(names[r] ?? "", margin)} ${shades.map((shade) => shade + shade).join("")}`.trimEnd();
    })
    .join("\n");
}
