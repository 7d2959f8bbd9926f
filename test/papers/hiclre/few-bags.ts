// A few bags of built-in sentences, the tiny BERT and a bag model, for tests of what is made of them.

import { afterAll, beforeAll } from "vitest";
import { Random } from "../../../src/core";
import { openDataset, type Sentence } from "../../../src/data";
import { recorded, startEngine } from "../../../src/engine";
import { getModel } from "../../../src/models";
import { bagLayout, type BagLayout } from "../../../src/relations";
import { BagModel } from "../../../src/papers/hiclre/bag-model";
import type {
  BagBatch,
  Level,
  LevelContrast,
  LevelPair,
  LevelRows,
} from "../../../src/papers/hiclre/level-contrast";
import { TransformerSentences, type SentenceForm } from "../../../src/papers/hiclre/sentence-models";

/** What is open while the tests of a file run. */
export class FewBags {
  readonly layout: BagLayout;
  sentences!: TransformerSentences;
  bags!: BagModel;
  private given!: readonly Sentence[];

  constructor(
    private readonly sizes: readonly number[],
    readonly labels: readonly number[],
    private readonly form: SentenceForm,
  ) {
    this.layout = bagLayout(sizes);
  }

  async open(): Promise<void> {
    await startEngine();
    const { form } = this;
    this.sentences = await TransformerSentences.open(await getModel("tiny"), 40, new Random(1), { form });
    this.bags = new BagModel({
      dim: this.sentences.dim,
      entityDim: this.sentences.entityDim,
      relations: 3,
      selection: "attention",
      recontextualization: "paper",
      heads: 4,
      atTest: true,
      dropout: 0.5,
      random: new Random(2),
    });
    const { items } = await openDataset("first-steps", { split: "train" });
    this.given = items.slice(
      0,
      this.sizes.reduce((a, b) => a + b),
    );
  }

  dispose(): void {
    this.bags.dispose();
    this.sentences.dispose();
  }

  /** The rows of every level, as a training step has them. */
  rows(): LevelRows {
    const states = this.sentences.states(this.given);
    const sentence = this.sentences.vectorsOf(states);
    const { bag, logits } = this.bags.train({ sentence, entity: states.entity }, this.layout, this.labels);
    return { states, sentence, bag, logits };
  }

  /** Rows and pseudo positives of every level. */
  pairs(contrast: LevelContrast, epoch = 1): Readonly<Record<Level, LevelPair>> {
    return recorded(() => contrast.pairs(this.bags, this.batch(epoch), this.rows()));
  }

  /** The batch of an epoch; rows are known by their place. */
  batch(epoch = 1): BagBatch {
    const keys = { sentences: this.given.map((_, at) => at), bags: this.sizes.map((_, at) => at) };
    return { layout: this.layout, labels: this.labels, keys, epoch, random: new Random(4) };
  }
}

/** Opens bags of these sizes and labels before the tests of a file and disposes of them after. */
export function withFewBags(
  sizes: readonly number[],
  labels: readonly number[],
  form: SentenceForm = "paper",
): FewBags {
  const few = new FewBags(sizes, labels, form);
  beforeAll(() => few.open());
  afterAll(() => few.dispose());
  return few;
}
