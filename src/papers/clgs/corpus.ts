// Sentences as CLGS, CLDR and CLNER read them: lower-cased words, BIO tags, and relations as pairs of last words.

import { DataError, Random } from "../../core";
import { bioTags, openDocuments, type Document, type DocumentSet } from "../../data";
import type { PairedSentence } from "../../metrics";

/** The tags, in the paper's order (Tables 5 and 6). */
export const TAGS = ["B-DRUG", "I-DRUG", "B-AE", "I-AE", "O"] as const;
export type Tag = (typeof TAGS)[number];

/** Types of mentions as the data spell them, and as tags do. */
const TYPES: Readonly<Record<string, "DRUG" | "AE">> = { Drug: "DRUG", "Adverse-Effect": "AE" };

/** One sentence. */
export interface TaggedSentence extends PairedSentence {
  readonly id: string;
  readonly words: readonly string[];
  readonly tags: readonly Tag[];
  /** Last word of the drug, last word of the effect; a pair of overlapping mentions may be one word twice. */
  readonly pairs: readonly (readonly [drug: number, effect: number])[];
}

/**
 * Sentences of documents that have words. Where mentions overlap a later one overwrites the tags of an earlier one, as
 * in the released code; pairs keep all relations.
 *
 * @throws DataError for a document without words, or with a relation that is not between a drug and an effect
 */
export function taggedSentences(documents: DocumentSet): TaggedSentence[] {
  return documents.items.map(taggedSentence);
}

function taggedSentence(document: Document): TaggedSentence {
  const { id, text, words = [], mentions, entities, relations } = document;
  const typed = mentions.map((mention) => {
    const type = TYPES[mention.type ?? ""];
    if (type === undefined)
      throw new DataError(
        `document "${id}" has a mention of type "${mention.type ?? ""}": this paper knows ${Object.keys(TYPES).join(" and ")}`,
      );
    return { ...mention, type };
  });
  const lastWord = new Map(words.map(({ end }, at) => [end, at]));
  const tags = bioTags({ ...document, mentions: typed }, { overlap: "later" }) as Tag[];
  const pairs = relations.map(({ head, tail, headMention, tailMention }): [number, number] => {
    const ends = [headMention ?? entities[head]!.mentions[0]!, tailMention ?? entities[tail]!.mentions[0]!];
    const drug = ends.find((at) => typed[at]?.type === "DRUG");
    const effect = ends.find((at) => typed[at]?.type === "AE");
    if (drug === undefined || effect === undefined)
      throw new DataError(
        `document "${id}" has a relation that does not join a drug and an effect: correct it`,
      );
    return [lastWord.get(typed[drug]!.end)!, lastWord.get(typed[effect]!.end)!];
  });
  return { id, words: words.map(({ start, end }) => text.slice(start, end).toLowerCase()), tags, pairs };
}

/** The sentences of a work: what is trained on, what it is validated on, and the test. */
export interface Corpus {
  readonly train: readonly TaggedSentence[];
  readonly validation: readonly TaggedSentence[];
  readonly test: readonly TaggedSentence[];
}

/** Where the sentences come from. */
export interface CorpusSettings {
  readonly train: string;
  readonly test: string;
  /** At most so many of either, from the beginning; for tests and small experiments. */
  readonly limit?: number;
}

/** A tenth of the training sentences, the same for every seed of training (appendix: seed 42). */
export function splitValidation(sentences: readonly TaggedSentence[]): Pick<Corpus, "train" | "validation"> {
  const order = new Random(42).fork("validation").shuffle(sentences.map((_, at) => at));
  const held = new Set(order.slice(0, Math.floor(sentences.length / 10)));
  return {
    train: sentences.filter((_, at) => !held.has(at)),
    validation: sentences.filter((_, at) => held.has(at)),
  };
}

/** Opens both parts of the corpus. */
export async function openCorpus({ train, test, limit = Infinity }: CorpusSettings): Promise<Corpus> {
  const of = async (name: string): Promise<TaggedSentence[]> =>
    taggedSentences(await openDocuments(name as Parameters<typeof openDocuments>[0])).slice(0, limit);
  return { ...splitValidation(await of(train)), test: await of(test) };
}

/** The relations that join two different words: a pair of one word has no vector to learn. */
export function properPairs({ pairs }: TaggedSentence): readonly (readonly [number, number])[] {
  return pairs.filter(([drug, effect]) => drug !== effect);
}
