// The openings of published sentences as hashes: what lets a test find others' sentences without keeping any of them.
// With a new data set in RELATA_DATA, store them anew:
// node -r ts-node/register/transpile-only -e 'require("./test/house/published-openings.ts").storeOpenings()'

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { allCards, DocumentSet, openAny, splitsHere, textOf, type AnySet } from "../../src/data";

/** How many words of a sentence are its opening; shorter sentences are no one's. */
const WORDS = 8;
const HASH_BYTES = 5;
const FILE = path.join(__dirname, "published-openings.bin");

/** The words of a text as they are compared: letters and digits, in lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function hashOf(words: readonly string[]): number {
  const digest = createHash("sha256").update(words.join(" ")).digest();
  return digest.readUIntBE(0, HASH_BYTES);
}

/** The hash of a sentence's opening, or undefined where it is too short. */
export function openingOf(sentence: string): number | undefined {
  const words = wordsOf(sentence).slice(0, WORDS);
  return words.length < WORDS ? undefined : hashOf(words);
}

/** The stretches of a text whose hashes are known, wherever in it they begin. */
export function knownOpeningsIn(text: string, known: ReadonlySet<number>): string[] {
  const words = wordsOf(text);
  const found: string[] = [];
  for (let at = 0; at + WORDS <= words.length; at++) {
    const stretch = words.slice(at, at + WORDS);
    if (known.has(hashOf(stretch))) found.push(stretch.join(" "));
  }
  return found;
}

/** All sentences of a set; for documents, those that the source marks. */
function sentencesIn(set: AnySet): string[] {
  if (!(set instanceof DocumentSet)) return set.items.map(({ text }) => text);
  return set.items.flatMap(({ text, sentences }) => sentences.map((span) => textOf(text, span)));
}

/** The openings of all sentences of the published data sets that are on this machine. */
export async function openingsHere(): Promise<ReadonlySet<number>> {
  const openings = new Set<number>();
  const isRead = new Set<string>();
  const cards = allCards().filter(({ facts }) => !facts.isBuiltIn && facts.form !== "resource");
  for (const card of cards) {
    for (const split of splitsHere(card)) {
      // Folds are read from the file that the whole set is read from.
      const [file = ""] = card.facts.splits[split]?.files ?? [];
      if (isRead.has(`${card.name}/${file}`)) continue;
      isRead.add(`${card.name}/${file}`);
      const set = await openAny(`${card.name}/${split}`, { mayDownload: false });
      sentencesIn(set)
        .flatMap((sentence) => openingOf(sentence) ?? [])
        .forEach((opening) => openings.add(opening));
    }
  }
  return openings;
}

/** The stored hashes: sorted, each as its distance from the one before, seven bits a byte. */
export function storedOpenings(): ReadonlySet<number> {
  const openings = new Set<number>();
  let [last, distance, scale] = [0, 0, 1];
  for (const byte of fs.readFileSync(FILE)) {
    distance += (byte & 127) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    last += distance;
    openings.add(last);
    [distance, scale] = [0, 1];
  }
  return openings;
}

/** Stores the openings of what is on this machine, in place of those stored. */
export async function storeOpenings(): Promise<number> {
  const bytes: number[] = [];
  let last = 0;
  const sorted = [...(await openingsHere())].sort((a, b) => a - b);
  for (const opening of sorted) {
    let distance = opening - last;
    last = opening;
    for (; distance >= 128; distance = Math.floor(distance / 128)) bytes.push((distance % 128) + 128);
    bytes.push(distance);
  }
  fs.writeFileSync(FILE, Buffer.from(bytes));
  return sorted.length;
}
