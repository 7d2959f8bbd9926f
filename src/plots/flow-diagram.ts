// Boxes and arrows: how the parts of a method hang together.

import { OptionError, unknownName } from "../core";
import { visibleText } from "../report";
import { Chart } from "./chart";
import { FEW_COLOURS } from "./theme";

/** A box: its place in a grid, what stands in it, and what kind of thing it is. */
export interface FlowBox {
  readonly id: string;
  /** One line or several. */
  readonly text: string | readonly string[];
  /** Column and row, from 0; fractions are allowed. */
  readonly at: readonly [column: number, row: number];
  /** Boxes of a kind share a colour. */
  readonly kind?: string;
}

/** An arrow from one box to another, with a word beside it. */
export interface FlowArrow {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  /** Dashed arrows carry no gradient, or happen less often (default false). */
  readonly isDashed?: boolean;
}

/** Sizes in pixels. */
export interface FlowOptions {
  readonly title?: string;
  /** Distance of columns and rows (default 190 and 92). */
  readonly column?: number;
  readonly row?: number;
  /** Width and height of a box (default 140 and 46). */
  readonly width?: number;
  readonly height?: number;
}

const FILL = ["#e0ecf8", "#fbe9dc", "#dff1ea", "#f8e6f0", "#fdf3dc", "#e8f5fc"] as const;

/** Where the line from the middle of one box towards another leaves it. */
function edge(
  [x, y]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  width: number,
  height: number,
): [number, number] {
  const [dx, dy] = [toX - x, toY - y];
  const share = 1 / Math.max(Math.abs(dx) / (width / 2 + 3), Math.abs(dy) / (height / 2 + 3), 1e-9);
  return [x + dx * share, y + dy * share];
}

/** Where the word of an arrow stands, so that it does not lie on it: above a level one, to the right of any other. */
function besideArrow(
  [x, y]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): { readonly x: number; readonly y: number; readonly align: "center" | "left" } {
  const [middleX, middleY] = [(x + x2) / 2, (y + y2) / 2];
  if (Math.abs(y2 - y) < 3) return { x: middleX, y: middleY - 7, align: "center" };
  if (Math.abs(x2 - x) < 3) return { x: middleX + 7, y: middleY, align: "left" };
  const isRising = (x2 - x) * (y2 - y) < 0;
  return { x: middleX + 7, y: middleY + (isRising ? 9 : -7), align: "left" };
}

/**
 * A drawing of boxes in a grid with arrows between them.
 *
 * @example flowDiagram([{ id: "x", text: "sentence", at: [0, 0] }, { id: "h", text: "vector", at: [1, 0] }], [{ from: "x", to: "h" }]);
 * @throws OptionError for an arrow from or to a box that is not there, or two boxes of one id
 */
export function flowDiagram(
  boxes: readonly FlowBox[],
  arrows: readonly FlowArrow[],
  options: FlowOptions = {},
): Chart {
  const { title, column = 190, row = 92, width = 140, height = 46 } = options;
  const byId = new Map(boxes.map((box) => [box.id, box]));
  if (byId.size < boxes.length)
    throw new OptionError("two boxes of a diagram have the same id: name each its own");
  const middle = (id: string): readonly [number, number] => {
    const box = byId.get(id);
    if (box === undefined) throw unknownName("box of the diagram", id, [...byId.keys()]);
    return [box.at[0] * column + width / 2, box.at[1] * row + height / 2];
  };
  const kinds = [...new Set(boxes.map(({ kind = "" }) => kind))];
  const placed = boxes.map(({ id, text, kind = "" }) => {
    const [x, y] = middle(id);
    const place = kinds.indexOf(kind) % FILL.length;
    return {
      x: x - width / 2,
      x2: x + width / 2,
      y: y - height / 2,
      y2: y + height / 2,
      fill: FILL[place]!,
      stroke: FEW_COLOURS[place]!,
      lines: typeof text === "string" ? [text] : text,
    };
  });
  const words = placed.flatMap(({ x, x2, y, y2, lines }) =>
    lines.map((text, at) => ({
      x: (x + x2) / 2,
      y: (y + y2) / 2 + 14 * (at - (lines.length - 1) / 2),
      text,
      weight: at === 0 ? 600 : 400,
    })),
  );
  const lines = arrows.map(({ from, to, text = "", isDashed = false }) => {
    const [start, end] = [middle(from), middle(to)];
    const [x, y] = edge(start, end, width, height);
    const [x2, y2] = edge(end, start, width, height);
    const angle = (Math.atan2(y2 - y, x2 - x) * 180) / Math.PI + 90;
    return {
      x,
      y,
      x2,
      y2,
      angle,
      text,
      isDashed,
      word: besideArrow([x, y], [x2, y2]),
    };
  });
  const right = Math.max(width, ...placed.map(({ x2 }) => x2));
  const bottom = Math.max(height, ...placed.map(({ y2 }) => y2));
  const scale = (domain: readonly [number, number]): object => ({ domain, nice: false, zero: false });
  const x = { field: "x", type: "quantitative", axis: null, scale: scale([-4, right + 4]) };
  const y = { field: "y", type: "quantitative", axis: null, scale: scale([bottom + 4, -4]) };
  const ends = { x2: { field: "x2" }, y2: { field: "y2" } };
  const own = (field: string): object => ({ field, type: "nominal", scale: null, legend: null });
  const rule = (isDashed: boolean): object => ({
    data: { values: lines.filter((line) => line.isDashed === isDashed) },
    mark: { type: "rule", color: "#6b7280", strokeWidth: 1.3, ...(isDashed ? { strokeDash: [5, 4] } : {}) },
    encoding: { x, y, ...ends },
  });
  const chart = new Chart({
    body: {
      width: right + 8,
      height: bottom + 8,
      layer: [
        rule(false),
        rule(true),
        {
          data: { values: lines.map(({ x2, y2, angle }) => ({ x: x2, y: y2, angle })) },
          mark: { type: "point", shape: "triangle-up", filled: true, size: 70, color: "#6b7280", opacity: 1 },
          encoding: { x, y, angle: { field: "angle", type: "quantitative", scale: null } },
        },
        {
          data: { values: placed.map(({ lines: _, ...box }) => box) },
          mark: { type: "rect", cornerRadius: 6, strokeWidth: 1.2 },
          encoding: { x, y, ...ends, fill: own("fill"), stroke: own("stroke") },
        },
        ...[600, 400].map((weight) => ({
          data: { values: words.filter((word) => word.weight === weight) },
          mark: { type: "text", fontSize: 11, fontWeight: weight, color: "#2b2f36", limit: width - 8 },
          encoding: { x, y, text: { field: "text", type: "nominal" } },
        })),
        ...(["center", "left"] as const).map((align) => ({
          data: {
            values: lines
              .filter(({ text, word }) => text !== "" && word.align === align)
              .map(({ word, text }) => ({ x: word.x, y: word.y, text })),
          },
          mark: { type: "text", fontSize: 10, fontStyle: "italic", color: "#6b7280", align },
          encoding: { x, y, text: { field: "text", type: "nominal" } },
        })),
      ],
    },
    sketch: () => {
      const name = (id: string): string => {
        const { text } = byId.get(id)!;
        return visibleText(typeof text === "string" ? text : text.join(" "));
      };
      return arrows
        .map(
          ({ from, to, text }) =>
            `${name(from)} -> ${name(to)}${text === undefined ? "" : ` (${visibleText(text)})`}`,
        )
        .join("\n");
    },
  });
  return title === undefined ? chart : chart.title(title);
}
