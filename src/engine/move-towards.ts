// Exponential moving averages of parameters, in place where the engine can.

import * as tf from "@tensorflow/tfjs";
import { OptionError } from "../core";
import { ResourceParameter } from "./create-parameter";
import type { Parameter } from "./parameter";
import { attribute, rawBackend } from "./raw-ops";

const APPLY = [attribute.type("T", "float32"), attribute.bool("use_locking", false)];

/**
 * `parameter <- m parameter + (1 - m) target`. On tensorflow one pass in place: proximal gradient descent
 * `p <- (p - a t) / (1 + a l)` with `a = -(1 - m) / m` and `l = -1`.
 */
export function moveTowards(parameter: Parameter, target: Parameter, m: number): void {
  if (!(m >= 0 && m <= 1)) throw new OptionError(`momentum is ${m}, expected a number from 0 to 1`);
  if (m === 1) return;
  tf.tidy(() => {
    const goal = target.value();
    const raw = rawBackend();
    if (raw === undefined || !(parameter instanceof ResourceParameter) || m < 1e-3) {
      parameter.assign(
        m === 0
          ? goal
          : parameter
              .value()
              .mul(m)
              .add(goal.mul(1 - m)),
      );
      return;
    }
    const numbers = [-(1 - m) / m, 0, -1].map((number) => tf.scalar(number));
    const inputs = [parameter.handle, ...numbers, goal];
    raw.executeMultipleOutputs("ResourceApplyProximalGradientDescent", APPLY, inputs, 0);
  });
}
