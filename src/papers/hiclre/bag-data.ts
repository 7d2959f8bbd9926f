// Bags of a data set: training bags by triple, test bags by pair; the world's control and its true labels.

import {
  bagsOf,
  buildWorld,
  openDataset,
  streamDataset,
  type Bag,
  type DatasetName,
  type Sentence,
  type SentenceSet,
} from "../../data";
import { DataError } from "../../core";

/** Label of a pair without relation. */
export const NONE = "NA";

/** Bags of the three splits. */
export interface BagData {
  readonly train: readonly Bag[];
  readonly dev: readonly Bag[];
  readonly test: readonly Bag[];
  /** Relation names, "NA" first. */
  readonly relations: readonly string[];
  /** Whether every sentence's truth is known. */
  readonly hasTruth: boolean;
}

/** Where a published set's parts are: GDS's training part cannot be had everywhere, so its development part trains. */
function partsOf(name: string): { readonly set: DatasetName; readonly train: string; readonly test: string } {
  if (name === "nyt10m") return { set: "nyt10", train: "m-train", test: "m-test" };
  return { set: name as DatasetName, train: name === "gds" ? "dev" : "train", test: "test" };
}

/** The sentences of a split: of the world with the noise asked for, or of a published set. */
async function sentencesOf(
  name: string,
  split: "train" | "dev" | "test",
  noise: number | null,
): Promise<SentenceSet> {
  const world = /^world(-control)?\/bags$/.exec(name);
  if (world === null) {
    const { set, ...parts } = partsOf(name);
    return openDataset(set, { split: split === "dev" ? parts.train : parts[split] });
  }
  const built = buildWorld({ control: world[1] !== undefined });
  return built.bags({ split, ...(noise === null || world[1] !== undefined ? {} : { noise }) });
}

/**
 * The bags of `world/bags`, `world-control/bags`, `gds`, `nyt10` or `nyt10m` (its manual part). Of published sets every
 * tenth training pair is held out for development. `noise`: of the world, default its own; `most`: bags of each part.
 */
export async function openBags(
  name: string,
  noise: number | null = null,
  most: number | null = null,
): Promise<BagData> {
  const isWorld = name.startsWith("world");
  const learnt = await sentencesOf(name, "train", noise);
  const keyOf = ({ head, tail }: Sentence): string => `${head.entity}\t${tail.entity}`;
  const isHeld = (sentence: Sentence): boolean => !isWorld && hashOf(keyOf(sentence)) % 10 === 0;
  const train = bagsOf(
    learnt.filter((sentence) => !isHeld(sentence)),
    { by: "triple", none: NONE },
  ).items;
  const dev = bagsOf(isWorld ? await sentencesOf(name, "dev", noise) : learnt.filter(isHeld), {
    none: NONE,
  }).items;
  const test = bagsOf(await sentencesOf(name, "test", noise), { none: NONE }).items;
  const names = [...new Set(train.flatMap(({ relations }) => relations))]
    .filter((one) => one !== NONE)
    .sort();
  if (names.length === 0)
    throw new DataError(`${name} has no training bag with a relation: expected relations beside "${NONE}"`);
  const some = (bags: readonly Bag[]): readonly Bag[] => (most === null ? bags : bags.slice(0, most));
  return {
    train: some(train),
    dev: some(dev),
    test: some(test),
    relations: [NONE, ...names],
    hasTruth: test.every(({ truth }) => truth !== undefined),
  };
}

/** What Table 4 counts. Streams a published set: memory does not grow with it. */
export async function countSentences(name: string): Promise<Record<string, number>> {
  const relations = new Set<string>();
  const countOf = async (split: "train" | "test"): Promise<number> => {
    let count = 0;
    const { set, ...parts } = partsOf(name);
    const isWorld = name.startsWith("world");
    const sentences = isWorld
      ? await sentencesOf(name, split, null)
      : await streamDataset(set, { split: parts[split], mayDownload: false });
    for (const { relation = NONE } of sentences) {
      relations.add(relation);
      count++;
    }
    return count;
  };
  const [train, test] = [await countOf("train"), await countOf("test")];
  return { relations: relations.size, train, test };
}

/** A number of a text, for splits that do not depend on order (FNV-1a). */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash >>> 0;
}
