import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "vitest";
import { loadTokenizer } from "../../src/text";
import { eachCase, fixtureEntry, fixtureFolder } from "../support/fixtures";
import { newFile } from "../weights/folder";

interface UnicodeCase {
  readonly name: string;
  readonly folder: string;
  readonly change: Record<string, unknown>;
  readonly encodings: [ids: number[], offsets: number[], words: number[]][];
}

const FILE = "tokenizer/unicode.json";

eachCase<UnicodeCase>(
  FILE,
  ({ folder, change, encodings }) => {
    const { list: texts } = fixtureEntry<{ list: string[] }>(FILE, "texts");
    const source = path.join(fixtureFolder, "encoders", folder, "tokenizer.json");
    const json = JSON.parse(fs.readFileSync(source, "utf8")) as object;
    const changed = newFile("tokenizer.json", JSON.stringify({ ...json, ...change }));
    const tokenizer = loadTokenizer(path.dirname(changed));
    const found = texts.map((text) => {
      const encoding = tokenizer.encode(text);
      return [text, encoding.ids, encoding.offsets.flat(), encoding.wordIds.map((word) => word ?? -1)];
    });
    expect(found).toEqual(texts.map((text, index) => [text, ...encodings[index]!]));
  },
  "tokenizers",
);
