import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine";
import { LevelContrast } from "../../../src/papers/hiclre/level-contrast";
import { pretrainSettingsOf, settingsOf } from "../../../src/papers/hiclre/settings";
import { worstError } from "../../support/fixtures";
import { withFewBags } from "./few-bags";

const few = withFewBags([2, 1, 3], [1, 0, 2]);

describe("LevelContrast", () => {
  it("steps in the direction in which the task loss grows, by epsilon a row", () => {
    tf.tidy(() => {
      const settings = {
        ...settingsOf("quick"),
        epsilon: 0.01,
        withoutMemory: ["entity", "sentence", "bag"] as const,
      };
      const rows = few.rows();
      const pairs = few.pairs(new LevelContrast(settings));
      const loss = (sentence: tf.Tensor2D): number => {
        const { logits } = few.bags.train({ sentence, entity: rows.states.entity }, few.layout, few.labels);
        const wanted = tf.oneHot(tf.tensor1d([...few.labels], "int32"), 3);
        return tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)))).dataSync()[0]!;
      };
      expect(loss(pairs.sentence.positive)).toBeGreaterThan(loss(rows.sentence));
      for (const { anchor, positive } of Object.values(pairs)) {
        const lengths = tf.norm(tf.sub(positive, anchor), 2, 1).dataSync();
        for (const length of lengths) expect(length).toBeCloseTo(0.01, 4);
      }
    });
  });

  it("has inertia from the second epoch on, fading to none in the last", () => {
    tf.tidy(() => {
      const settings = {
        ...settingsOf("quick", { epochs: 3 }),
        withoutGradient: ["entity", "sentence", "bag"] as const,
      };
      const contrast = new LevelContrast(settings);
      const shiftOf = (epoch: number): number => {
        const { anchor, positive } = few.pairs(contrast, epoch).sentence;
        return tf.sub(positive, anchor).dataSync()[0]!;
      };
      expect(shiftOf(1)).toBe(0);
      // The same vectors again: cosine 1, so (E - u)/E in every coordinate.
      expect(shiftOf(2)).toBeCloseTo(1 / 3, 5);
      expect(shiftOf(3)).toBeCloseTo(0, 6);
    });
  });

  it("passes no gradient through a perturbation: the slope is that of a constant step", () => {
    const contrast = () => new LevelContrast(settingsOf("quick"));
    const weights = few.sentences.parameters.slice(-2);
    tf.tidy(() => {
      const step = tf.tidy(() => {
        const { anchor, positive } = few.pairs(contrast()).sentence;
        return tf.sub(positive, anchor);
      });
      const slopes = (constant: boolean): Float32Array => {
        const { gradients: found } = gradients(() => {
          const { anchor, positive } = few.pairs(contrast()).sentence;
          const other: tf.Tensor2D = constant ? tf.add(anchor, step) : positive;
          return contrast().loss({ anchor, positive: other });
        }, weights);
        return found.get(weights[0]!)!.dataSync() as Float32Array;
      };
      const [own, wanted] = [slopes(false), slopes(true)];
      expect(worstError(own, [...wanted])).toBeLessThan(1e-4);
      expect(Math.max(...own.map(Math.abs))).toBeGreaterThan(1e-4);
    });
  });

  it("makes the same noise from the same random stream", () => {
    tf.tidy(() => {
      const settings = { ...settingsOf("quick"), augmentation: "noise" as const };
      const once = () => few.pairs(new LevelContrast(settings)).bag.positive.dataSync();
      expect([...once()]).toEqual([...once()]);
    });
  });
});

describe("a run of HiCLRE", () => {
  it("keeps its settings within bounds", () => {
    expect(() => settingsOf("quick", { temperature: 0 })).toThrow("temperature is 0");
    expect(() => settingsOf("quick", { bagSize: 0 })).toThrow("bagSize is 0");
    expect(() => settingsOf("quick", { rate: NaN })).toThrow("rate is NaN");
    expect(() => settingsOf("quick", { heads: 1.5 })).toThrow("heads is 1.5");
    expect(() => settingsOf("quick", { dropout: 1 })).toThrow("dropout is 1");
    expect(() => settingsOf("quick", { noise: 2 })).toThrow("noise is 2");
    const weights = { task: -1, bag: 0, sentence: 0, entity: 0 };
    expect(() => settingsOf("quick", { weights })).toThrow("the weight of the task loss is -1");
    expect(() => settingsOf("quick", { trainingScale: 0 })).toThrow("trainingScale is 0");
    const spaces = "mix" as "mixed";
    expect(() => settingsOf("quick", { spaces })).toThrow('unknown spaces "mix": did you mean "mixed"?');
    const profile = "quik" as "quick";
    const unknown = 'unknown profile "quik": did you mean "quick"? known: quick, small, paper';
    expect(() => settingsOf(profile)).toThrow(unknown);
    expect(() => pretrainSettingsOf(profile)).toThrow(unknown);
  });

  it("says nothing of the released code's options unless they are asked for, so that stored runs are found", () => {
    for (const profile of ["quick", "small", "paper"] as const) {
      const names = Object.keys(settingsOf(profile));
      for (const name of ["spaces", "inertiaNorm", "sameLabel"]) expect(names).not.toContain(name);
    }
  });

  it("has the paper's hyper-parameters in its paper profile", () => {
    expect(settingsOf("paper")).toMatchObject({
      epochs: 5,
      batchSize: 16,
      bagSize: 4,
      maxLength: 128,
      temperature: 0.05,
      epsilon: 2,
      dropout: 0.5,
      weightDecay: 0.01,
      rate: 2e-5,
      weights: { task: 0.4, bag: 0.4, sentence: 0.1, entity: 0.1 },
      diagonal: 1,
      encoderDropout: true,
      most: null,
      ranks: [100, 200, 300, 500, 1000, 2000],
    });
  });
});
