import { describe, expect, it } from "vitest";
import { CODE_CHANGES, hiureSettings } from "../../../src/papers/hiure/profiles";
import { PAPER_SETTINGS } from "../../../src/papers/hiure/settings";

describe("the settings", () => {
  it("of the profile paper are the paper's hyper-parameters", () => {
    expect(hiureSettings("paper")).toEqual(PAPER_SETTINGS);
    expect(PAPER_SETTINGS).toMatchObject({
      spanWords: 2,
      layers: 3,
      epochs: 20,
      rate: 1e-5,
      temperature: 0.02,
      momentum: 0.999,
      negatives: 512,
      iterations: 400,
      patience: 10,
      weightDecay: 0,
      markers: "entity",
      objective: "hince",
      exemplars: "hpc",
      temperatures: "shared",
      attention: { sharpness: 10, weight: 0.1 },
      topScale: 1,
      preferenceShares: null,
      preferencePoints: null,
      pair: "markers",
      centres: "exemplar",
    });
  });

  it("of the profile quick are those that the notes give", () => {
    expect(hiureSettings("quick")).toMatchObject({
      spanWords: 2,
      layers: 3,
      batchSize: 64,
      momentum: 0.99,
      negatives: 256,
      iterations: 200,
      patience: 10,
      maxLength: 64,
    });
  });

  it("of the released code differ where the notes say so", () => {
    expect(hiureSettings("paper", CODE_CHANGES)).toMatchObject({
      momentum: 0,
      negatives: 10,
      exemplars: "k-means",
      kMeansLayers: [4, 6, 10, 16, 100],
      spanDraw: "once",
      spanFrom: "between",
      queueStart: "random",
      temperatures: "density",
    });
  });
});
