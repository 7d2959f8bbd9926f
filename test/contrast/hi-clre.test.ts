import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { gradientPerturbation, hiClre, hiClreContrast, inertia, type HiClreForm } from "../../src/contrast";
import { eachCase, worstError } from "../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "./numbers";

withEngine();

const file = "losses/hiclre.json";

interface ContrastCase {
  readonly inputs: { h: unknown; h_prime: unknown };
  readonly params: { tau: number; form: HiClreForm };
  readonly expected: { value: number; per_anchor: number[]; grad: Record<string, unknown> };
}

const batchOf = ({ h, h_prime }: Roles) => ({ anchor: h as tf.Tensor2D, positive: h_prime as tf.Tensor2D });

eachCase<ContrastCase>(
  file,
  ({ inputs, params, expected }) => {
    const roles = { h: tensorOf(inputs.h), h_prime: tensorOf(inputs.h_prime) };
    const options = { temperature: params.tau, form: params.form };
    expectLoss((given) => hiClre(options).loss(batchOf(given)), roles, expected);
    const { perAnchor } = hiClreContrast(batchOf(roles), options);
    expect(worstError(perAnchor.dataSync(), expected.per_anchor)).toBeLessThan(1e-5);
  },
  "contrast_cases",
);

interface PerturbationCase {
  readonly inputs: { gradient: unknown; rep_now: unknown; rep_last: unknown };
  readonly params: { eps: number; epochs: number; epoch: number };
  readonly expected: {
    inertia: number[];
    perturbation_row_norm: unknown;
    perturbation_batch_norm: unknown;
  };
}

eachCase<PerturbationCase>(
  file,
  ({ inputs, params, expected }) => {
    const held = inertia(tensorOf(inputs.rep_now), tensorOf(inputs.rep_last), params);
    expect(worstError(held.dataSync(), expected.inertia)).toBeLessThan(1e-5);
    for (const norm of ["row", "batch"] as const) {
      const step = gradientPerturbation(tensorOf(inputs.gradient), { epsilon: params.eps, norm });
      const both = tf.add(step, held.expandDims(1));
      expect(worstError(both.dataSync(), expected[`perturbation_${norm}_norm`])).toBeLessThan(1e-5);
    }
  },
  "perturbation_cases",
);

describe("HiCLRE's contrast", () => {
  const h: tf.Tensor2D = tf.tensor2d([1, 2, 0, -1, 0.5, 1, 0.3, -2, 1], [3, 3]);
  const h_prime: tf.Tensor2D = tf.tensor2d([1, 1, 0.2, -1, 0.1, 1, 2, -1, 0], [3, 3]);

  it("has the gradient of its value in every form", () => {
    for (const form of ["standard", "paper", "code"] as const)
      expectFiniteDifferences((given) => hiClre({ temperature: 0.5, form }).loss(batchOf(given)), {
        h,
        h_prime,
      });
  });

  it("differs between its forms as the denominators do", () => {
    const tau = 0.3;
    const rows = (form: HiClreForm) =>
      hiClreContrast({ anchor: h, positive: h_prime }, { temperature: tau, form }).perAnchor.dataSync();
    const [code, standard, paper] = [rows("code"), rows("standard"), rows("paper")];
    const [left, right] = [h.arraySync(), h_prime.arraySync()];
    const dot = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, value, at) => sum + value * y[at]!, 0);
    left.forEach((x, i) => {
      const y = right[i]!;
      const own = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)) / tau;
      const others = Math.exp(paper[i]! + own); // the paper's Z: the other rows alone
      expect(standard[i]).toBeCloseTo(Math.log(others + Math.exp(own)) - own, 4);
      expect(code[i]).toBeCloseTo(Math.log(others + Math.exp(1 / tau)) - own, 4);
    });
  });

  it("leaves other rows of the anchor's label out where it is asked to [R12]", () => {
    // By NumPy, from the formula: rows 0 and 2 share a label, so each has row 1 alone beside its pseudo positive.
    const wanted = {
      standard: [0.142187, 0.23686, 0.261422],
      paper: [-1.878673, -1.319522, -1.208061],
      code: [0.248255, 0.294145, 1.076607],
    };
    const labels = [7, 3, 7];
    for (const form of ["standard", "paper", "code"] as const) {
      const options = { temperature: 0.5, form, sameLabel: "left-out" } as const;
      const { perAnchor } = hiClreContrast({ anchor: h, positive: h_prime, labels }, options);
      expect(worstError(perAnchor.dataSync(), wanted[form]), form).toBeLessThan(1e-5);
      expectFiniteDifferences((given) => hiClre(options).loss({ ...batchOf(given), labels }), { h, h_prime });
    }
    const all = { temperature: 0.5, sameLabel: "left-out" } as const;
    const alone = hiClreContrast({ anchor: h, positive: h_prime, labels: [1, 1, 1] }, all).perAnchor;
    expect(worstError(alone.dataSync(), [0, 0, 0])).toBeLessThan(1e-6);
  });

  it("needs labels for that, one a row", () => {
    const masked = hiClre({ temperature: 0.5, sameLabel: "left-out" });
    expect(() => masked.loss({ anchor: h, positive: h_prime })).toThrow('the batch has no role "labels"');
    expect(() => masked.loss({ anchor: h, positive: h_prime, labels: [1, 2] })).toThrow("[2]");
  });

  it("of one row alone is 0", () => {
    const one: tf.Tensor2D = tf.tensor2d([1, 2], [1, 2]);
    expect(hiClre({ temperature: 0.05 }).loss({ anchor: one, positive: one }).dataSync()[0]).toBeCloseTo(
      0,
      6,
    );
  });

  it("refuses what it cannot use", () => {
    expect(() => hiClre({ temperature: 0 })).toThrow("the temperature of HiCLRE is 0");
    expect(() => gradientPerturbation(h, { epsilon: 0 })).toThrow("epsilon of the perturbation is 0");
    expect(() => inertia(h, h, { epoch: 6, epochs: 5 })).toThrow("epoch is 6: expected 1 to 5");
    const norm = "rows" as "batch";
    expect(() => inertia(h, h, { epoch: 1, epochs: 5, norm })).toThrow('the norm of inertia is "rows"');
    const sameLabel = "positives" as "left-out";
    expect(() => hiClre({ temperature: 1, sameLabel })).toThrow('sameLabel of HiCLRE is "positives"');
  });

  it("divides inertia by the norm of the cosines where it is asked to [R11]", () => {
    const now: tf.Tensor2D = tf.tensor2d([1, 0, 0, 2, 3, 4, 1, 1], [4, 2]);
    const last: tf.Tensor2D = tf.tensor2d([2, 0, 1, 0, 4, 3, 0, 0], [4, 2]);
    // Cosines 1, 0, 0.96 and, without memory, 0; their norm is 1.38622; (5 - 2) / 5 = 0.6.
    const place = { epoch: 2, epochs: 5 };
    expect(worstError(inertia(now, last, place).dataSync(), [0.6, 0, 0.576, 0])).toBeLessThan(1e-6);
    const held = inertia(now, last, { ...place, norm: "batch" }).dataSync();
    expect(worstError(held, [0.43283239, 0, 0.4155191, 0])).toBeLessThan(1e-6);
    const none = inertia(now, tf.zerosLike(last), { ...place, norm: "batch" }).dataSync();
    expect([...none]).toEqual([0, 0, 0, 0]);
  });

  it("makes no step of a row without gradient", () => {
    const rows = gradientPerturbation(tf.tensor2d([0, 0, 3, 4], [2, 2]), { epsilon: 2 });
    expect([...rows.dataSync()]).toEqual([0, 0, expect.closeTo(1.2, 5), expect.closeTo(1.6, 5)]);
  });
});
