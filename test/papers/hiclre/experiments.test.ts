import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { hiclre, HiClreModel, openBags, settingsOf, type BagData } from "../../../src/papers/hiclre";
import { scoresAt, trainRun } from "../../../src/papers/hiclre/plan";

const quick = { profile: "quick", seed: 0, data: "usual" } as const;

describe("the experiments of HiCLRE", () => {
  it("are every table and figure of the paper, each with the rows that are not quoted only", () => {
    const { tables, figures, predicates } = hiclre.reference;
    const ids = hiclre.experiments.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([...tables, ...figures].map(({ id }) => id)));
    const quoted = ["RESIDE", "REDSandT", "DISTRE", "KBP"];
    for (const { id, rows } of tables) {
      const own = hiclre.experiment(id).rows.map(({ method }) => method);
      const wanted = rows.map(({ method }) => method).filter((method) => !quoted.includes(method));
      expect(own, id).toEqual(expect.arrayContaining(wanted));
    }
    for (const { id, experiment } of predicates)
      expect(hiclre.experiment(experiment).claims?.[id], id).toBeTypeOf("function");
  });

  it("share their runs: Table 2 has those of Table 1, the full model of Table 3 is that of Table 1", () => {
    const hashes = (id: string) =>
      hiclre.experiment(id).rows.map(({ runs }) => JSON.stringify(Object.values(runs(quick))[0]!.settings));
    expect(hashes("T2a")).toEqual(hashes("T1a"));
    expect(hashes("T2b")).toEqual(hashes("T1b"));
    expect(hashes("T1a")).toEqual(expect.arrayContaining(hashes("T3").slice(0, 1)));
  });

  it("do the studies of figures 6 and 8 on fewer bags, which share the run of the usual settings", () => {
    const runOf = (id: string, method: string) => {
      const row = hiclre.experiment(id).rows.find((one) => one.method === method)!;
      return JSON.stringify(Object.values(row.runs(quick))[0]!.settings);
    };
    const usual = runOf("F6", "HiCLRE (dynamic gradient)");
    for (const same of ["tau 0.05", "epsilon 2", "learning rate x 1"]) expect(runOf("F8", same)).toBe(usual);
    expect(JSON.parse(usual)).toEqual(settingsOf("quick", { bags: 2000 }));
    expect(runOf("F8", "tau 0.2")).not.toBe(usual);
  });

  it("have the negative control's data on the control, and each set of the paper in its profile", () => {
    const dataOf = (run: { settings: unknown }) => (run.settings as { data: string }).data;
    const control = { ...quick, data: "control" } as const;
    expect(dataOf(trainRun(control, {}, "x"))).toBe("world-control/bags");
    for (const place of ["second", "manual", "study"] as const)
      expect(trainRun(control, {}, "x", place)).toEqual(trainRun(control, {}, "x"));
    const paper = { ...quick, profile: "paper" } as const;
    expect(dataOf(trainRun(paper, {}, "x", "second"))).toBe("gds");
    expect(dataOf(trainRun(paper, {}, "x", "manual"))).toBe("nyt10m");
  });

  it("look at the parts of the runs of Table 3, and try the released code's options on the bags of figure 8", () => {
    const settingsIn = (id: string, name: string) =>
      hiclre.experiment(id).rows.map(({ runs }) => JSON.stringify(runs(quick)[name]!.settings));
    expect(settingsIn("T3", "run")).toEqual(
      expect.arrayContaining(settingsIn("T3-parts", "parts").filter((_, row) => ![3, 5, 6].includes(row))),
    );
    const isDoubled = settingsIn("T3-parts", "parts").map((settings) =>
      settings.includes('"trainingScale":2'),
    );
    expect(isDoubled).toEqual([true, true, true, true, false, false, false]);
    expect(settingsIn("T3-code", "run")[0]).toBe(settingsIn("F8", "run")[0]);
    const read = hiclre.experiment("T3-parts").rows.map((row) =>
      row.read({
        parts: { test: 70, training: 90, one: 60, several: 80, otherAtTest: 71 },
        plain: { distant: { AUC: 68 } },
      }),
    );
    expect(read.map((one) => one["over BERT+ATT"])).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(read.map((one) => one["other at test"])).toEqual([71, 71, null, null, 71, 71, null]);
  });

  it("have runs for every row in every profile, all but the released code's form with quick's size of bag vectors", () => {
    const scalesOf = (profile: "quick" | "small" | "paper") =>
      hiclre.experiments
        .filter(({ id }) => id !== "T3-parts" && id !== "T4")
        .flatMap(({ rows }) => rows.map(({ runs }) => Object.values(runs({ ...quick, profile }))[0]!))
        .map(({ settings }) => settings as { recontextualization: string; trainingScale?: number })
        .filter(({ recontextualization }) => recontextualization !== "code")
        .map(({ trainingScale }) => trainingScale);
    expect(new Set(scalesOf("quick"))).toEqual(new Set([2]));
    expect(new Set(scalesOf("small"))).toEqual(new Set([undefined]));
    expect(new Set(scalesOf("paper"))).toEqual(new Set([undefined]));
  });

  it("read P@M as the mean over their own ranks, null where one is missing", () => {
    const value = { distant: { AUC: 1, "P@100": 90, "P@200": 80, "P@300": 70, "P@500": null }, true: null };
    expect(scoresAt(value)["P@M"]).toBe(80);
    expect(scoresAt(value, { ranks: [100, 500] })["P@M"]).toBeNull();
    expect(scoresAt(value, { labels: "true" })["AUC"]).toBe(1);
  });
});

describe("HiClreModel", () => {
  let data: BagData;
  let model: HiClreModel;
  beforeAll(async () => {
    await startEngine();
    data = await openBags("world/bags", { most: 24 });
    const settings = settingsOf("quick", { sentence: "paper" });
    model = await HiClreModel.open({ data, settings, random: new Random(1) });
  });
  afterAll(() => model.dispose());

  it("spreads a relation's attention over the sentences of a bag", () => {
    const bag = data.test.find(({ sentences }) => sentences.length > 2)!;
    const shares = model.attention(bag, "spouse");
    expect(shares).toHaveLength(Math.min(16, bag.sentences.length));
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(() => model.attention(bag, "spuse")).toThrow('"spuse"');
  });

  it("has sentence vectors of the released code's form, twice as wide and without [CLS]", async () => {
    const settings = settingsOf("quick", { sentence: "code", perturbationNorm: "batch" });
    const other = await HiClreModel.open({ data, settings, random: new Random(1) });
    const [bag] = data.train;
    const looks = other.contrasts([bag!]);
    // All rows of a level together have length epsilon.
    for (const { step, rows } of looks) expect(step).toBeLessThanOrEqual(2 / Math.sqrt(rows) + 1e-4);
    const { vectors } = other.score(data.test.slice(0, 2));
    expect(vectors.columns).toBe(2 * model.score(data.test.slice(0, 2)).vectors.columns);
    other.dispose();
  });

  it("looks at the contrasts: steps of length epsilon on three levels", () => {
    const looks = model.contrasts(data.train.slice(0, 4));
    expect(looks.map(({ level }) => level)).toEqual(["entity", "sentence", "bag"]);
    for (const { step, loss } of looks) {
      expect(step).toBeCloseTo(2, 4);
      expect(loss).toBeGreaterThan(0);
    }
  });
});

describe("openBags", () => {
  it("names training bags by pair and label, test bags by pair", async () => {
    const { train, test, relations, hasTruth } = await openBags("world/bags");
    expect(relations[0]).toBe("NA");
    expect(relations).toHaveLength(13);
    expect(hasTruth).toBe(true);
    const pairs = test.map(({ head, tail }) => `${head} ${tail}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(train.every(({ relations: own }) => own.length === 1)).toBe(true);
    expect(train).toHaveLength(2000);
  });

  it("builds a larger world of the same seed: a tenth as many bags for development, as many for the test", async () => {
    const { train, dev, test } = await openBags("world/bags", { bags: 2400 });
    expect(train).toHaveLength(2400);
    // Some pairs have two relations.
    expect(dev.length).toBeGreaterThan(230);
    expect(test.length).toBeGreaterThan(750);
    expect(() => settingsOf("quick", { bags: 0.5 })).toThrow("bags is 0.5");
  });

  it("draws the world with the noise asked for", async () => {
    const shareOf = async (noise: number) => {
      const { train } = await openBags("world/bags", { noise });
      const labelled = train.filter(({ relations }) => relations[0] !== "NA");
      const all = labelled.flatMap(({ sentences, relations }) =>
        sentences.map(({ truth }) => truth!.relation !== relations[0]),
      );
      return all.filter(Boolean).length / all.length;
    };
    expect(await shareOf(0.2)).toBeLessThan(0.26);
    expect(await shareOf(0.4)).toBeGreaterThan(0.36);
  });
});
