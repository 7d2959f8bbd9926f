import { beforeAll, describe, expect, it } from "vitest";
import { DISPLAY } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import type { Drawing, Json } from "../../../src/experiments";
import { hiclre, openBags, settingsOf, type BagData } from "../../../src/papers/hiclre";
import { isMixed } from "../../../src/papers/hiclre/denoising";

let data: BagData;
let value: Json;

beforeAll(async () => {
  await startEngine();
  data = await openBags("world/bags", settingsOf("quick"));
  const pictured = data.test.flatMap((bag, at) => (isMixed(bag) && bag.sentences.length >= 4 ? [at] : []));
  const said = data.test.map(({ truth }) => data.relations.indexOf(truth![0]!));
  value = {
    distant: { AUC: 50 },
    curve: [
      [0.1, 1],
      [0.5, 0.5],
    ],
    history: [
      { step: 1, F1: 10, AUC: 5 },
      { step: 2, F1: 50, AUC: 40 },
    ],
    geometry: [
      { epoch: 1, alignment: 0.2, uniformity: -1 },
      { epoch: 2, alignment: 0.1, uniformity: -2 },
    ],
    pictures: pictured
      .slice(0, 12)
      .map((bag) => ({ bag, attention: data.test[bag]!.sentences.map((_, at) => (at === 0 ? 1 : 0)) })),
    said,
    space: { labels: ["author", "spouse"], x: [0, 1], y: [1, 0], bags: [0, 1], related: 1, unrelated: 0 },
  } as unknown as Json;
});

const drawing = (profile: Drawing["profile"] = "quick"): Drawing => ({
  profile,
  seeds: [0],
  values: () => [{ run: value }],
});
const draw = async (id: string, profile?: Drawing["profile"]): Promise<string[]> => {
  const charts = (await hiclre.experiment(id).charts?.(drawing(profile))) ?? [];
  return Promise.all(charts.map(async (chart) => JSON.stringify(await chart[DISPLAY]())));
};

describe("the charts of HiCLRE", () => {
  it.each([
    ["F1", 1],
    ["F2", 1],
    ["F3", 1],
    ["F4", 1],
    ["F6", 1],
    ["F8", 4],
  ] as const)("%s are drawn", async (id, count) => {
    const charts = await draw(id);
    expect(charts).toHaveLength(count);
    for (const chart of charts) expect(chart).toContain("vega");
  });

  it("F5 shows two bags, each with its sentences and what they state, noise named so", async () => {
    const [map, table, ...rest] = await draw("F5");
    expect(rest).toHaveLength(2);
    expect(map).toContain("noise");
    const { bag } = (value as { pictures: { bag: number }[] }).pictures[0]!;
    expect(table).toContain(data.test[bag]!.sentences[0]!.truth!.relation);
  });

  it("F7 shows two maps, and two bags whose label no sentence states", async () => {
    const [first, second, cases] = await draw("F7");
    expect(first).toContain("bag vectors of HiCLRE");
    expect(second).toContain("bag vectors of BERT+ATT");
    expect(cases).toContain("label of the bag");
  });

  it("F5 and F7 show no sentence of published sets", async () => {
    expect(await draw("F5", "small")).toEqual([]);
    expect(await draw("F7", "small")).toHaveLength(2);
  });
});
