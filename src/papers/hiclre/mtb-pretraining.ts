// Matching the blanks on sentences (Baldini Soares et al. 2019), the start of MTB-MIL: do two sentences name one pair?

import * as tf from "@tensorflow/tfjs";
import { mtbPair } from "../../contrast";
import { DataError, OptionError, type Random } from "../../core";
import type { Bag, Sentence } from "../../data";
import { maskedLanguageLoss } from "../../encoders";
import { maskTokens, outsideMentions, type MentionBatch } from "../../text";
import type { TrainingTask } from "../../train";
import { BLANK, type TransformerSentences } from "./sentence-models";

/** How sentences are hidden. */
export interface MtbOptions {
  /** Probability with which a mention becomes [BLANK] (the paper's 0.7). */
  readonly blank: number;
  /** Share of the other tokens that the masked-language loss asks for (0.15). */
  readonly maskRate: number;
}

/** What stands for a hidden mention until it is a piece; any short word would do. */
const PLACE = "it";

/** Mentions that share characters are never hidden: what is left of the other would be lost. */
const isNested = ({ head, tail }: Sentence): boolean => head.start < tail.end && tail.start < head.end;

/** A sentence with its head, its tail, or both written as one word. */
function shortenedBy(sentence: Sentence, isHidden: readonly [head: boolean, tail: boolean]): Sentence {
  const { head, tail, text } = sentence;
  const spans = [isHidden[0] ? head : undefined, isHidden[1] ? tail : undefined]
    .filter((span) => span !== undefined)
    .sort((a, b) => b.start - a.start);
  if (spans.length === 0) return sentence;
  let [written, own, other] = [text, { ...head }, { ...tail }];
  for (const { start, end } of spans) {
    const gain = PLACE.length - (end - start);
    written = written.slice(0, start) + PLACE + written.slice(end);
    const moved = <M extends { start: number; end: number }>(mention: M): M =>
      mention.start > start
        ? { ...mention, start: mention.start + gain, end: mention.end + gain }
        : mention.start === start
          ? { ...mention, end: start + PLACE.length }
          : mention;
    [own, other] = [moved(own), moved(other)];
  }
  return { id: sentence.id, text: written, head: own, tail: other };
}

/** Sentences with each mention hidden at the rate `blank`: one [BLANK] in its place. */
export function blanked(
  model: TransformerSentences,
  sentences: readonly Sentence[],
  blank: number,
  random: Random,
): MentionBatch {
  const hidden = sentences.map((sentence): [boolean, boolean] => {
    const [head, tail] = [random.uniform() < blank, random.uniform() < blank];
    return isNested(sentence) ? [false, false] : [head, tail];
  });
  const batch = model.encode(sentences.map((sentence, at) => shortenedBy(sentence, hidden[at]!)));
  const id = model.tokenizer.idOf(BLANK);
  if (id === undefined) throw new OptionError(`the tokenizer has no ${BLANK}: open the encoder anew`);
  const ids = batch.ids.slice();
  const put = (row: number, spans: Int32Array): void => {
    for (let at = spans[2 * row]!; at < spans[2 * row + 1]!; at++) ids[row * batch.length + at] = id;
  };
  hidden.forEach(([head, tail], row) => {
    if (head) put(row, batch.headSpan);
    if (tail) put(row, batch.tailSpan);
  });
  return { ...batch, ids };
}

/**
 * Two sentences of each bag of a batch, and as many pairs of sentences of two bags: `-log sigma(z_i . z_j)` or
 * `-log (1 - sigma(z_i . z_j))`, z the sentence vector over the fourth root of its width, with the masked-language loss.
 * Bags are told apart by their entity pair; relations are not looked at.
 *
 * @throws DataError when fewer than two bags have two sentences
 */
export function mtbTask(
  model: TransformerSentences,
  bags: readonly Bag[],
  { blank, maskRate }: MtbOptions,
  identity: string,
): TrainingTask {
  const byPair = new Map<string, Sentence[]>();
  for (const { head, tail, sentences } of bags) {
    const key = `${head}\t${tail}`;
    byPair.set(key, [...(byPair.get(key) ?? []), ...sentences]);
  }
  const pairs = [...byPair.values()].filter(({ length }) => length > 1);
  if (pairs.length < 2)
    throw new DataError(
      `${pairs.length} pairs of entities have two sentences: matching the blanks needs 2 at least`,
    );
  return {
    parameters: model.parameters,
    size: pairs.length,
    identity,
    terms(indices, { random, dropout }) {
      const draws = random.fork("sentences");
      const chosen = indices.flatMap((index) => draws.sample(pairs[index]!, 2));
      const plain = blanked(model, chosen, blank, random.fork("blanks"));
      const mayMask = outsideMentions(plain);
      const masked = maskTokens(plain, model.tokenizer, {
        random: random.fork("masks"),
        rate: maskRate,
        mayMask,
      });
      const last = model.last(masked, dropout);
      const vectors = model.vectorsOf(model.statesOf(last, masked));
      const embeddings: tf.Tensor2D = tf.div(vectors, Math.sqrt(Math.sqrt(model.dim)));
      // The second sentence of a bag is compared with the first of its own bag, and with the first of the next.
      const count = indices.length;
      const same = indices.map((_, at) => [2 * at, 2 * at + 1] as const);
      const other = count < 2 ? [] : indices.map((_, at) => [2 * ((at + 1) % count), 2 * at + 1] as const);
      const isSame = [...same.map(() => 1), ...other.map(() => 0)];
      return [
        {
          name: "pairs",
          value: mtbPair().loss({ embeddings, pairs: [...same, ...other], same: isSame }),
          weight: 1,
        },
        { name: "words", value: maskedLanguageLoss(model.encoder, last, masked), weight: 1 },
      ];
    },
  };
}
