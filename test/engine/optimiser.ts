// AdamW against PyTorch's numbers and clipping against torch's, run once an engine by the test files beside this one.

import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  AdamW,
  clipByGlobalNorm,
  createParameter,
  globalNorm,
  startEngine,
  type EngineName,
  type Parameter,
} from "../../src/engine";
import { expectNoLeak } from "./engine-under-test";
import { adamLoop } from "./adam-loop";

const START = [
  [0.29, 0.13, 1.8, -0.37, -0.4, -1.22],
  [-1.81, -0.46, 1.47, 0],
];
const slopeAt = (step: number, tensor: number): number[] =>
  START[tensor]!.map((_, index) => Math.sin(3 * step + 5 * tensor + 1.7 * index));

export function optimiserTests(engine: EngineName): void {
  beforeAll(() => startEngine({ engine }));

  const parameters = (): Parameter[] => [
    createParameter("a.weight", { shape: [2, 3], data: Float32Array.from(START[0]!) }),
    createParameter("b.bias", { shape: [4], data: Float32Array.from(START[1]!) }, { isDecayed: false }),
  ];
  const step = (adam: AdamW, [a, b]: Parameter[], at: number, rate: number): void =>
    tf.tidy(() => {
      const slopes = [tf.tensor(slopeAt(at, 0), [2, 3]), tf.tensor(slopeAt(at, 1), [4])];
      adam.step(
        new Map([
          [a!, slopes[0]!],
          [b!, slopes[1]!],
        ]),
        rate,
      );
    });
  const release = (adam: AdamW, all: Parameter[]): void => {
    adam.dispose();
    for (const parameter of all) parameter.dispose();
  };

  describe(`AdamW on ${engine}`, () => {
    const kinds = [
      { name: "as torch sets it", options: {}, decays: [0.01, 0] },
      { name: "with large epsilon and decay", options: { epsilon: 0.1, decay: 0.3 }, decays: [0.3, 0] },
      { name: "with decay on all", options: { decay: 0.1, decayAll: true }, decays: [0.1, 0.1] },
      {
        name: "with a decay of each parameter",
        options: { decay: (p: Parameter) => (p.name === "b.bias" ? 0.5 : 0) },
        decays: [0, 0.5],
      },
      { name: "without bias correction", options: { biasCorrection: false, decay: 0.2 }, decays: [0.2, 0] },
      { name: "with other betas", options: { beta1: 0.5, beta2: 0.9, decay: 0 }, decays: [0, 0] },
      { name: "with decay that is all", options: { decay: 20, decayAll: true }, decays: [20, 20] },
    ] as const;

    it.each(kinds)("agrees with a plain loop $name", ({ options, decays }) => {
      const all = parameters();
      expectNoLeak(() => {
        const adam = new AdamW(all, options);
        const loops = START.map((start, tensor) => adamLoop(start, { ...options, decay: decays[tensor]! }));
        for (let at = 0; at < 12; at++) {
          const rate = 0.05 - 0.004 * at;
          step(adam, all, at, rate);
          loops.forEach((loop, tensor) => loop(slopeAt(at, tensor), rate));
          all.forEach((parameter, tensor) => {
            const wanted = loops[tensor]!.values();
            parameter.data().forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 5));
          });
        }
        adam.dispose();
      });
      for (const parameter of all) parameter.dispose();
    });

    it("goes on from a stored state with the same numbers", () => {
      const [whole, first, second] = [parameters(), parameters(), parameters()];
      const adam = new AdamW(whole);
      for (let at = 0; at < 6; at++) step(adam, whole, at, 0.01);
      const before = new AdamW(first);
      for (let at = 0; at < 3; at++) step(before, first, at, 0.01);
      const after = new AdamW(second);
      second.forEach((parameter, index) => parameter.assign(first[index]!.data()));
      after.restore(before.state());
      for (let at = 3; at < 6; at++) step(after, second, at, 0.01);
      expect(after.state()).toEqual(adam.state());
      expect(second.map((parameter) => parameter.data())).toEqual(whole.map((parameter) => parameter.data()));
      release(adam, whole);
      release(before, first);
      release(after, second);
    });

    it("changes neither frozen parameters nor those without a gradient", () => {
      const all = parameters();
      all[0]!.isTrainable = false;
      const adam = new AdamW(all, { decayAll: true });
      const slope = tf.ones([2, 3]);
      adam.step(new Map([[all[0]!, slope]]), 0.1);
      slope.dispose();
      expect(all.map((parameter) => [...parameter.data()])).toEqual(
        START.map((row) => [...Float32Array.from(row)]),
      );
      release(adam, all);
    });

    it("refuses what cannot be", () => {
      const all = parameters();
      expect(() => new AdamW(all, { beta1: 1 })).toThrow(/beta1 is 1, expected at least 0 and less than 1/);
      expect(() => new AdamW([all[0]!, all[0]!])).toThrow(/two parameters are named "a.weight"/);
      const adam = new AdamW(all);
      expect(() => adam.step(new Map(), NaN)).toThrow(/learning rate is NaN/);
      const moments = { "a.weight": { first: new Float32Array(5), second: new Float32Array(5) } };
      expect(() => adam.restore({ step: 1, moments })).toThrow(/5 numbers for "a.weight", expected 6/);
      release(adam, all);
    });
  });

  describe(`clipping on ${engine}`, () => {
    const slopes = (): Map<string, tf.Tensor> =>
      new Map<string, tf.Tensor>([
        [
          "a",
          tf.tensor2d([
            [3, 0],
            [0, 4],
          ]),
        ],
        ["b", tf.tensor1d([12])],
      ]);

    it.each([
      { maxNorm: 1, factor: 1 / 13.000001 },
      { maxNorm: 26, factor: 1 },
    ])("scales a norm of 13 for a maximum of $maxNorm", ({ maxNorm, factor }) => {
      expectNoLeak(() =>
        tf.tidy(() => {
          const given = slopes();
          expect(globalNorm(given).dataSync()[0]).toBeCloseTo(13, 5);
          const clipped = clipByGlobalNorm(given, maxNorm);
          expect([...clipped.get("a")!.dataSync()].map((x) => x.toFixed(5))).toEqual(
            [3, 0, 0, 4].map((x) => (x * factor).toFixed(5)),
          );
          expect(clipped.get("b")!.dataSync()[0]).toBeCloseTo(12 * factor, 5);
        }),
      );
    });
  });
}
