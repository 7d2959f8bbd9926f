// CLNER (paper 003, eq. 6): a token is drawn to candidates of its own tag; the sum over positives is inside the log.

import type * as tf from "@tensorflow/tfjs";
import { requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { listMask, requireIndices, requireLists, type IndexLists } from "../index-lists";
import { objective, type Objective } from "../objective";
import { similarities } from "../similarity";
import { ShapeError } from "../../core";

/** Tokens, their tags, and the tokens that each is compared with. */
export interface TaggedTokensBatch {
  /** `[tokens, dim]` */
  readonly tokens: tf.Tensor2D;
  /** Tag of each token, names or numbers. */
  readonly tags: readonly (string | number)[];
  /** For each token the rows it is compared with; default all others. */
  readonly candidates?: IndexLists;
}

/** Options of CLNER. */
export interface ClnerOptions {
  readonly temperature: number;
  /** Default `mean` over the tokens that have a positive; `sum` as printed. */
  readonly reduce?: Reduction;
}

/** CLNER as input of the primitive. */
export function clnerInput(
  { tokens, tags, candidates }: TaggedTokensBatch,
  { temperature }: ClnerOptions,
): ContrastInput {
  return tidyInput(() => {
    requireShape("tokens", tokens, [null, null]);
    const rows = tokens.shape[0];
    if (tags.length !== rows) throw new ShapeError('the batch role "tags"', [tags.length], [rows]);
    const everyone = tags.map((_, index) => index);
    const lists = candidates ?? tags.map((_, index) => everyone.filter((other) => other !== index));
    requireLists("candidates", lists, rows);
    requireIndices('the batch role "candidates"', lists.flat(), rows);
    return {
      similarities: similarities(tokens, tokens, "cosine"),
      positives: listMask(
        lists.map((list, index) => list.filter((other) => tags[other] === tags[index])),
        rows,
      ),
      candidates: listMask(lists, rows),
      temperature,
      sum: "inside",
      average: false,
    };
  });
}

/**
 * CLNER: log-sum-exp over all candidates less that over candidates of the same tag. Tokens without such a candidate
 * are left out (undefined in the paper).
 *
 * @example clner({ temperature: 0.1 }).loss({ tokens, tags: ["O", "B-DRUG", "O"] })
 */
export function clner(options: ClnerOptions): Objective<TaggedTokensBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of CLNER", temperature);
  return objective<TaggedTokensBatch>({
    name: "CLNER",
    value: (batch) => reduce(contrast(clnerInput(batch, options)), how),
    about: new Explanation({
      name: "CLNER",
      summary: "a token is drawn to candidates of its own tag",
      formula: String.raw`L = -\frac{1}{|A|}\sum_{i \in A} \log \frac{\sum_{j: y_j = y_i} e^{\cos(h_i, h_j)/\tau}}{\sum_j e^{\cos(h_i, h_j)/\tau}}`,
      source: "paper 003, eq. 6",
      roles: [
        { name: "tokens", shape: "[tokens, dim]", meaning: "token vectors" },
        { name: "tags", shape: "[tokens]", meaning: "BIO tag of each token" },
        {
          name: "candidates",
          shape: "[tokens] of lists",
          meaning: "whom each token is compared with; default all others",
        },
      ],
      notes: ["the sum over positives is inside the logarithm, without a mean", "one tag only: loss 0"],
      options: { temperature, reduce: how },
    }),
  });
}
