import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import type { Sentence } from "../../src/data";
import { startEngine } from "../../src/engine";
import { getModel } from "../../src/models";
import { contextWords, drawSpanWords, spanWordVectors, type ContextWords } from "../../src/relations";
import { encodeSentence, loadTokenizer, mentionBatch, type Tokenizer } from "../../src/text";

let tokenizer: Tokenizer;
beforeAll(async () => {
  await startEngine();
  tokenizer = loadTokenizer(await getModel("tiny"));
  tokenizer.addMarkers();
});

function sentence(text: string, head: string, tail: string): Sentence {
  const span = (words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
  return { id: text, text, head: span(head), tail: span(tail) };
}

const wordsOf = (one: Sentence, words: ContextWords, places: readonly number[]): string[] => {
  const { encoding, text } = encodeSentence(tokenizer, one);
  return places.map((place) => {
    expect(words.all).toContain(place);
    const word = encoding.wordOf(place);
    const pieces = encoding.tokens.flatMap((_, at) =>
      encoding.wordOf(at) === word ? [encoding.charactersOf(at)!] : [],
    );
    return text.slice(pieces[0]!.start, pieces.at(-1)!.end);
  });
};

describe("context words", () => {
  it("are the first pieces of words that are no mention, marker, punctuation or special token", () => {
    const one = sentence("Long ago, Ada Byron wrote to Charles about engines.", "Ada Byron", "Charles");
    const words = contextWords(encodeSentence(tokenizer, one), tokenizer);
    expect(wordsOf(one, words, words.all)).toEqual(["Long", "ago", "wrote", "to", "about", "engines"]);
    expect(words.distance).toEqual([2, 1, 0, 0, 1, 2]);
  });

  it("are punctuation where there is nothing else, and none where there is nothing", () => {
    const dotted = contextWords(encodeSentence(tokenizer, sentence("Ada, Bob.", "Ada", "Bob")), tokenizer);
    expect(dotted.all).toHaveLength(2);
    const bare = contextWords(encodeSentence(tokenizer, sentence("Ada Bob", "Ada", "Bob")), tokenizer);
    expect(bare.all).toEqual([]);
  });
});

describe("drawn span words", () => {
  const many: ContextWords = { all: [2, 5, 7, 9, 11], distance: [2, 1, 0, 0, 1] };

  it("are different places in order, each as likely as the others", () => {
    const drawn = drawSpanWords(
      Array.from({ length: 3000 }, () => many),
      2,
      new Random(1),
    );
    const counts = new Map<number, number>();
    for (let row = 0; row < 3000; row++) {
      const [a, b] = [drawn[2 * row]!, drawn[2 * row + 1]!];
      expect(a).toBeLessThan(b);
      for (const place of [a, b]) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    for (const place of many.all) expect(counts.get(place)! / 3000).toBeCloseTo(0.4, 1);
  });

  it("come from the gap first, then from the nearest around it", () => {
    const between = (count: number): number[] => [...drawSpanWords([many], count, new Random(2), "between")];
    expect(between(2)).toEqual([7, 9]);
    expect(between(4)).toEqual([5, 7, 9, 11]);
    expect([7, 9]).toContain(between(1)[0]);
  });

  it("are drawn again where there are too few, and the first token where there are none [R2]", () => {
    expect([
      ...drawSpanWords(
        [
          { all: [4], distance: [0] },
          { all: [], distance: [] },
        ],
        3,
        new Random(3),
      ),
    ]).toEqual([4, 4, 4, 0, 0, 0]);
    expect(drawSpanWords([many], 0, new Random(3))).toHaveLength(0);
    expect(() => drawSpanWords([many], 1.5, new Random(3))).toThrow(OptionError);
  });
});

describe("the vector of eq. 2", () => {
  it("is the states of both markers and of the span words, side by side", () => {
    const sentences = [
      sentence("Ada wrote to Bob", "Ada", "Bob"),
      sentence("Eva left Rome again", "Eva", "Rome"),
    ];
    const batch = mentionBatch(
      sentences.map((one) => encodeSentence(tokenizer, one)),
      tokenizer.padId,
    );
    const states = Float32Array.from({ length: batch.size * batch.length * 3 }, (_, at) => at);
    const last = tf.tensor3d(states, [batch.size, batch.length, 3]);
    const vectors = spanWordVectors(last, batch, Int32Array.of(4, 0));
    const state = (row: number, place: number): number[] =>
      [0, 1, 2].map((k) => (row * batch.length + place) * 3 + k);
    expect(vectors.arraySync()).toEqual(
      [0, 1].map((row) => [
        ...state(row, batch.headStart[row]!),
        ...state(row, batch.tailStart[row]!),
        ...state(row, [4, 0][row]!),
      ]),
    );
  });
});
