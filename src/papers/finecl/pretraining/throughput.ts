// Speed of a training in tokens per second: for people who wait, never part of a result.

import type { StepEvent } from "../../../train";

/** A step, and how fast the training has been since it was first looked at. */
export interface TimedStep {
  readonly event: StepEvent;
  readonly tokensPerSecond: number;
}

/**
 * Adds the speed to the events of a training. `tokens` tells how many tokens were read so far, padding left out
 * (`PretrainTask.tokens`); `now` is a clock in milliseconds.
 *
 * @example for await (const { event, tokensPerSecond } of withThroughput(train(task, options), () => task.tokens)) ...
 */
export async function* withThroughput(
  events: AsyncIterable<StepEvent>,
  tokens: () => number,
  now: () => number = () => performance.now(),
): AsyncGenerator<TimedStep> {
  const [start, before] = [now(), tokens()];
  for await (const event of events) {
    const seconds = (now() - start) / 1000;
    yield { event, tokensPerSecond: seconds > 0 ? (tokens() - before) / seconds : 0 };
  }
}
