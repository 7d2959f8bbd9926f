// Sentences of ours for tests: drugs, effects and which had which, with words that a small tokenizer spells in letters.

import * as path from "node:path";
import { Random } from "../../../src/core";
import { DocumentSet, type Document, type Mention } from "../../../src/data";
import { fixtureFolder } from "../../support/fixtures";

/** A folder with a small BERT of random weights and its tokenizer. */
export const smallBert = path.join(fixtureFolder, "encoders", "bert");
/** A small CharacterBERT of random weights. */
export const smallCharacterBert = path.join(fixtureFolder, "encoders", "character_bert");

/** A document of words; mentions are [type, first word, last word + 1], relations [effect, drug] among them. */
export function documentOf(
  id: string,
  words: readonly string[],
  spans: readonly (readonly [type: string, start: number, end: number])[],
  pairs: readonly (readonly [effect: number, drug: number])[],
): Document {
  const starts: number[] = [];
  let text = "";
  for (const word of words) {
    if (text !== "") text += " ";
    starts.push(text.length);
    text += word;
  }
  const places = words.map((word, at) => ({ start: starts[at]!, end: starts[at]! + word.length }));
  const mentions = spans.map(([type, start, end]): Mention => ({
    start: places[start]!.start,
    end: places[end - 1]!.end,
    type,
  }));
  return {
    id,
    text,
    sentences: [{ start: 0, end: text.length }],
    words: places,
    mentions,
    entities: mentions.map((_, at) => ({ id: String(at), mentions: [at] })),
    relations: pairs.map(([head, tail]) => ({
      head,
      tail,
      headMention: head,
      tailMention: tail,
      relation: "Adverse-Effect",
    })),
  };
}

const FILLERS = ["the", "was", "seen", "a", "in", "dog"];

/** Sentences "... EFFECT after DRUG, not DRUG ...": the drug behind "after" had it, the one behind "not" had not. */
export function drugSentences(count: number, seed = 1): DocumentSet {
  const random = new Random(seed).fork("drug sentences");
  const filler = (most: number): string[] =>
    Array.from({ length: 1 + random.integer(most) }, () => random.choice(FILLERS));
  const documents = Array.from({ length: count }, (_, at) => {
    const before = filler(3);
    const effect = ["bad", random.choice(["rash", "pain", "fever"])];
    const words = [...before, ...effect, "after", random.choice(["xan", "yol", "zim"]), "not"];
    const drug = words.length - 2;
    words.push(random.choice(["xan", "yol", "zim"]), ...filler(3));
    const spans: [string, number, number][] = [
      ["Adverse-Effect", before.length, before.length + 2],
      ["Drug", drug, drug + 1],
      ["Drug", drug + 2, drug + 3],
    ];
    return documentOf(`s${at}`, words, spans, [[0, 1]]);
  });
  return DocumentSet.from(documents, { name: "drug sentences" });
}
