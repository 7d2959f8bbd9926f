// A small drawing in characters for a vega-lite specification that brings none: bars, lines and points of inline data.

import { shortNumber, sketchBars, sketchPoints } from "../../plots/sketch";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function fieldOf(encoding: Fields, channel: string): string | undefined {
  const { field } = fieldsOf(encoding[channel]);
  return typeof field === "string" ? field : undefined;
}

/** Bars, one for each value of the field that is no number; undefined where neither field is a number. */
function bars(rows: readonly Fields[], x: string, y: string): string | undefined {
  const isNumber = (field: string): boolean => rows.every((row) => typeof row[field] === "number");
  const [name, value] = isNumber(y) ? [x, y] : [y, x];
  if (!isNumber(value)) return undefined;
  return sketchBars(
    rows.slice(0, 20).map((row) => {
      const amount = Number(row[value]);
      return { name: String(row[name]), value: amount, text: shortNumber(amount) };
    }),
  );
}

function points(
  rows: readonly Fields[],
  x: string,
  y: string,
  group: string | undefined,
  isLine: boolean,
): string {
  const series = new Map<string, { x: number; y: number }[]>();
  for (const row of rows) {
    const [across, up] = [Number(row[x]), Number(row[y])];
    if (!Number.isFinite(across) || !Number.isFinite(up)) continue;
    const name = group === undefined ? "" : String(row[group]);
    series.set(name, [...(series.get(name) ?? []), { x: across, y: up }]);
  }
  return sketchPoints(
    [...series].map(([name, places]) => ({ name, points: places })),
    { isLine },
  );
}

/** The drawing, with the title above it; undefined for what is not of these kinds. */
export function sketchOfSpec(spec: unknown): string | undefined {
  const { mark, encoding, data, title } = fieldsOf(spec);
  const kind = typeof mark === "string" ? mark : fieldsOf(mark)["type"];
  const { values } = fieldsOf(data);
  const [x, y] = ["x", "y"].map((channel) => fieldOf(fieldsOf(encoding), channel));
  if (!Array.isArray(values) || x === undefined || y === undefined) return undefined;
  const rows = values.filter(isFields);
  const isBar = kind === "bar";
  const isDrawable =
    isBar || ["line", "area", "trail", "point", "circle", "square", "tick"].includes(String(kind));
  if (!isDrawable || rows.length === 0) return undefined;
  const isLine = ["line", "area", "trail"].includes(String(kind));
  const drawn = isBar ? bars(rows, x, y) : points(rows, x, y, fieldOf(fieldsOf(encoding), "color"), isLine);
  const heading = typeof title === "string" ? title : fieldsOf(title)["text"];
  return drawn === undefined || typeof heading !== "string" ? drawn : `${heading}\n${drawn}`;
}
