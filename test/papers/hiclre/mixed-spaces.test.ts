import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { createParameter, gradients, type Parameter } from "../../../src/engine";
import { LevelContrast } from "../../../src/papers/hiclre/level-contrast";
import { mixedSteps } from "../../../src/papers/hiclre/mixed-spaces";
import { settingsOf } from "../../../src/papers/hiclre/settings";
import { worstError } from "../../support/fixtures";
import { withFewBags } from "./few-bags";

const few = withFewBags([2, 1], [1, 2], "code");
const { layout } = few;
let weight: Parameter;
let bias: Parameter;

beforeAll(() => {
  const weights = Float32Array.from([1, 0, 2, -1, 0, 0.5, -1, 1, 2, 1, 0, 0]);
  weight = createParameter("weight", { shape: [3, 4], data: weights });
  bias = createParameter("bias", { shape: [3], data: Float32Array.from([0.1, -0.2, 0.3]) });
});
afterAll(() => {
  weight.dispose();
  bias.dispose();
});

const mixed = () => ({ ...settingsOf("quick"), spaces: "mixed" as const, withoutMemory: [] });

describe("mixed spaces [R9]", () => {
  const entity = () => tf.tensor2d([0.3, -0.4, 0, 0, 0, 0, 1, 2, 0.5, 0.5, -0.5, 0.5], [3, 4]);
  const sentence = () => tf.tensor2d([1, 0, -1, 2, 0, 1, 1, 0, 2, -2, 0, 1], [3, 4]);
  const stepsBy = (norm: "row" | "batch") =>
    mixedSteps({ entity: entity(), sentence: sentence() }, { layout, weight, bias, epsilon: 2, norm });

  it("give the numbers of NumPy by rows", () => {
    const steps = stepsBy("row");
    const own = [1.2, -1.6, 0, 0, 0, 0, 0.894427, 1.788854, 1, 1, -1, 1];
    expect(worstError(steps.sentence.dataSync(), own)).toBeLessThan(1e-5);
    const logits = [-0.636396, 1.626346, 2.333452, 0.733333, -0.133333, 1.533333];
    expect(worstError(steps.bag.dataSync(), logits)).toBeLessThan(1e-5);
  });

  it("give the numbers of NumPy over the batch, as the released code has it", () => {
    const steps = stepsBy("batch");
    const own = [0.24, -0.32, 0, 0, 0, 0, 0.8, 1.6, 0.4, 0.4, -0.4, 0.4];
    expect(worstError(steps.sentence.dataSync(), own)).toBeLessThan(1e-5);
    const logits = [-0.436564, 1.115664, 1.600735, 0.533578, -0.097014, 1.115664];
    expect(worstError(steps.bag.dataSync(), logits)).toBeLessThan(1e-5);
  });

  it("move entity and sentence level by the same step", () => {
    for (const norm of ["row", "batch"] as const) {
      const steps = stepsBy(norm);
      expect(worstError(steps.entity.dataSync(), [...steps.sentence.dataSync()])).toBeLessThan(1e-6);
    }
  });

  it("make no step of a bag without gradient, and refuse vectors of another width", () => {
    const options = { layout, weight, bias, epsilon: 2, norm: "row" } as const;
    const { bag } = mixedSteps({ entity: tf.zeros([3, 4]), sentence: tf.zeros([3, 4]) }, options);
    expect([...bag.dataSync()].every((one) => one === 0)).toBe(true);
    expect(() => mixedSteps({ entity: tf.zeros([3, 8]), sentence: tf.zeros([3, 4]) }, options)).toThrow(
      "[3, 8]",
    );
    expect(() => settingsOf("small", { spaces: "mixed" })).toThrow('spaces is "mixed" with sentence "paper"');
  });

  it("contrast bags as logits, and move sentences by the slope of the task loss by the entity vectors", () => {
    tf.tidy(() => {
      const rows = few.rows();
      const { sentence, bag } = few.pairs(new LevelContrast(mixed()));
      expect(worstError(bag.anchor.dataSync(), [...rows.logits.dataSync()])).toBe(0);
      const loss = (moved: tf.Tensor2D): number => {
        const own = few.sentences.vectorsOf({ ...rows.states, entity: moved });
        const { logits } = few.bags.train({ sentence: own, entity: moved }, layout, few.labels);
        const wanted = tf.oneHot(tf.tensor1d([...few.labels], "int32"), 3);
        return tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)))).dataSync()[0]!;
      };
      // Along its own step of each row the loss grows by the length of the gradient: by central differences of one row.
      const step = tf.sub<tf.Tensor2D>(sentence.positive, sentence.anchor);
      const width = step.shape[1];
      const first = tf.mul<tf.Tensor2D>(step, tf.tensor2d([1, 0, 0], [3, 1]));
      const along = (size: number) => loss(tf.add(rows.states.entity, tf.mul(first, size)));
      const slope = (along(1e-2) - along(-1e-2)) / 2e-2;
      const random = new Random(3);
      const others = Array.from({ length: 8 }, () => {
        const raw = tf.tensor1d(Float32Array.from({ length: width }, () => random.normal()));
        const even = tf.mul(tf.div(raw, tf.norm(raw)), 2).reshape([1, width]);
        const other = tf.concat([even, tf.zeros([2, width])], 0) as tf.Tensor2D;
        const at = (size: number) => loss(tf.add(rows.states.entity, tf.mul(other, size)));
        const cosine = tf.sum(tf.mul(other, first)).dataSync()[0]! / 4;
        return { found: (at(1e-2) - at(-1e-2)) / 2e-2, wanted: slope * cosine };
      });
      expect(slope).toBeGreaterThan(0);
      for (const { found, wanted } of others) expect(Math.abs(found - wanted)).toBeLessThan(0.03 * slope);
    });
  });

  it("pass no gradient through a step, in any of the options of the released code", () => {
    const settings = { ...mixed(), inertiaNorm: "batch", sameLabel: "left-out" } as const;
    const [first] = few.sentences.parameters.slice(-2);
    tf.tidy(() => {
      const constants = tf.tidy(() => {
        const pairs = few.pairs(new LevelContrast(settings));
        return { bag: tf.sub(pairs.bag.positive, pairs.bag.anchor) };
      });
      const slopes = (isConstant: boolean): Float32Array => {
        const { gradients: found } = gradients(() => {
          const contrast = new LevelContrast(settings);
          const { bag } = few.pairs(contrast);
          const positive = isConstant ? tf.add<tf.Tensor2D>(bag.anchor, constants.bag) : bag.positive;
          return contrast.loss({ ...bag, positive });
        }, [first!]);
        return found.get(first!)!.dataSync() as Float32Array;
      };
      const [own, wanted] = [slopes(false), slopes(true)];
      expect(worstError(own, [...wanted])).toBeLessThan(1e-4);
      expect(Math.max(...own.map(Math.abs))).toBeGreaterThan(1e-6);
    });
  });
});

describe("rows of the same label", () => {
  it("are told apart by the labels of their bags, at every level", () => {
    tf.tidy(() => {
      const settings = { ...settingsOf("quick"), sameLabel: "left-out" as const };
      const contrast = new LevelContrast(settings);
      const pairs = few.pairs(contrast);
      expect(pairs.sentence.labels).toEqual([1, 1, 2]);
      expect(pairs.entity.labels).toEqual([1, 1, 2]);
      expect(pairs.bag.labels).toEqual([1, 2]);
      const { labels: _labels, ...plain } = pairs.sentence;
      const all = new LevelContrast(settingsOf("quick")).loss(plain).dataSync()[0]!;
      expect(contrast.loss(pairs.sentence).dataSync()[0]!).toBeLessThan(all);
    });
  });
});
