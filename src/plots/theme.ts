// How every chart looks: fonts, sizes, grid, and palettes that colour-blind readers can tell apart.

/** Okabe and Ito's colours without yellow and black, for up to six series on white. */
export const FEW_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

/** Paul Tol's "muted" colours, for more categories; together with shapes they tell 36 apart. */
export const MANY_COLOURS = [
  "#332288",
  "#cc6677",
  "#117733",
  "#88ccee",
  "#aa4499",
  "#ddaa33",
  "#44aa99",
  "#882255",
  "#999933",
] as const;

const SHAPES = ["circle", "triangle-up", "square", "diamond"] as const;

/** A colour for each of `count` categories; colours repeat when there are more than the palette has. */
export function colours(count: number): string[] {
  const palette: readonly string[] = count <= FEW_COLOURS.length ? FEW_COLOURS : MANY_COLOURS;
  return Array.from({ length: count }, (_, index) => palette[index % palette.length]!);
}

/** A shape for each of `count` categories, another one each time the colours start again. */
export function shapes(count: number): string[] {
  const size = count <= FEW_COLOURS.length ? FEW_COLOURS.length : MANY_COLOURS.length;
  return Array.from({ length: count }, (_, index) => SHAPES[Math.floor(index / size) % SHAPES.length]!);
}

/** Colours from nothing to all, for counts and shares. */
export const SEQUENTIAL = ["#f7fbff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"] as const;

/** Colours from negative over nothing to positive. */
export const DIVERGING = [
  "#b35806",
  "#f1a340",
  "#fee0b6",
  "#f7f7f7",
  "#d8daeb",
  "#998ec3",
  "#542788",
] as const;

const INK = "#2b2f36";
const FAINT = "#6b7280";
const FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif";

/** The vega-lite `config` of all charts. */
export const THEME = {
  font: FONT,
  view: { stroke: null },
  axis: {
    labelColor: FAINT,
    labelFontSize: 11,
    labelLimit: 200,
    titleColor: INK,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
    domainColor: "#9ca3af",
    tickColor: "#9ca3af",
    gridColor: "#e5e7eb",
    tickSize: 4,
  },
  axisX: { grid: false },
  legend: {
    labelColor: INK,
    labelFontSize: 11,
    labelLimit: 220,
    titleColor: INK,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titleLimit: 220,
    symbolLimit: 0,
    rowPadding: 3,
  },
  title: {
    anchor: "start",
    color: INK,
    fontSize: 14,
    fontWeight: 600,
    offset: 12,
    subtitleColor: FAINT,
    subtitleFontSize: 12,
    subtitlePadding: 4,
  },
} as const;
