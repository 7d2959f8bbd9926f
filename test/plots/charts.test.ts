import { describe, expect, it } from "vitest";
import { DISPLAY, Random } from "../../src/core";
import {
  arcChart,
  barChart,
  confusionChart,
  countChart,
  countConfusion,
  lineChart,
  precisionRecallChart,
  scatterChart,
  similarityChart,
  treeChart,
  flowDiagram,
  smooth,
  thin,
  VEGA_LITE_MIME,
  type Chart,
} from "../../src/plots";
import { renderSvg } from "../../src/plots/vega";
import { spread } from "../../src/report";
import { faultUnderVersion5 } from "./v5-schema";

const random = new Random(7);
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `relation-${i}(e1,e2)`);

/** Every kind of chart, with `word` wherever data, labels and names of columns can put text. */
function everyKind(word: string): Record<string, Chart> {
  const rows = Array.from({ length: 12 }, (_, i) => ({
    [word]: i,
    [`${word} y`]: random.uniform(),
    label: i % 2 === 0 ? word : "b",
    sentence: `${word} ${i}`,
  }));
  const results = [word, "b"].map((name) => ({ [word]: name, [`${word} y`]: spread([1, 2]), group: word }));
  return {
    arcs: arcChart(
      [word, "b", "c"],
      [
        { name: word, arcs: [{ from: 0, to: 2, kind: word }] },
        { name: "none", arcs: [] },
      ],
      { classes: { 0: word }, title: word },
    ),
    line: lineChart(rows, { x: word, y: `${word} y`, series: "label", smoothing: 0.5, title: word }).subtitle(
      word,
    ),
    lines: lineChart(rows, { x: word, y: [`${word} y`, word], yLabel: word }),
    bar: barChart(results, { x: word, y: `${word} y`, series: "group", title: word }),
    count: countChart({ [word]: 3, b: 1 }, { title: word, unit: word, of: word }),
    confusion: confusionChart(countConfusion([word, "b", "b"], [word, word, "b"])).title(word),
    scatter: scatterChart(rows, {
      x: word,
      y: `${word} y`,
      color: "label",
      hover: ["sentence", word],
      title: word,
    }),
    similarity: similarityChart(
      [
        [1, -0.5],
        [-0.5, 1],
      ],
      { labels: [word, word], title: word },
    ),
    flow: flowDiagram(
      [
        { id: word, text: [word, "of two lines"], at: [0, 0], kind: word },
        { id: "b", text: "b", at: [1, 0.5] },
      ],
      [
        { from: word, to: "b", text: word },
        { from: "b", to: word, isDashed: true },
      ],
      { title: word },
    ),
    tree: treeChart(
      [
        {
          label: word,
          text: word,
          detail: word,
          size: 5,
          children: [
            { label: "b", text: word, detail: "b 100 %", size: 2, children: [] },
            { label: word, text: "b", detail: word, size: 3, children: [] },
          ],
        },
      ],
      { title: word, labelName: word, textName: word, detailName: word },
    ),
    curve: precisionRecallChart([{ name: word, precision: [1, 0.5], recall: [0.5, 1], area: 0.8 }], {
      title: word,
    }),
  };
}

const DRAWN = new Set([
  "svg",
  "rect",
  "g",
  "path",
  "text",
  "tspan",
  "title",
  "defs",
  "linearGradient",
  "stop",
  "clipPath",
  "line",
]);

/** The elements and attributes of an SVG, and the text that is left without them. */
function takeApart(svg: string): { elements: string[]; attributes: string[]; rest: string } {
  const elements: string[] = [];
  const attributes: string[] = [];
  const rest = svg.replace(
    /<\/?([\w:]+)((?:\s[\w:-]+="[^"<]*")*)\s*\/?>/g,
    (_, name: string, given: string) => {
      elements.push(name);
      for (const [, attribute] of given.matchAll(/\s([\w:-]+)="[^"]*"/g)) attributes.push(attribute!);
      return "";
    },
  );
  return { elements, attributes, rest };
}

describe("every kind of chart", () => {
  it.each(Object.entries(everyKind("step")))(
    "%s: spec valid under version 5, drawn without a warning",
    async (_, chart) => {
      expect(faultUnderVersion5(chart.spec)).toBeUndefined();
      const { warnings } = await renderSvg(chart.spec);
      expect(warnings).toEqual([]);
      const bundle = await chart[DISPLAY]();
      expect(Object.keys(bundle)).toEqual(["text/plain", "image/svg+xml", VEGA_LITE_MIME]);
      expect(bundle[VEGA_LITE_MIME]).toMatchObject({
        $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      });
      expect(bundle["image/svg+xml"]).toMatch(/^<svg .*<\/svg>$/s);
      expect(bundle["text/plain"].split("\n").length).toBeGreaterThan(1);
    },
  );

  const attacks = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "a.b['c']\\d",
    '"]+alert(1)+["',
  ];
  it.each(attacks)("%s as sentence, label, title and column name stays text", async (attack) => {
    for (const [kind, chart] of Object.entries(everyKind(attack))) {
      const svg = await chart.svg();
      expect(svg, kind).not.toMatch(/<script|<img/);
      const { elements, attributes, rest } = takeApart(svg);
      expect(rest, kind).not.toContain("<");
      expect(
        elements.filter((name) => !DRAWN.has(name)),
        kind,
      ).toEqual([]);
      expect(
        attributes.filter((name) => /^on|href/.test(name)),
        kind,
      ).toEqual([]);
      expect(faultUnderVersion5(chart.spec), kind).toBeUndefined();
    }
  });

  it("leaves writing as it is, whatever it looks like", async () => {
    const text = 'd="1.23456" <g class="mark-text role-mark';
    const svg = await scatterChart([{ x: 1, y: 2, text }], { x: "x", y: "y", hover: ["text"] })
      .title(text)
      .svg();
    const shown = text.replaceAll("<", "&lt;");
    expect(svg.replaceAll("&quot;", '"').split(shown).length - 1).toBeGreaterThanOrEqual(2);
  });

  it("shares no id with another chart on the same page, and finds its own", async () => {
    const drawings = [
      await confusionChart(countConfusion(["a"], ["a"])).svg(),
      await similarityChart([[1, -1]]).svg(),
      await precisionRecallChart([{ name: "a", precision: [1, 0.5], recall: [0.1, 1] }]).svg(),
    ];
    const ids = drawings.map((svg) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    const used = drawings.map((svg) => [...svg.matchAll(/="url\(#([^)]+)\)"/g)].map(([, id]) => id!));
    expect(ids.flat().length).toBeGreaterThanOrEqual(3);
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);
    used.forEach((names, index) => names.forEach((name) => expect(ids[index]).toContain(name)));
    expect(used.every((names) => names.length > 0)).toBe(true);
  });

  it("is drawn the same each time", async () => {
    const draw = (): Promise<string> => similarityChart([[1, -1]]).svg();
    expect(await draw()).toBe(await draw());
  });

  it("does not change when it is refined", () => {
    const chart = lineChart([{ x: 1, y: 2 }], { x: "x", y: "y" });
    const before = JSON.stringify(chart.spec);
    chart.title("other").size(10, 10);
    expect(JSON.stringify(chart.spec)).toBe(before);
    expect(chart.size(10, 20).spec).toMatchObject({ width: 10, height: 20 });
  });

  it("says what is wrong with a spec that cannot be drawn, and reads no file", async () => {
    const chart = lineChart([{ x: 1, y: 2 }], { x: "x", y: "y" });
    await expect(chart.with({ layer: undefined, mark: "no such mark" }).svg()).rejects.toThrow(
      "chart cannot be drawn",
    );
    await expect(chart.with({ data: { url: "/etc/hostname" } }).svg()).rejects.toThrow(
      "give its data as values",
    );
  });

  it("leaves room for 19 long labels: no legend text is cut, none lies outside the picture", async () => {
    const names = numbered(19);
    const rows = names.map((relation, i) => ({ x: i, y: i, relation }));
    const svg = await scatterChart(rows, { x: "x", y: "y", color: "relation" }).svg();
    for (const name of names) expect(svg).toContain(`>${name}</text>`);
    const height = Number(/height="(\d+)"/.exec(svg)![1]);
    expect(height).toBeLessThan(560);
  });

  it("names the nearest column, and the row whose value is no number", () => {
    expect(() => lineChart([{ step: 1, loss: 2 }], { x: "step", y: "lss" })).toThrow('did you mean "loss"');
    expect(() => lineChart([{ step: 1, loss: "x" }], { x: "step", y: "loss" })).toThrow('holds "x" in row 1');
  });

  it("draws nothing from nothing", async () => {
    expect(await lineChart([], { x: "x", y: "y" }).svg()).toContain("<svg");
    expect(lineChart([], { x: "x", y: "y" }).text()).toContain("(no points)");
    expect(await scatterChart([], { x: "x", y: "y", color: "c" }).svg()).toContain("<svg");
    expect(await barChart([], { x: "x", y: "y" }).svg()).toContain("<svg");
  });
});

describe("lines", () => {
  it("leaves out what is no finite number", () => {
    const chart = lineChart(
      [
        { x: 1, y: NaN },
        { x: 2, y: 3 },
        { x: 3, y: null },
      ],
      { x: "x", y: "y" },
    );
    expect(chart.spec["data"]).toEqual({ values: [{ x: 2, y: 3, series: "y", smooth: 3 }] });
  });

  it("smooths without the start's bias", () => {
    expect(smooth([2, 2, 2], 0.9)).toEqual([2, 2, 2].map((value) => expect.closeTo(value, 12) as number));
    expect(smooth([1, 3], 0.5)).toEqual([1, (0.25 * 1 + 0.5 * 3) / 0.75]);
    expect(() => smooth([1], 1)).toThrow("smoothing is 1");
  });

  it("keeps peaks, ends and order when it thins", () => {
    const values = Array.from({ length: 10_000 }, (_, i) =>
      i === 5003 ? 9 : i === 7001 ? -9 : random.uniform(),
    );
    const kept = thin(
      values.map((y, x) => ({ x, y })),
      ({ y }) => y,
    );
    expect(kept.length).toBeLessThanOrEqual(602);
    const xs = kept.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(xs).toEqual(expect.arrayContaining([0, 5003, 7001, 9999]));
  });
});

describe("confusion", () => {
  it("counts pairs in the order of the labels and colours by share of the row", () => {
    const confusion = countConfusion(["a", "a", "b"], ["b", "a", "b"], ["b", "a"]);
    expect(confusion.counts).toEqual([
      [1, 0],
      [1, 1],
    ]);
    const { values } = confusionChart(confusion).spec["data"] as {
      values: { colour: number; text: string }[];
    };
    expect(values.map(({ colour, text }) => [colour, text])).toEqual([
      [1, "1"],
      [0, ""],
      [0.5, "1"],
      [0.5, "1"],
    ]);
  });

  it("refuses labels that do not fit", () => {
    expect(() => countConfusion(["a"], [])).toThrow("1 true labels and 0 predicted");
    expect(() => countConfusion(["a"], ["c"], ["a", "b"])).toThrow('label "c" is not among the 2 labels');
    expect(() => similarityChart([[1, 2], [3]])).toThrow("row 2 of a similarity matrix has 1 values");
  });
});

describe("countChart", () => {
  const counts = new Map([
    ["cause", 1200],
    ["part", 30],
    ["other", 4],
  ]);

  it("draws the counts in the order given, with their numbers", async () => {
    const chart = countChart(counts, { title: "Labels", unit: "sentences" });
    expect(chart.text()).toMatch(/^Labels\ncause █+ 1,200\npart  █ 30\nother . 4$/u);
    const svg = await chart.svg();
    expect(svg.indexOf(">cause<")).toBeLessThan(svg.indexOf(">other<"));
    expect(svg).toContain(">1,200<");
  });

  it("puts what is too much into one bar, so that the bars still sum to all", () => {
    expect(countChart(counts, { most: 2 }).text()).toMatch(/^cause +█+ 1,200\n2 others █. 34$/u);
    expect(() => countChart(counts, { most: 0 })).toThrow("a chart of 0 bars");
    expect(countChart([]).text()).toBe("(no bars)");
  });
});

describe("treeChart", () => {
  it("writes the labels of the leaves beside them, or their texts", async () => {
    const leaf = { label: "family", text: "spouse", detail: "", size: 2, children: [] };
    const root = { ...leaf, text: "family", children: [leaf] };
    expect(await treeChart([root], { beside: "text" }).svg()).toContain(">spouse<");
    expect(await treeChart([root]).svg()).not.toContain(">spouse<");
  });
});
