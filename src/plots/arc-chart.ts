// Words in a line with arcs over them, line under line: the same sentence with different relations between its words.

import { OptionError } from "../core";
import { Chart } from "./chart";
import { FEW_COLOURS } from "./theme";

/** An arc between two words, from 0, and what kind it is. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

/** One line: its name, and its arcs. */
export interface ArcLine {
  readonly name: string;
  readonly arcs: readonly Arc[];
}

/** How arcs are drawn. */
export interface ArcOptions {
  /** Words that stand out in every line, such as entities, by a class of theirs. */
  readonly classes?: Readonly<Record<number, string>>;
  readonly title?: string;
}

const STEPS = 16;
/** Room of one line: the words at its foot, the arcs above. */
const HEIGHT = 1;
const GREY = "#6b7280";

/**
 * The words of a sentence once a line, with the arcs of the line above them. Words that an arc touches are dark, words
 * of a class have its colour.
 *
 * @example arcChart(["a", "b", "c"], [{ name: "true", arcs: [{ from: 0, to: 2, kind: "right" }] }])
 */
export function arcChart(
  words: readonly string[],
  lines: readonly ArcLine[],
  options: ArcOptions = {},
): Chart {
  const { classes = {}, title } = options;
  for (const { name, arcs } of lines)
    for (const word of arcs.flatMap(({ from, to }) => [from, to]))
      if (!(Number.isInteger(word) && word >= 0 && word < words.length))
        throw new OptionError(
          `an arc of "${name}" names word ${word}: words run from 0 to ${words.length - 1}`,
        );
  const centres = placesOf(words);
  const floor = (line: number): number => (lines.length - 1 - line) * HEIGHT;
  const kinds = [...new Set(lines.flatMap(({ arcs }) => arcs.map(({ kind }) => kind)))];
  const groups = [...new Set(Object.values(classes))];
  const texts = lines.flatMap(({ arcs }, line) =>
    words.map((word, at) => {
      const isTouched = arcs.some(({ from, to }) => from === at || to === at);
      return { x: centres[at], y: floor(line), word, class: classes[at] ?? "", touched: isTouched ? 1 : 0 };
    }),
  );
  const longest = Math.max(
    1,
    ...lines.flatMap(({ arcs }) => arcs.map(({ from, to }) => Math.abs(to - from))),
  );
  const curves = lines.flatMap(({ arcs }, line) =>
    arcs.flatMap(({ from, to, kind }, arc) =>
      Array.from({ length: STEPS + 1 }, (_, step) => {
        const share = step / STEPS;
        const high = 0.2 + 0.45 * (Math.abs(to - from) / longest);
        return {
          x: centres[from]! + share * (centres[to]! - centres[from]!),
          y: floor(line) + 0.14 + 4 * share * (1 - share) * high,
          arc: `${line} ${arc}`,
          kind,
        };
      }),
    ),
  );
  const names = lines.map(({ name }, line) => ({ x: -1, y: floor(line), word: name }));
  const axis = { axis: null, scale: { nice: false, zero: false } };
  const x = { field: "x", type: "quantitative", ...axis };
  const y = { field: "y", type: "quantitative", ...axis };
  const chart = new Chart({
    body: {
      width: Math.min(760, 40 + 7.2 * (centres.at(-1)! + 8)),
      height: 30 + 62 * lines.length,
      layer: [
        {
          data: { values: curves },
          mark: { type: "line", strokeWidth: 2, interpolate: "monotone" },
          encoding: {
            x,
            y,
            detail: { field: "arc", type: "nominal" },
            order: { field: "x", type: "quantitative" },
            color: {
              field: "kind",
              type: "nominal",
              scale: { domain: kinds, range: kinds.map((_, at) => FEW_COLOURS[at % FEW_COLOURS.length]) },
              legend: { title: null, orient: "top" },
            },
          },
        },
        {
          data: { values: texts },
          mark: { type: "text", fontSize: 12 },
          encoding: {
            x,
            y,
            text: { field: "word" },
            opacity: {
              field: "touched",
              type: "quantitative",
              scale: { domain: [0, 1], range: [0.55, 1] },
              legend: null,
            },
            color:
              groups.length === 0
                ? { value: GREY }
                : {
                    field: "class",
                    type: "nominal",
                    scale: {
                      domain: ["", ...groups],
                      range: [GREY, ...groups.map((_, at) => FEW_COLOURS[(at + 2) % FEW_COLOURS.length])],
                    },
                    legend: { title: null, orient: "top", values: groups, symbolType: "square" },
                  },
          },
        },
        {
          data: { values: names },
          mark: { type: "text", fontSize: 12, fontWeight: 600, align: "right" },
          encoding: { x, y, text: { field: "word" } },
        },
      ],
      resolve: { scale: { color: "independent" } },
    },
    sketch: () =>
      lines
        .map(({ name, arcs }) => {
          const said = arcs.map(({ from, to, kind }) => `${words[from]} - ${words[to]} (${kind})`);
          return `${name}: ${said.join(", ")}`;
        })
        .join("\n"),
  });
  return title === undefined ? chart : chart.title(title);
}

/** The middle of each word, in characters. */
function placesOf(words: readonly string[]): number[] {
  let at = 0;
  return words.map((word) => {
    const centre = at + word.length / 2;
    at += word.length + 2;
    return centre;
  });
}
