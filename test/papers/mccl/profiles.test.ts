import { describe, expect, it } from "vitest";
import type { Run } from "../../../src/experiments";
import { mccl, MCCL_PROFILES } from "../../../src/papers/mccl";
import { stepsOf } from "../../../src/papers/mccl/training-loop";

const { paper, quick } = MCCL_PROFILES;

describe("the paper's configuration", () => {
  it("equals the table of hyper-parameters of the paper's notes", () => {
    const { single, multi } = paper.forms;
    expect([single.encoder, multi.encoder]).toEqual(["pubmedbert", "bert"]);
    for (const { pretraining, fineTuning, rates } of [single, multi]) {
      expect([pretraining.weightDecay, fineTuning.weightDecay]).toEqual([0.01, 0.01]);
      // 16 documents are 8 couples [R5]
      expect([2 * pretraining.batchSize, pretraining.rate]).toEqual([16, 5e-6]);
      expect(fineTuning.batchSize).toBe(32);
      expect(rates).toEqual({ ce: 5e-5, supcon: 5e-5, mccl: 5e-5 });
      for (const loop of [pretraining, fineTuning])
        expect([loop.decay, loop.warmup, loop.clip, loop.mostSteps]).toEqual(["linear", 0.06, 1, null]);
    }
    expect([single.pretraining.epochs, multi.pretraining.epochs]).toEqual([3, 10]);
    expect([single.fineTuning.epochs, multi.fineTuning.epochs]).toEqual([100, 30]);
    expect(single.mccl).toEqual({ memberTemperature: 0.2, temperature: 0.2 });
    expect(multi.mccl).toEqual({ memberTemperature: 0.01, temperature: 0.03 });
    expect([single.corpus, multi.corpus]).toEqual([
      { frequency: 16, top: 5000 },
      { frequency: 3, top: 5000 },
    ]);
    expect(paper.mtbTemperature).toBe(0.05);
    expect(paper.mtb).toEqual({ hide: 0.7, pairsPerDocument: 64, couplesPerPair: 4, maskRate: 0.15 });
    expect(paper.maxLength).toBe(1024);
    expect(paper.ks).toEqual([1, 3, 5, 10, 20]);
    expect(paper.isWorld).toBe(false);
  });

  it("is that of the other profiles where they say nothing else", () => {
    expect(quick.mtb).toEqual(paper.mtb);
    expect(quick.ks).toEqual(paper.ks);
  });
});

describe("steps", () => {
  const loop = {
    ...quick.forms.single.fineTuning,
    rate: 1,
    epochs: 3,
    batchSize: 8,
    leastSteps: 1,
    mostSteps: null,
  };

  it("are epochs of whole batches, within the limits", () => {
    expect(stepsOf(20, loop)).toBe(9);
    expect(stepsOf(20, { ...loop, mostSteps: 5 })).toBe(5);
    expect(stepsOf(1, { ...loop, leastSteps: 30 })).toBe(30);
  });
});

describe("the experiments", () => {
  const { reference } = mccl;

  it("are every table and figure of the paper, with every row and every claim", () => {
    const ids = mccl.experiments.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([...reference.tables, ...reference.figures].map(({ id }) => id)),
    );
    for (const { id, rows } of reference.tables)
      expect(mccl.experiment(id).rows.map(({ method }) => method)).toEqual(
        expect.arrayContaining(rows.map(({ method }) => method)),
      );
    for (const { id, series } of reference.figures)
      expect(mccl.experiment(id).rows.map(({ method }) => method)).toEqual(series);
    for (const { id, experiment } of reference.predicates)
      expect(Object.keys(mccl.experiment(experiment).claims ?? {})).toContain(id);
  });

  it("ask, in their claims, only for rows and columns that they have", () => {
    for (const experiment of mccl.experiments) {
      const table = reference.tables.find(({ id }) => id === experiment.id);
      const columns = experiment.columns ?? table?.columns ?? [];
      const methods = experiment.rows.map(({ method }) => method);
      for (const claim of Object.values(experiment.claims ?? {}))
        claim((method, column) => {
          expect(methods).toContain(method);
          expect(columns).toContain(column);
          return 1;
        });
    }
  });

  it("begin every run of small, and no other, with a centred W", () => {
    const projectionsOf = (profile: "quick" | "small" | "paper") => {
      const found = new Set<unknown>();
      const visit = (run: Run): void => {
        found.add((run.settings as { projection?: string }).projection);
        Object.values(run.needs ?? {}).forEach(visit);
      };
      for (const { rows } of mccl.experiments)
        for (const row of rows) Object.values(row.runs({ profile, seed: 0, data: "usual" })).forEach(visit);
      return [...found];
    };
    expect(projectionsOf("small")).toEqual(["centred"]);
    expect(projectionsOf("quick")).toEqual([undefined]);
    expect(projectionsOf("paper")).toEqual([undefined]);
  });

  it("have one pre-training for all seeds, but in the order of table 1 one for each", () => {
    const pretrainedOf = (id: string, method: string, profile: "quick" | "small") => {
      const row = mccl.experiment(id).rows.find((one) => one.method === method)!;
      const runs = Object.values(row.runs({ profile, seed: 2, data: "usual" }));
      return runs.map(({ seed, needs }) => [seed, needs?.["pretrained"]?.seed]);
    };
    for (const profile of ["quick", "small"] as const) {
      expect(pretrainedOf("T1", "softmax (one cluster)", profile)).toEqual([
        [2, 0],
        [2, 0],
      ]);
      expect(pretrainedOf("T1-order", "MTB: softmax", profile)).toEqual([
        [2, 2],
        [2, 2],
      ]);
      expect(pretrainedOf("T1-order", "PLM: softmax", profile)).toEqual([
        [2, undefined],
        [2, undefined],
      ]);
    }
  });

  it("name runs that can be planned in every profile", () => {
    const profiles = ["quick", "small", "paper"] as const;
    const rows = mccl.experiments.flatMap((experiment) => experiment.rows);
    for (const profile of profiles)
      for (const row of rows) {
        const runs = Object.values(row.runs({ profile, seed: 1, data: "usual" }));
        expect(runs.length).toBeGreaterThan(0);
        for (const run of runs) expect([run.paper, run.seed]).toEqual(["mccl", 1]);
      }
  });
});
