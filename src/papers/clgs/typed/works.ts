// Work beside the paper's: its probes on pairs of a drug and an effect alone, on the encoder as it is or as a run left it.

import * as path from "node:path";
import { fitPairProbe, nearestPairs } from "../../../classify";
import { work, type Json, type Work, type WorkContext } from "../../../experiments";
import { putBack, readCheckpoint } from "../../../train";
import { openCorpus, type TaggedSentence } from "../corpus";
import { partOf } from "../part";
import { goldCount, scorePairs, type LabelledPairs, type Space } from "../probes";
import type { ProbeSettings, TrainingSettings } from "../settings";
import { WordEncoder } from "../word-encoder";
import { typedPairs } from "./candidates";

/** Puts the best weights of a training, kept in its folder, into an encoder of the same kind. */
function adopt({ encoder }: WordEncoder, folder: string): void {
  const { weights } = readCheckpoint(path.join(folder, "checkpoints", "best.safetensors"));
  putBack(encoder.parameters, weights);
}

/** Related where most of the k nearest typed pairs are. */
function vote(known: LabelledPairs, asked: LabelledPairs, wanted: number): Uint8Array {
  const { indices, k } = nearestPairs(known.pairs, asked.pairs, wanted);
  return Uint8Array.from(asked.labels, (_, at) => {
    const near = indices.subarray(at * k, (at + 1) * k);
    return 2 * near.reduce((votes, pair) => votes + known.labels[pair]!, 0) > k ? 1 : 0;
  });
}

/** F1 (0 to 100) of the linear probe, of kNN, and of calling every typed pair related, which needs no encoder. */
async function typed(
  {
    training,
    probes,
    isTuned,
  }: {
    readonly training: Pick<TrainingSettings, "corpus" | "encoder" | "reading">;
    readonly probes: ProbeSettings;
    readonly isTuned: boolean;
  },
  { random, need }: WorkContext,
): Promise<Json> {
  const { train, validation, test } = await openCorpus(training.corpus);
  const words = await WordEncoder.open(training.encoder, training.reading);
  try {
    if (isTuned) adopt(words, need("tuned").folder);
    const spaceOf = (sentences: readonly TaggedSentence[]): Space => {
      const part = partOf(words, sentences);
      return { part, vectors: words.vectors(part.sequences) };
    };
    const [fitted, held, asked] = [train, validation, test].map((one) => typedPairs(spaceOf(one))) as [
      LabelledPairs,
      LabelledPairs,
      LabelledPairs,
    ];
    const { probeEpochs: epochs, probeRate: rate, kPairs } = probes;
    const options = { random: random.fork("probe"), epochs, rate, batch: 8, development: held };
    const line = fitPairProbe(fitted.pairs, fitted.labels, options).predict(asked.pairs);
    const near = vote(typedPairs(spaceOf([...train, ...validation])), asked, kPairs);
    const gold = goldCount(test);
    const f1 = (predicted: Uint8Array): number => 100 * scorePairs(asked, predicted, gold).f1;
    return { probe: f1(line), kNN: f1(near), all: f1(new Uint8Array(asked.labels.length).fill(1)) };
  } finally {
    words.dispose();
  }
}

export const works: Readonly<Record<string, Work>> = { typed: work(typed) };
