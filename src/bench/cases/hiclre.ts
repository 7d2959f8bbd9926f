// What `relata bench hiclre` measures: a training step, the scores of bags, and the memory of half a million lines.

import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../core";
import type { Bag } from "../../data";
import { AdamW, DropoutStream, gradients } from "../../engine";
import { getModel } from "../../models";
import { openBags, type BagData } from "../../papers/hiclre/bag-data";
import { BagModel } from "../../papers/hiclre/bag-model";
import { scoreAll } from "../../papers/hiclre/bag-scores";
import { BagTask } from "../../papers/hiclre/bag-task";
import { EpochMemory } from "../../papers/hiclre/memory";
import { scoreBags } from "../../papers/hiclre/score";
import { TransformerSentences } from "../../papers/hiclre/sentence-models";
import { settingsOf } from "../../papers/hiclre/settings";
import { memoryOf } from "../process-memory";
import type { BenchCase } from "./engine";
import { writeOpenNreLines } from "./data";

/** Sizes that both sides share. */
export interface HiClreSize {
  readonly bags: number;
  readonly sentences: number;
  readonly length: number;
}

const SETTINGS = settingsOf("quick", { sentence: "paper", dropout: 0.5, diagonal: 1 });

async function open(relations: number): Promise<{ sentences: TransformerSentences; bags: BagModel }> {
  const random = new Random("bench hiclre");
  const sentences = await TransformerSentences.open(await getModel("tiny"), SETTINGS.maxLength, random);
  const bags = new BagModel({
    dim: sentences.dim,
    relations,
    selection: "attention",
    recontextualization: "paper",
    heads: SETTINGS.heads,
    atTest: true,
    dropout: SETTINGS.dropout,
    random,
  });
  return { sentences, bags };
}

/** The first bags of the world with this many sentences each, cut. */
function evenBags(all: readonly Bag[], { bags, sentences }: HiClreSize): Bag[] {
  const large = all.filter((bag) => bag.sentences.length >= sentences);
  return Array.from({ length: bags }, (_, at) => {
    const bag = large[at % large.length]!;
    return { ...bag, id: `${bag.id} ${at}`, sentences: bag.sentences.slice(0, sentences) };
  });
}

/** One step: encoder, recontextualization, pseudo positives of three levels, four losses, gradients, AdamW. */
export async function hiclreStepCase(size: HiClreSize): Promise<BenchCase> {
  const { train, relations } = await openBags("world/bags");
  const { sentences, bags } = await open(relations.length);
  const data = evenBags(train, size);
  const task = new BagTask({ settings: SETTINGS, sentences, bags, data, relations, identity: "bench" });
  const optimiser = new AdamW(task.parameters, { decay: 0.01 });
  const random = new Random("step");
  const context = { step: 0, epoch: 0, random, dropout: new DropoutStream(random.fork("dropout")) };
  const indices = data.map((_, at) => at);
  return {
    run: () =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(
          () =>
            task
              .terms(indices, context)
              .map(({ value: term, weight }) => tf.mul<tf.Scalar>(term, weight))
              .reduce((a, b) => tf.add(a, b)),
          task.parameters,
        );
        optimiser.step(slopes, 1e-5);
        value.dataSync();
      }),
    dispose: () => {
      optimiser.dispose();
      bags.dispose();
      sentences.dispose();
    },
  };
}

/** Scores of bags with every relation as a query in turn, each recontextualized. */
export async function hiclreScoresCase(size: HiClreSize): Promise<BenchCase> {
  const { test, relations } = await openBags("world/bags");
  const { sentences, bags } = await open(relations.length);
  const data = evenBags(test, size);
  return {
    run: () => void scoreAll(data, relations, sentences, bags, size.sentences),
    dispose: () => {
      bags.dispose();
      sentences.dispose();
    },
  };
}

/** Writes NYT10's two files with invented lines into `folder/nyt10`. */
export function writeNyt10(folder: string, train: number, test: number): void {
  fs.mkdirSync(path.join(folder, "nyt10"), { recursive: true });
  writeOpenNreLines(path.join(folder, "nyt10", "nyt10_train.txt"), train);
  writeOpenNreLines(path.join(folder, "nyt10", "nyt10_test.txt"), test);
}

/** Every row of the training set once through the memories of all three levels: two epochs. */
function fillMemories({ train }: BagData, dim: number): readonly EpochMemory[] {
  const rows = train.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const levels = [
    { rows, width: 2 * dim },
    { rows, width: dim },
    { rows: train.length, width: dim },
  ];
  return levels.map(({ rows: count, width }) => {
    const memory = new EpochMemory();
    for (const epoch of [1, 2])
      for (let from = 0; from < count; from += 64) {
        const keys = Array.from({ length: Math.min(64, count - from) }, (_, at) => from + at);
        memory.keep(keys, epoch, new Float32Array(keys.length * width).fill(0.5));
      }
    return memory;
  });
}

/**
 * NYT10 at its size: bags of all training lines, full memories, a training step, and the held-out scores of all test
 * lines. Once in the life of the process; the figure is the most memory it held, in MB.
 */
export async function hiclreMemoryCase({ folder }: { readonly folder: string }): Promise<{
  run(): number;
  dispose(): void;
}> {
  process.env["RELATA_DATA"] = folder;
  const data = await openBags("nyt10");
  const { sentences, bags } = await open(data.relations.length);
  let megabytes: number | undefined;
  return {
    run: () => {
      if (megabytes !== undefined) return megabytes;
      const memories = fillMemories(data, sentences.dim);
      const parts = { settings: SETTINGS, sentences, bags, relations: data.relations, identity: "bench" };
      const task = new BagTask({ ...parts, data: data.train });
      const random = new Random("step");
      tf.tidy(() => {
        const context = { step: 0, epoch: 0, random, dropout: new DropoutStream(random.fork("dropout")) };
        gradients(() => task.terms([0, 1, 2, 3], context)[0]!.value, task.parameters).value.dataSync();
      });
      const { scores } = scoreAll(data.test, data.relations, sentences, bags, SETTINGS.testBagSize);
      scoreBags(data.test, data.relations, scores, { ranks: [100] });
      const peak = memoryOf("self", "VmHWM");
      if (peak === undefined) throw new Error("this system does not tell the peak memory of a process");
      if (memories.some(({ size }) => size === 0)) throw new Error("a memory is empty");
      return (megabytes = peak / 1e6);
    },
    dispose: () => {
      bags.dispose();
      sentences.dispose();
    },
  };
}
