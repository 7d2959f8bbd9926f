// BIO tags of words, for tagging entities: B- begins a mention, I- goes on in it, O is outside.

import { DataError } from "../../core";
import type { Document } from "../document";
import type { Mention } from "../sentence";

/** How tags are made. */
export interface TagOptions {
  /** Overlapping mentions: the "longest" wins (default), or the "later" in the list overwrites. */
  readonly overlap?: "longest" | "later";
}

/**
 * One tag for each word of a document, such as `B-Drug`. Tags cannot hold overlapping mentions: a mention that loses
 * is left out whole under "longest"; under "later" what is not overwritten of it stays.
 */
export function bioTags(document: Document, { overlap = "longest" }: TagOptions = {}): string[] {
  const { words, mentions, id } = document;
  if (words === undefined)
    throw new DataError(`document "${id}" has no words: tags need the words of the source`);
  const tags = words.map(() => "O");
  const order = mentions.map((mention, at) => ({ mention, at }));
  if (overlap === "longest")
    order.sort(
      (a, b) => lengthOf(b.mention) - lengthOf(a.mention) || a.mention.start - b.mention.start || a.at - b.at,
    );
  const startOf = new Map(words.map(({ start }, index) => [start, index]));
  for (const { mention } of order) {
    const covered = wordsOf(document, mention, startOf);
    if (overlap === "longest" && covered.some((word) => tags[word] !== "O")) continue;
    covered.forEach((word, at) => (tags[word] = `${at === 0 ? "B" : "I"}-${mention.type ?? "mention"}`));
  }
  return tags;
}

const lengthOf = ({ start, end }: Mention): number => end - start;

function wordsOf(
  { words = [], id }: Document,
  { start, end }: Mention,
  startOf: ReadonlyMap<number, number>,
): number[] {
  const first = startOf.get(start);
  const covered: number[] = [];
  for (let word = first ?? words.length; word < words.length && words[word]!.end <= end; word++)
    covered.push(word);
  const last = covered.at(-1);
  if (last === undefined || words[last]!.end !== end)
    throw new DataError(
      `document "${id}": mention [${start}, ${end}) does not begin and end with words: correct it`,
    );
  return covered;
}
