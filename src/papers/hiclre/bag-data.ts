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

/** Which bags are opened. */
export interface OpenBagsOptions {
  /** Noise rate of the world; `null`, the default: its own. */
  readonly noise?: number | null;
  /** Most bags of each part, the first ones; `null`, the default: all. */
  readonly most?: number | null;
  /**
   * Training bags that the world is built with, a larger world of the same seed; it has a tenth as many for development,
   * and 800 test bags. `null`, the default: the world as it is (2,000, 300 and 800). Published sets do not look at it.
   */
  readonly bags?: number | null;
}

type Split = "train" | "dev" | "test";

const TEST_BAGS = 800;

/** Opens splits by name: of the world with the noise and the size asked for, or of a published set. */
function splitsOf(
  name: string,
  { noise = null, bags = null }: OpenBagsOptions = {},
): (split: Split) => Promise<SentenceSet> {
  const world = /^world(-control)?\/bags$/.exec(name);
  if (world === null) {
    const { set, ...parts } = partsOf(name);
    return (split) => openDataset(set, { split: split === "dev" ? parts.train : parts[split] });
  }
  const isControl = world[1] !== undefined;
  const sizes = bags === null ? {} : { bags: { train: bags, dev: Math.ceil(bags / 10), test: TEST_BAGS } };
  const built = buildWorld({ control: isControl, ...sizes });
  return (split) => Promise.resolve(built.bags({ split, ...(noise === null || isControl ? {} : { noise }) }));
}

/**
 * The bags of `world/bags`, `world-control/bags`, `gds`, `nyt10` or `nyt10m` (its manual part). Of published sets every
 * tenth training pair is held out for development.
 */
export async function openBags(name: string, options: OpenBagsOptions = {}): Promise<BagData> {
  const { most = null } = options;
  const isWorld = name.startsWith("world");
  const sentencesOf = splitsOf(name, options);
  const learnt = await sentencesOf("train");
  const keyOf = ({ head, tail }: Sentence): string => `${head.entity}\t${tail.entity}`;
  const isHeld = (sentence: Sentence): boolean => !isWorld && hashOf(keyOf(sentence)) % 10 === 0;
  const train = bagsOf(
    learnt.filter((sentence) => !isHeld(sentence)),
    { by: "triple", none: NONE },
  ).items;
  const dev = bagsOf(isWorld ? await sentencesOf("dev") : learnt.filter(isHeld), { none: NONE }).items;
  const test = bagsOf(await sentencesOf("test"), { none: NONE }).items;
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
export async function countSentences(
  name: string,
  options: Pick<OpenBagsOptions, "bags"> = {},
): Promise<Record<string, number>> {
  const relations = new Set<string>();
  const isWorld = name.startsWith("world");
  const sentencesOf = splitsOf(name, options);
  const countOf = async (split: "train" | "test"): Promise<number> => {
    let count = 0;
    const { set, ...parts } = partsOf(name);
    const sentences = isWorld
      ? await sentencesOf(split)
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
