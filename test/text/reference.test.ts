import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { loadTokenizer, padded, type Tokenizer } from "../../src/text";
import { minilm, withMinilm } from "../models/minilm";
import { eachCase, fixtureEntry, fixtureFile, fixtureFolder, markUsed } from "../support/fixtures";
import { newFolder } from "../weights/folder";
import {
  type DecodeCase,
  expectEqual,
  limitOf,
  type PaddingCase,
  type ReferenceCase,
  rowsOf,
} from "./reference";

function expectPadding(tokenizer: Tokenizer, wanted: PaddingCase): void {
  const { ids, mask, typeIds, length, size } = padded(tokenizer.encodeAll(wanted.texts), tokenizer.padId);
  expect(size).toBe(wanted.texts.length);
  expect(rowsOf(ids, length)).toEqual(wanted.ids);
  expect(rowsOf(mask, length)).toEqual(wanted.attention_mask);
  expect(typeIds.every((type) => type === 0)).toBe(true);
}

describe.each(["bert", "roberta"])("the tokenizer of %s", (name) => {
  const tokenizer = loadTokenizer(path.join(fixtureFolder, "encoders", name));
  const file = `encoders/${name}/tokenizer_cases.json`;

  eachCase<ReferenceCase>(file, (one) => expectEqual(tokenizer.encode(one.text), one), "encode");
  for (const list of ["pairs", "pair_truncation"])
    eachCase<ReferenceCase & { pair: string }>(
      file,
      (one) => expectEqual(tokenizer.encode(one.text, { pair: one.pair, ...limitOf(one) }), one),
      list,
    );
  eachCase<ReferenceCase>(
    file,
    (one) => expectEqual(tokenizer.encode(one.text, limitOf(one)), one),
    "truncation",
  );
  eachCase<DecodeCase>(
    file,
    ({ ids, skip_special_tokens: skipSpecialTokens, text }) =>
      expect(tokenizer.decode(ids, { skipSpecialTokens })).toBe(text),
    "decode",
  );

  it("pads a batch to its longest", () => {
    expectPadding(tokenizer, fixtureEntry<PaddingCase>(file, "batch_padding"));
  });

  it("is the same from vocabulary files as from tokenizer.json", () => {
    const folder = newFolder();
    const sources = name === "bert" ? ["vocab.txt", "special_tokens_map.json"] : ["vocab.json", "merges.txt"];
    for (const source of [...sources, "tokenizer_config.json"])
      fs.copyFileSync(path.join(fixtureFolder, "encoders", name, source), path.join(folder, source));
    const other = loadTokenizer(folder);
    for (const { text } of fixtureFile(file)["encode"] as ReferenceCase[]) {
      const [ours, theirs] = [other.encode(text), tokenizer.encode(text)];
      expect([ours.ids, ours.offsets, ours.wordIds]).toEqual([theirs.ids, theirs.offsets, theirs.wordIds]);
    }
  });

  it("is the same after saving and loading, markers included", () => {
    const first = loadTokenizer(path.join(fixtureFolder, "encoders", name));
    first.addMarkers();
    const folder = newFolder();
    first.save(folder);
    const second = loadTokenizer(folder);
    const text = "[E1] the company [/E1] was founded in [E2]paris [/E2]. <mask> [MASK]";
    expect(second.encode(text).tokens).toEqual(first.encode(text).tokens);
    expect([second.size, second.markers]).toEqual([first.size, first.markers]);
  });
});

const test = withMinilm;
const MINILM = "minilm/tokenization.json";

interface MarkerGroup {
  readonly added: string[];
  readonly ids: Record<string, number>;
  readonly cases: ReferenceCase[];
}

describe("the tokenizer of minilm", () => {
  const tokenizer = minilm === undefined ? undefined : loadTokenizer(minilm);
  const cases = <T>(list: string): { at: string; one: T }[] =>
    (fixtureFile(MINILM)[list] as T[]).map((one, index) => ({ at: `${list}[${index}]`, one }));

  test.each(cases<ReferenceCase>("strings"))("$at $one.text", ({ at, one }) => {
    markUsed(MINILM, at);
    expectEqual(tokenizer!.encode(one.text), one);
  });

  test.each(cases<ReferenceCase>("truncation"))("$at", ({ at, one }) => {
    markUsed(MINILM, at);
    expectEqual(tokenizer!.encode(one.text, limitOf(one)), one);
  });

  test.each(cases<ReferenceCase & { pair: string }>("pairs"))("$at", ({ at, one }) => {
    markUsed(MINILM, at);
    expectEqual(tokenizer!.encode(one.text, { pair: one.pair, ...limitOf(one) }), one);
  });

  test.each(cases<ReferenceCase & { words: string[] }>("pretokenized"))("$at", ({ at, one }) => {
    markUsed(MINILM, at);
    expectEqual(tokenizer!.encode(one.words), one);
  });

  test.each(cases<DecodeCase>("decode"))("$at", ({ at, one }) => {
    markUsed(MINILM, at);
    expect(tokenizer!.decode(one.ids, { skipSpecialTokens: one.skip_special_tokens })).toBe(one.text);
  });

  test.each(cases<MarkerGroup>("entity_markers"))("$at $one.added", ({ at, one }) => {
    markUsed(MINILM, at);
    const marked = loadTokenizer(minilm!);
    expect(marked.addMarkers(one.added)).toBe(one.added.length);
    expect(Object.fromEntries(one.added.map((marker) => [marker, marked.idOf(marker)]))).toEqual(one.ids);
    expect(one.cases.length).toBeGreaterThan(0);
    for (const each of one.cases) expectEqual(marked.encode(each.text), each);
  });

  test("pads a batch to its longest", () => {
    expectPadding(tokenizer!, fixtureEntry<PaddingCase>(MINILM, "batch_padding"));
  });
});
