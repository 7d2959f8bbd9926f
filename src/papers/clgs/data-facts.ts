// What Tables 1, 5 and 6 count, from the corpus itself.

import { DataError } from "../../core";
import { openDocuments } from "../../data";
import type { Json } from "../../experiments";
import { TAGS, taggedSentences } from "./corpus";

/** Sentences in a batch of Table 5. */
const BATCH = 16;

/** Relations and entities on both sides of one fold. */
async function countFold(fold: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const part of ["train", "test"] as const) {
    const { items } = await openDocuments("ade", { split: `fold-${fold}-${part}`, mayDownload: false });
    counts[`${part}_relations`] = items.reduce((sum, { relations }) => sum + relations.length, 0);
    counts[`${part}_entities`] = items.reduce((sum, { mentions }) => sum + mentions.length, 0);
  }
  return counts;
}

/** Words of each tag in the whole corpus, and in the mean batch of 16 sentences. */
async function countTags(): Promise<Record<string, number>> {
  const sentences = taggedSentences(await openDocuments("ade", { split: "all", mayDownload: false }));
  const counts = new Map<string, number>(TAGS.map((tag) => [tag, 0]));
  for (const { tags } of sentences) for (const tag of tags) counts.set(tag, counts.get(tag)! + 1);
  return Object.fromEntries(
    TAGS.flatMap((tag) => [
      [tag, counts.get(tag)!],
      [`${tag} a batch`, (BATCH * counts.get(tag)!) / sentences.length],
    ]),
  );
}

/** Counts of ADE; `null` where the corpus is not on this machine, which is no failure: the built-in world needs none. */
export async function countCorpus(settings: { readonly fold?: number }): Promise<Json> {
  try {
    return settings.fold === undefined ? await countTags() : await countFold(settings.fold);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
