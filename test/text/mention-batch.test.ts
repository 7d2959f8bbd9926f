import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { DataError, DISPLAY, OptionError, Random } from "../../src/core";
import type { Sentence } from "../../src/data/sentence";
import {
  encodeSentence,
  encodeSentences,
  loadTokenizer,
  markersFor,
  markSentence,
  type SentenceOptions,
  type Tokenizer,
  windowOf,
} from "../../src/text";
import { fixtureFolder } from "../support/fixtures";

/** A sentence from text with `<h>head</h>` and `<t>tail</t>`; the tags may be nested or cross. */
function sentenceOf(tagged: string, types: { head?: string; tail?: string } = {}): Sentence {
  const places: Record<string, number> = {};
  let text = "";
  for (const part of tagged.split(/(<\/?[ht]>)/)) {
    if (/^<\/?[ht]>$/.test(part)) places[part] = text.length;
    else text += part;
  }
  const mention = (tag: string, type?: string) => ({
    start: places[`<${tag}>`]!,
    end: places[`</${tag}>`]!,
    ...(type === undefined ? {} : { type }),
  });
  return { id: "s", text, head: mention("h", types.head), tail: mention("t", types.tail) };
}

function tokenizerOf(name: string): Tokenizer {
  const tokenizer = loadTokenizer(path.join(fixtureFolder, "encoders", name));
  tokenizer.addMarkers();
  return tokenizer;
}

const bert = tokenizerOf("bert");
const roberta = tokenizerOf("roberta");

/** Pieces of both mentions and of the places where they start. */
function seen(sentence: Sentence, options: SentenceOptions = {}, tokenizer = bert) {
  const { encoding, headStart, tailStart, headSpan, tailSpan } = encodeSentence(tokenizer, sentence, options);
  const { tokens } = encoding;
  return {
    tokens: tokens.join(" "),
    starts: [tokens[headStart], tokens[tailStart]],
    head: tokens.slice(headSpan.start, headSpan.end).join(" "),
    tail: tokens.slice(tailSpan.start, tailSpan.end).join(" "),
  };
}

describe("markSentence", () => {
  it.each([
    ["<h>Ada</h> met <t>Bob</t>.", "[E1] Ada [/E1] met [E2] Bob [/E2]."],
    ["<t>Ada</t> met <h>Bob</h>.", "[E2] Ada [/E2] met [E1] Bob [/E1]."],
    ["<h>the <t>city</t> paris</h>", "[E1] the [E2] city [/E2] paris [/E1]"],
    ["<t><h>the</h> city</t>", "[E2] [E1] the [/E1] city [/E2]"],
    ["<h>the <t>city</t></h>", "[E1] the [E2] city [/E2] [/E1]"],
    ["<h><t>city</t></h>", "[E1] [E2] city [/E2] [/E1]"],
    ["<h>the <t>city</h> paris</t>", "[E1] the [E2] city [/E1] paris [/E2]"],
    ["<h>Ada</h><t>Bob</t>", "[E1] Ada [/E1][E2] Bob [/E2]"],
    ["drug-<h>induced</h>-<t>pain</t>", "drug-[E1] induced [/E1]-[E2] pain [/E2]"],
  ])("marks %s", (tagged, wanted) => {
    const sentence = sentenceOf(tagged);
    const { text, places, spans } = markSentence(sentence);
    expect(text).toBe(wanted);
    for (const { start, end, marker } of places) expect(text.slice(start, end)).toBe(marker);
    const plain = (marked: string): string => marked.replace(/\[E[12]\] | \[\/E[12]\]/g, "");
    for (const role of ["head", "tail"] as const) {
      const marked = text.slice(spans[role].start, spans[role].end);
      expect(plain(marked)).toBe(sentence.text.slice(sentence[role].start, sentence[role].end));
    }
    expect(plain(text)).toBe(sentence.text);
  });

  it("refuses a span outside the sentence", () => {
    const sentence = { ...sentenceOf("<h>a</h> <t>b</t>"), tail: { start: 2, end: 9 } };
    expect(() => markSentence(sentence)).toThrow(DataError);
    expect(() => encodeSentence(bert, sentence, { markers: "none" })).toThrow(
      /tail span \[2, 9\) lies outside its 3 characters/,
    );
  });
});

describe("encodeSentence", () => {
  it("finds markers and mentions", () => {
    expect(seen(sentenceOf("the <h>company</h> in <t>paris</t> ."))).toEqual({
      tokens: "[CLS] the [E1] co ##mp ##an ##y [/E1] in [E2] paris [/E2] . [SEP]",
      starts: ["[E1]", "[E2]"],
      head: "co ##mp ##an ##y",
      tail: "paris",
    });
  });

  it("finds mentions without markers", () => {
    expect(seen(sentenceOf("the <h>company</h> in <t>paris</t> ."), { markers: "none" })).toEqual({
      tokens: "[CLS] the co ##mp ##an ##y in paris . [SEP]",
      starts: ["co", "paris"],
      head: "co ##mp ##an ##y",
      tail: "paris",
    });
  });

  it("leaves text alone that looks like a marker", () => {
    const { tokens, starts } = seen(sentenceOf("the [E1] [/E2] <h>[E1]</h> in <t>paris</t>"));
    expect(starts).toEqual(["[E1]", "[E2]"]);
    expect(tokens.split(" ").filter((token) => /^\[\/?E[12]\]$/.test(token))).toEqual([
      "[E1]",
      "[/E1]",
      "[E2]",
      "[/E2]",
    ]);
    expect(seen(sentenceOf("[E2] <h>the</h> <t>city</t>"), { markers: "none" }).tokens).not.toContain("[E2]");
  });

  it("marks by type, also where there is none", () => {
    const tokenizer = tokenizerOf("bert");
    const sentences = [sentenceOf("<h>the</h> <t>city</t>", { head: "ORG" })];
    expect(markersFor(sentences, "typed")).toEqual(["[/E1:ORG]", "[/E2:ENTITY]", "[E1:ORG]", "[E2:ENTITY]"]);
    expect(markersFor(sentences, "none")).toEqual([]);
    expect(markersFor(sentences, "entity")).toEqual(["[E1]", "[/E1]", "[E2]", "[/E2]"]);
    expect(() => encodeSentence(tokenizer, sentences[0]!, { markers: "typed" })).toThrow(
      /the tokenizer has no marker "\[E1:ORG\]", it has \[E1\], \[\/E1\], \[E2\], \[\/E2\]: call tokenizer\.addMarkers/,
    );
    tokenizer.addMarkers(markersFor(sentences, "typed"));
    expect(seen(sentences[0]!, { markers: "typed" }, tokenizer).tokens).toBe(
      "[CLS] [E1:ORG] the [/E1:ORG] [E2:ENTITY] city [/E2:ENTITY] [SEP]",
    );
  });

  it.each([
    ["<h>the <t>city</t> paris</h>", "the [E2] city [/E2] paris", "city"],
    ["<h>the <t>city</h> paris</t>", "the [E2] city", "city [/E1] paris"],
    ["<h>the</h><t>city</t>", "the", "city"],
    ["<h><t>city</t></h>", "[E2] city [/E2]", "city"],
  ])("handles %s", (tagged, head, tail) => {
    expect(seen(sentenceOf(tagged))).toMatchObject({ head, tail });
  });

  it("gives a mention without pieces its marker, or its neighbour", () => {
    const sentence = sentenceOf("the <h>\u200b</h> in <t>paris</t>");
    expect(seen(sentence)).toMatchObject({ head: "[E1]", tail: "paris" });
    expect(seen(sentence, { markers: "none" })).toMatchObject({ head: "in", tail: "paris" });
    expect(seen(sentenceOf("<h>\u200b</h><t>\u200b</t>"), { markers: "none", maxLength: 8 })).toMatchObject({
      tokens: "[CLS] [SEP]",
    });
  });

  it.each(["bert", "roberta"] as const)(
    "has the ids of the marked text, as the tokenizer of %s encodes it",
    (name) => {
      const tokenizer = name === "bert" ? bert : roberta;
      const random = new Random(`marked:${name}`);
      const words = ["the", "company", "café", "🙂", "北京", "don't", "(", "paris", ".", "in-two", "Ω"];
      for (let round = 0; round < 200; round++) {
        const text = Array.from({ length: 2 + random.integer(8) }, () => random.choice(words)).join(" ");
        const span = (): { start: number; end: number } => {
          const start = random.integer(text.length);
          return { start, end: start + 1 + random.integer(Math.min(9, text.length - start)) };
        };
        const sentence: Sentence = { id: `${round}`, text, head: span(), tail: span() };
        const { encoding, text: marked } = encodeSentence(tokenizer, sentence);
        const whole = tokenizer.encode(marked);
        expect([encoding.ids, encoding.offsets, encoding.wordIds]).toEqual([
          whole.ids,
          whole.offsets,
          whole.wordIds,
        ]);
      }
    },
  );

  it("leaves RoBERTa's pieces of the rest as they are without markers", () => {
    const sentence = sentenceOf("the <h>company</h> in <t>paris</t> .");
    const plain = roberta.encode(sentence.text).tokens.join(" ");
    const { tokens } = encodeSentence(roberta, sentence).encoding;
    expect(tokens.filter((token) => !/^\[\/?E[12]\]$/.test(token)).join(" ")).toBe(plain);
  });

  it("shows mentions in colour, escaped", () => {
    const html = String(encodeSentence(bert, sentenceOf("<h>the</h> < <t>city</t>"))[DISPLAY]()["text/html"]);
    expect(html).toContain('title="id 56, head"');
    expect(html).toContain('title="id 132, tail"');
    expect(html).toContain('title="id 200, marker"');
    expect(html).toContain('title="id 2, special"');
  });
});

describe("a sentence longer than the encoder reads", () => {
  const long = (before: number, between: number, after: number): Sentence =>
    sentenceOf(`${"a ".repeat(before)}<h>the</h>${" b".repeat(between)} <t>city</t>${" c".repeat(after)}`);

  it("keeps both mentions in the middle of their context", () => {
    expect(seen(long(50, 1, 50), { maxLength: 14 }).tokens).toBe(
      "[CLS] a a a [E1] the [/E1] b [E2] city [/E2] c c [SEP]",
    );
    expect(seen(long(1, 1, 50), { maxLength: 14 }).tokens).toBe(
      "[CLS] a [E1] the [/E1] b [E2] city [/E2] c c c c [SEP]",
    );
    expect(seen(long(50, 1, 0), { maxLength: 12 }).tokens).toBe(
      "[CLS] a a a [E1] the [/E1] b [E2] city [/E2] [SEP]",
    );
    expect(seen(long(50, 0, 50), { maxLength: 8, markers: "none" }).tokens).toBe(
      "[CLS] a a the city c c [SEP]",
    );
  });

  it("drops the middle of what lies between, when that alone is too long", () => {
    const sentence = sentenceOf("<h>the</h> a b c d e f g h <t>city</t>");
    expect(seen(sentence, { maxLength: 12 })).toEqual({
      tokens: "[CLS] [E1] the [/E1] a b g h [E2] city [/E2] [SEP]",
      starts: ["[E1]", "[E2]"],
      head: "the",
      tail: "city",
    });
  });

  it("cuts long mentions from their ends and keeps a piece of each", () => {
    const sentence = sentenceOf("x <h>a b c d e f</h> y <t>g h i j</t> z");
    expect(seen(sentence, { maxLength: 10 })).toMatchObject({
      tokens: "[CLS] [E1] a b [/E1] [E2] g h [/E2] [SEP]",
      head: "a b",
      tail: "g h",
    });
    expect(seen(sentence, { maxLength: 8 })).toMatchObject({
      tokens: "[CLS] [E1] a [/E1] [E2] g [/E2] [SEP]",
      head: "a",
      tail: "g",
    });
    expect(() => encodeSentence(bert, sentence, { maxLength: 7 })).toThrow(
      /maxLength is 7, expected a whole number of at least 8/,
    );
    expect(() => encodeSentence(bert, sentence, { maxLength: 3, markers: "none" })).toThrow(OptionError);
  });

  it("fills the room, in order, with every marker and both mentions, whatever the sentence", () => {
    const random = new Random("windows");
    for (let round = 0; round < 300; round++) {
      const sentence = long(random.integer(12), random.integer(12), random.integer(12));
      const count = encodeSentence(bert, sentence).encoding.length;
      const maxLength = 8 + random.integer(24);
      const { encoding, isCut, headSpan, tailSpan } = encodeSentence(bert, sentence, { maxLength });
      expect(encoding.length).toBe(Math.min(count, maxLength));
      expect(isCut).toBe(count > maxLength);
      const starts = encoding.offsets.slice(1, -1).map(([start]) => start);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      expect(encoding.tokens.filter((token) => /^\[\/?E[12]\]$/.test(token))).toHaveLength(4);
      expect([encoding.tokens[headSpan.start], encoding.tokens[tailSpan.start]]).toEqual(["the", "city"]);
    }
  });

  it("keeps everything where there is room", () => {
    expect(windowOf({ count: 3, room: 3, markers: [], mentions: [{ start: 0, end: 1 }] })).toEqual([0, 1, 2]);
  });
});

describe("encodeSentences", () => {
  const sentences = [
    sentenceOf("the <h>company</h> in <t>paris</t> ."),
    sentenceOf("<t>the</t> <h>city</h>"),
  ];

  it("makes a batch with the places of the mentions", () => {
    const batch = encodeSentences(bert, sentences);
    expect(batch).toMatchObject({ size: 2, length: 14 });
    expect([...batch.ids.slice(14)]).toEqual([2, 202, 56, 203, 200, 132, 201, 3, 0, 0, 0, 0, 0, 0]);
    expect([...batch.mask.slice(14)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...batch.headStart, ...batch.tailStart]).toEqual([2, 4, 9, 1]);
    expect([...batch.headSpan]).toEqual([3, 7, 5, 6]);
    expect([...batch.tailSpan]).toEqual([10, 11, 2, 3]);
    expect(batch.typeIds.every((type) => type === 0)).toBe(true);
  });

  it("pads as asked", () => {
    expect(encodeSentences(bert, sentences, { padTo: "max", maxLength: 20 }).length).toBe(20);
    expect(encodeSentences(bert, sentences, { padTo: 8 }).length).toBe(16);
    expect(encodeSentences(bert, [], {})).toMatchObject({ size: 0, length: 0 });
    expect([...encodeSentences(roberta, sentences).ids].slice(-1)).toEqual([1]);
  });
});
