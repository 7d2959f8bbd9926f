import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { DataError, OptionError } from "../../src/core";
import type { Document } from "../../src/data";
import {
  documentBatch,
  documentMarkers,
  encodeDocument,
  loadTokenizer,
  markDocument,
  type DocumentOptions,
} from "../../src/text";
import { fixtureFolder } from "../support/fixtures";

/** A document from text with `<a>mention</a>`; each letter is an entity. */
function documentOf(tagged: string): Document {
  let text = "";
  const open = new Map<string, number[]>();
  const mentions: { start: number; end: number }[] = [];
  const entities = new Map<string, number[]>();
  for (const part of tagged.split(/(<\/?[a-z]>)/)) {
    const tag = /^<(\/?)([a-z])>$/.exec(part);
    if (tag === null) text += part;
    else if (tag[1] === "") open.set(tag[2]!, [...(open.get(tag[2]!) ?? []), text.length]);
    else {
      mentions.push({ start: open.get(tag[2]!)!.pop()!, end: text.length });
      entities.set(tag[2]!, [...(entities.get(tag[2]!) ?? []), mentions.length - 1]);
    }
  }
  return {
    id: "d",
    text,
    sentences: [],
    mentions,
    entities: [...entities].sort().map(([id, own]) => ({ id, mentions: own })),
    relations: [],
  };
}

const tokenizers = Object.fromEntries(
  ["bert", "roberta"].map((name) => {
    const tokenizer = loadTokenizer(path.join(fixtureFolder, "encoders", name));
    tokenizer.addMarkers(documentMarkers());
    return [name, tokenizer];
  }),
);
const bert = tokenizers["bert"]!;

describe("markDocument", () => {
  it.each([
    ["<a>Ada</a> met <b>Bob</b>.", [], "[E] Ada [/E] met [E] Bob [/E]."],
    ["<a>Ada</a> met <b>Bob</b>.", [0], "[E] [BLANK] [/E] met [E] Bob [/E]."],
    ["<a>Ada</a><b>Bob</b>", [], "[E] Ada [/E][E] Bob [/E]"],
    ["<a>the <b>city</b> Paris</a>", [], "[E] the [E] city [/E] Paris [/E]"],
    ["<a>the <b>city</b> Paris</a> is", [1], "[E] the [E] [BLANK] [/E] Paris [/E] is"],
    ["<a>the <b>city</b> Paris</a> is", [0], "[E] [BLANK][E] [BLANK] [/E] [/E] is"],
    ["<a><b>x</b></a> y", [0], "[E] [BLANK] [/E] y"],
    ["<a>one <b>two</a> three</b>.", [], "[E] one [E] two [/E] three [/E]."],
  ])("%s without %j", (tagged, hidden, wanted) => {
    const { text, places } = markDocument(documentOf(tagged), { hidden: new Set(hidden) });
    expect(text).toBe(wanted);
    for (const { start, end, marker } of places) expect(text.slice(start, end)).toBe(marker);
  });

  it("leaves text without markers as it is, but for hidden entities", () => {
    const document = documentOf("<a>Ada</a> met <b>Bob</b>.");
    expect(markDocument(document, { markers: "none" }).text).toBe("Ada met Bob.");
    expect(markDocument(document, { markers: "none", hidden: new Set([1]) }).text).toBe("Ada met [BLANK].");
  });

  it("says where each mention is, between its markers", () => {
    const { text, mentions } = markDocument(documentOf("<a>the <b>city</b> Paris</a> and <a>it</a>"));
    expect(mentions.map(({ start, end }) => text.slice(start, end))).toEqual([
      "city",
      "the [E] city [/E] Paris",
      "it",
    ]);
  });

  it("refuses an unknown style", () => {
    expect(() => markDocument(documentOf("<a>Ada</a>"), { markers: "typed" as never })).toThrow(OptionError);
  });
});

describe.each(["bert", "roberta"])("encodeDocument with %s", (name) => {
  const tokenizer = tokenizers[name]!;
  const seen = (tagged: string, options: DocumentOptions = {}) => {
    const { ids, mentions, isCut } = encodeDocument(tokenizer, documentOf(tagged), options);
    return {
      isCut,
      mentions: mentions.map((mention) =>
        mention === undefined
          ? undefined
          : [
              tokenizer.tokenOf(ids[mention.at]!),
              tokenizer.decode(ids.slice(mention.start, mention.end)).trim(),
            ],
      ),
    };
  };

  it("places every mention", () => {
    expect(seen("<a>the city</a> of <b>the river</b>, <a>the city</a>.")).toEqual({
      isCut: false,
      mentions: [
        ["[E]", "the city"],
        ["[E]", "the river"],
        ["[E]", "the city"],
      ],
    });
  });

  it("places mentions without markers at their pieces", () => {
    const tagged = "<a>the city</a> of <b>the river</b>.";
    const { mentions } = seen(tagged, { markers: "none" });
    expect(mentions.map((mention) => mention?.[1])).toEqual(["the city", "the river"]);
    const document = encodeDocument(tokenizer, documentOf(tagged), { markers: "none" });
    for (const mention of document.mentions) expect(mention!.at).toBe(mention!.start);
  });

  it("loses mentions beyond the cut, and keeps what is left of one that is cut", () => {
    const whole = encodeDocument(tokenizer, documentOf("<a>one</a> <b>the river and the city</b> <c>x</c>"));
    const second = whole.mentions[1]!;
    const cut = encodeDocument(tokenizer, documentOf("<a>one</a> <b>the river and the city</b> <c>x</c>"), {
      maxLength: second.start + 2 + 2,
    });
    expect(cut.isCut).toBe(true);
    expect(cut.mentions[1]).toEqual({ ...second, end: second.start + 2 });
    expect(cut.mentions[2]).toBeUndefined();
  });

  it("puts one [BLANK] in place of a hidden mention", () => {
    const { mentions } = encodeDocument(tokenizer, documentOf("<a>the city</a> of <b>it</b>"), {
      hidden: new Set([0]),
    });
    const [hidden] = mentions;
    expect(hidden!.end - hidden!.start).toBe(1);
  });
});

describe("documentBatch", () => {
  const padId = bert.padId;
  const words = (count: number): string => new Array(count).fill("x").join(" ");

  it("takes a document that fits as one row, and only the entities that pairs name", () => {
    const first = encodeDocument(bert, documentOf("<a>one</a> <b>two</b> <c>three</c> <c>it</c>"));
    const second = encodeDocument(bert, documentOf("<a>one</a> <b>two</b>"));
    const batch = documentBatch([first, second], [pair(0, 2, 0), pair(1, 0, 1)], { padId });
    expect(batch.size).toBe(2);
    expect(batch.windowRows).toBeUndefined();
    expect(batch.slots).toBe(2);
    expect(batch.entitiesOf).toEqual([
      [0, 2],
      [0, 1],
    ]);
    expect([...batch.pairs]).toEqual([1, 0, 2, 3]);
    expect([...batch.mentions.entity]).toEqual([0, 1, 1, 2, 3]);
    const ids = [...batch.mentions.at].map((at, index) => batch.ids[(index < 3 ? 0 : batch.length) + at]);
    expect(new Set(ids)).toEqual(new Set([bert.idOf("[E]")]));
  });

  it.each([
    ["two windows", 60, 40],
    ["four windows", 100, 32],
  ])("shows every place of a long document in one or two windows: %s", (_name, length, window) => {
    const encoded = encodeDocument(bert, documentOf(`<a>one</a> ${words(length)} <b>two</b>`));
    const short = encodeDocument(bert, documentOf("<a>one</a> <b>two</b>"));
    const batch = documentBatch([encoded, short], [pair(0, 0, 1), pair(1, 0, 1)], { padId, window });
    expect(batch.length).toBe(window);
    const whole = [encoded, short].map(({ before, ids, after }) => [...before, ...ids, ...after]);
    expect(batch.documentLength).toBe(whole[0]!.length);
    whole.forEach((ids, document) => {
      for (let at = 0; at < batch.documentLength; at++) {
        const place = 2 * (document * batch.documentLength + at);
        const shown = [batch.windowRows![place]!, batch.windowRows![place + 1]!].filter((row) => row >= 0);
        expect(shown.length > 0).toBe(at < ids.length);
        for (const row of shown) expect(batch.ids[row]).toBe(ids[at]);
      }
    });
    const first = batch.windowRows!.filter((row) => row >= 0);
    expect(new Set(first).size).toBe(first.length);
  });

  it("says which pairs lost an entity", () => {
    const encoded = encodeDocument(bert, documentOf(`<a>one</a> <c>x</c> ${words(30)} <b>two</b>`), {
      maxLength: 20,
    });
    const batch = documentBatch([encoded], [pair(0, 0, 1), pair(0, 0, 2)], { padId });
    expect(batch.isVisible).toEqual([false, true]);
  });

  it("refuses entities that are not there, and windows without room", () => {
    const encoded = encodeDocument(bert, documentOf("<a>one</a> <b>two</b>"));
    expect(() => documentBatch([encoded], [pair(0, 0, 2)], { padId })).toThrow(DataError);
    expect(() => documentBatch([encoded], [pair(0, 0, 1)], { padId, window: 2 })).toThrow(OptionError);
    expect(() => encodeDocument(bert, documentOf("<a>one</a>"), { maxLength: 2 })).toThrow(OptionError);
  });
});

const pair = (document: number, head: number, tail: number) => ({ document, head, tail });
