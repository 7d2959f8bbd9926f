// Pre-training: an encoder learns to guess hidden words of texts (Devlin et al. 2019), step by step.

import { createHash } from "node:crypto";
import { type Random } from "../../core";
import { guessHidden, maskedLanguageLoss, type TransformerEncoder } from "../../encoders";
import { maskTokens, type Tokenizer } from "../../text";
import {
  train,
  type StepEvent,
  type TrainingOptions,
  type TrainingResult,
  type TrainingTask,
} from "../../train";
import { type PackOptions, Packs } from "./packs";

/** How to pre-train. */
export interface PretrainingOptions extends Pick<TrainingOptions, "checkpoint" | "signal" | "onNotice"> {
  readonly random: Random;
  /** Passes over the texts, each in an order and with masks of its own; default 10. */
  readonly passes?: number;
  /** Highest learning rate; default 1e-3, right for small encoders. */
  readonly rate?: number;
  /** Whether dropout is on; default false, because a small encoder has no words to spare. */
  readonly dropout?: boolean;
  readonly packs?: PackOptions;
}

/**
 * Trains every weight of `encoder`, which needs a masked-language head, on `texts`. Iterate for the steps; same texts,
 * seed and engine, same weights.
 *
 * @example for await (const step of pretrain(encoder, tokenizer, texts, { random })) show(step.loss);
 */
export async function* pretrain(
  encoder: TransformerEncoder,
  tokenizer: Tokenizer,
  texts: readonly string[],
  options: PretrainingOptions,
): AsyncGenerator<StepEvent, TrainingResult> {
  const {
    random,
    passes = 10,
    rate = 1e-3,
    dropout: hasDropout = false,
    packs: packing,
    ...others
  } = options;
  const packs = new Packs(tokenizer, texts, packing);
  const batches = Array.from({ length: passes }, (_, pass) => packs.plan(random.fork(`pass ${pass}`))).flat();
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\n`);
  const task: TrainingTask = {
    parameters: encoder.parameters,
    size: batches.length,
    identity: `masked language, ${passes} passes, ${JSON.stringify(packing ?? {})}, ${hash.digest("hex")}`,
    terms: ([index], { random: own, dropout }) => {
      const masked = maskTokens(packs.batch(batches[index!]!), tokenizer, { random: own });
      const { last } = encoder.forward(masked, hasDropout ? { dropout } : {});
      return [{ name: "masked language", value: maskedLanguageLoss(encoder, last, masked), weight: 1 }];
    },
  };
  return yield* train(task, { ...others, random: random.fork("train"), batchSize: 1, rate });
}

/** How well hidden words are guessed. */
export interface MaskedScores {
  /** Share of the hidden words whose best guess is right. */
  readonly accuracy: number;
  /** Mean `-log p` of the hidden words. */
  readonly loss: number;
  /** What always guessing the commonest word of these texts would reach. */
  readonly commonest: number;
  /** Hidden words. */
  readonly count: number;
}

/** Hides words of `texts`, one text a row, and counts how many of them the encoder guesses. */
export function maskedScores(
  encoder: TransformerEncoder,
  tokenizer: Tokenizer,
  texts: readonly string[],
  random: Random,
): MaskedScores {
  const packs = new Packs(tokenizer, texts, { rows: [{ length: "alone", share: 1 }] });
  const counts = new Map<number, number>();
  let [right, loss, count] = [0, 0, 0];
  for (const [index, rows] of packs.plan(random).entries()) {
    const masked = maskTokens(packs.batch(rows), tokenizer, {
      random: random.fork(`batch ${index}`),
      hidden: 1,
      swapped: 0,
    });
    const guessed = guessHidden(encoder, masked);
    masked.targets.forEach((target, place) => {
      if (guessed.guesses[place] === target) right++;
      counts.set(target, (counts.get(target) ?? 0) + 1);
    });
    loss += guessed.loss;
    count += masked.targets.length;
  }
  const most = Math.max(0, ...counts.values());
  return { accuracy: right / count, loss: loss / count, commonest: most / count, count };
}
