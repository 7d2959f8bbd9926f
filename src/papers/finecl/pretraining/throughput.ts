// Speed of a training in tokens per second: for people who wait, never part of a result.

import type { StepEvent, TrainingTask } from "../../../train";

/** A task that counts the tokens that training has read so far, padding left out. */
export interface CountingTask extends TrainingTask {
  readonly tokens: number;
}

/** Tokens of a batch, padding left out. */
export const tokensOf = ({ mask }: { readonly mask: Int32Array }): number =>
  mask.reduce((sum, one) => sum + one, 0);

/** A step, and how fast the training has been since it was first looked at. */
export interface TimedStep {
  readonly event: StepEvent;
  readonly tokensPerSecond: number;
}

/**
 * Adds the speed to the events of a training. `tokens` tells how many tokens were read so far, padding left out
 * (`CountingTask.tokens`); `now` is a clock in milliseconds.
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
