import { describe, expect, it } from "vitest";
import { schedule, type Decay } from "../../src/train/schedule";
import { eachCase, worstError } from "../support/fixtures";

interface ScheduleCase {
  readonly name: string;
  readonly params: {
    readonly peak_lr: number;
    readonly num_warmup_steps: number;
    readonly num_training_steps?: number;
    readonly lr_end?: number;
    readonly power?: number;
  };
  readonly expected: { readonly lr_used_in_step: readonly number[] };
}

describe("schedules give the rates of transformers", () => {
  eachCase<ScheduleCase>("optimisation/schedules.json", ({ name, params, expected }) => {
    const decay = name.split("_")[0] as Decay;
    const { lr_end, power } = params;
    const rate = schedule({
      rate: params.peak_lr,
      steps: params.num_training_steps ?? Infinity,
      warmup: params.num_warmup_steps,
      decay,
      ...(lr_end === undefined ? {} : { final: lr_end }),
      ...(power === undefined ? {} : { power }),
    });
    const got = expected.lr_used_in_step.map((_, step) => rate(step) * 1e5);
    expect(
      worstError(
        got,
        expected.lr_used_in_step.map((value) => value * 1e5),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe("schedule", () => {
  it("names the nearest decay for an unknown one", () => {
    expect(() => schedule({ rate: 1, steps: 2, decay: "linar" as Decay })).toThrow(/did you mean "linear"/);
  });
  it("refuses a rate that is not a number", () => {
    expect(() => schedule({ rate: NaN, steps: 2 })).toThrow(/learning rate NaN/);
  });
});
