import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fixedLayers, hierarchicalPropagation, learnedExemplars, type FixedLayer } from "../../src/cluster";
import { fromRows, Random } from "../../src/core";
import { startEngine } from "../../src/engine";
import { worstError } from "../support/fixtures";

const random = new Random(11);
const points = fromRows(
  Array.from({ length: 40 }, (_, index) => {
    const row = [0, 1, 2, 3, 4].map((at) => (at === index % 4 ? 1 : 0) + 0.25 * random.normal());
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  }),
);
const constants = { sharpness: 7, weight: 0.3 };

let layers: FixedLayer[];
let centres: number[][];
beforeAll(async () => {
  await startEngine();
  const tree = await hierarchicalPropagation({ layers: 3, attention: constants }).fit(points);
  layers = fixedLayers(tree);
  centres = tree.levels.map(({ clustering }) => [...clustering.centres.data]);
});

describe("learned exemplars", () => {
  it("are the centres of the fit with its constants", () => {
    const found = learnedExemplars(layers, tf.scalar(constants.sharpness), tf.scalar(constants.weight));
    found.forEach((exemplars, l) => expect(worstError(exemplars.dataSync(), centres[l])).toBeLessThan(1e-5));
  });

  it("have the gradient of finite differences in both scalars, and none in the first layer", () => {
    const sumOf = (l: number) => (sharpness: tf.Tensor, weight: tf.Tensor) =>
      tf.sum(
        tf
          .square(learnedExemplars(layers, sharpness as tf.Scalar, weight as tf.Scalar)[l]!)
          .mul(tf.range(1, 6)),
      ) as tf.Scalar;
    const slopes = tf.grads(sumOf(2))([tf.scalar(7), tf.scalar(0.3)]);
    const value = (sharpness: number, weight: number): number =>
      sumOf(2)(tf.scalar(sharpness), tf.scalar(weight)).dataSync()[0]!;
    const wanted = [(value(7.2, 0.3) - value(6.8, 0.3)) / 0.4, (value(7, 0.305) - value(7, 0.295)) / 0.01];
    wanted.forEach((slope, at) => {
      expect(Math.abs(slope)).toBeGreaterThan(1e-3);
      expect(slopes[at]!.dataSync()[0]! / slope).toBeCloseTo(1, 1);
    });
  });
});

describe("preferences by shares", () => {
  it("lie where they are told between top and bottom, and by default in equal steps", async () => {
    const preferences = async (shares?: readonly number[]) =>
      (await hierarchicalPropagation({ layers: 3, ...(shares ? { shares } : {}) }).fit(points)).levels.map(
        ({ preference }) => preference,
      );
    const [top, middle, bottom] = await preferences();
    expect(middle).toBeCloseTo((top! + bottom!) / 2, 9);
    const [, moved] = await preferences([0, 0.25, 1]);
    expect(moved).toBeCloseTo(top! + 0.25 * (bottom! - top!), 9);
    await expect(preferences([0, 1])).rejects.toThrow(/shares/);
    await expect(preferences([0, 2, 1])).rejects.toThrow(/between 0/);
  });
});
