import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { linear } from "../../src/encoders";
import { createParameter, gradients, innerGradients, recorded, startEngine } from "../../src/engine";
import { worstError } from "../support/fixtures";
import { expectNoLeak } from "./engine-under-test";

beforeAll(() => startEngine());

const wave = (shape: readonly [number, number], pace: number): tf.Tensor2D =>
  tf.sin(tf.range(0, shape[0] * shape[1]).mul(pace)).reshape([...shape]);

/** Two linear layers with a tanh between them, from `x` `[4, 3]` to a number. */
function network() {
  const start = (shape: readonly number[], pace: number) => ({
    shape: [...shape],
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(pace * at + 1)),
  });
  const first = createParameter("first", start([5, 3], 0.7));
  const second = createParameter("second", start([2, 5], 1.3));
  const [firstBias, secondBias] = [
    createParameter("b1", start([5], 2)),
    createParameter("b2", start([2], 3)),
  ];
  const hidden = (x: tf.Tensor2D): tf.Tensor2D => tf.tanh(linear(x, first.value(), firstBias.value()));
  const task = (h: tf.Tensor2D): tf.Scalar =>
    tf.sum(tf.square(linear(h, second.value(), secondBias.value()))) as tf.Scalar;
  return { parameters: [first, second, firstBias, secondBias], hidden, task };
}

describe("innerGradients", () => {
  it("are the gradients that a loss computed anew has, and leave the way open for the gradient around them", () => {
    const { parameters, hidden, task } = network();
    const run = (isInner: boolean): Float32Array[] =>
      tf.tidy(() => {
        const { value, gradients: found } = gradients(() => {
          const h = hidden(wave([4, 3], 0.9));
          const loss = task(h);
          const [slope] = isInner
            ? innerGradients(loss, [h])
            : tf.grads((one) => task(one as tf.Tensor2D))([tf.tensor2d(h.arraySync())]);
          const constant = tf.tensor2d(slope!.arraySync() as number[][]);
          return tf.add(loss, tf.sum(tf.mul(tf.sin(h), isInner ? slope! : constant))) as tf.Scalar;
        }, parameters);
        return [value, ...parameters.map((one) => found.get(one)!)].map(
          (one) => one.dataSync() as Float32Array,
        ) as never;
      }) as never;
    const [inner, anew] = expectNoLeak(() => [run(true), run(false)] as const);
    inner.forEach((values, at) => expect(worstError(values, [...anew[at]!])).toBeLessThan(1e-6));
    expect(Math.max(...inner[1]!.map(Math.abs))).toBeGreaterThan(1e-2);
    for (const one of parameters) one.dispose();
  });

  it("are those of finite differences, by every tensor on the way", () => {
    const { parameters, hidden, task } = network();
    tf.tidy(() => {
      const x = wave([4, 3], 0.9);
      const h = hidden(x);
      const [byX, byH] = recorded(() => {
        const own = tf.mul(x, 1) as tf.Tensor2D;
        const state = hidden(own);
        return innerGradients(task(state), [own, state]);
      });
      const along = (of: (x: tf.Tensor2D) => tf.Scalar, from: tf.Tensor2D, slope: tf.Tensor): void => {
        const unit = tf.div(slope, tf.norm(slope));
        const at = (step: number) => of(tf.add(from, tf.mul(unit, step))).dataSync()[0]!;
        const length = tf.norm(slope).dataSync()[0]!;
        expect(Math.abs((at(1e-2) - at(-1e-2)) / 2e-2 / length - 1)).toBeLessThan(1e-2);
      };
      along(task, h, byH!);
      along((from) => task(hidden(from)), x, byX!);
    });
    for (const one of parameters) one.dispose();
  });

  it("want operations to be recorded", () => {
    tf.tidy(() => {
      const x = tf.ones([2]);
      expect(() => innerGradients(tf.sum(x), [x])).toThrow("call it in the loss of gradients()");
    });
  });

  it("let errors through, and forget what was recorded", () => {
    expectNoLeak(() => {
      expect(() =>
        tf.tidy(() =>
          recorded(() => {
            tf.square(tf.ones([3]));
            throw new Error("no");
          }),
        ),
      ).toThrow("no");
    });
  });
});
