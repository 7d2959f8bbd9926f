// A little corpus for tests: two relations with two phrasings each, entities that come back, and documents about them.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Random } from "../../../src/core";
import { DocumentSet, type Document, type Mention } from "../../../src/data";
import { newEncoder, readEncoderConfig, saveEncoder } from "../../../src/encoders";
import { PairModel, type PairModelOptions } from "../../../src/papers/mccl/pairs/pair-model";
import { fixtureFolder } from "../../support/fixtures";

const WAYS = { near: ["is near", "lies by"], owns: ["owns", "has"] } as const;
const PEOPLE = ["paris", "river", "dog", "house", "car", "book"];
const THINGS = ["city", "lake", "bone", "room", "wheel", "page"];

/** Documents of two sentences; relations by a fixed rule of the two entities, other pairs hold none. */
export function smallDocuments(count: number, seed = 0): DocumentSet {
  const random = new Random(seed).fork("small documents");
  const documents = Array.from({ length: count }, (_, index): Document => {
    let text = "";
    const mentions: Mention[] = [];
    const entities: { id: string; type: string; mentions: number[] }[] = [];
    const sentences: { start: number; end: number }[] = [];
    const relations: { head: number; tail: number; relation: string }[] = [];
    const put = (name: string, type: string): number => {
      const id = `${type}:${name}`;
      let position = entities.findIndex((entity) => entity.id === id);
      if (position < 0) position = entities.push({ id, type, mentions: [] }) - 1;
      entities[position]!.mentions.push(mentions.length);
      mentions.push({ start: text.length, end: text.length + name.length, type });
      text += name;
      return position;
    };
    for (let sentence = 0; sentence < 2; sentence++) {
      const start = text.length;
      const [a, b] = [random.integer(PEOPLE.length), random.integer(THINGS.length)];
      const relation = (a + b) % 2 === 0 ? "near" : "owns";
      text += "the ";
      const head = put(PEOPLE[a]!, "A");
      text += ` ${random.choice(WAYS[relation])} the `;
      const tail = put(THINGS[b]!, "B");
      text += " . ";
      sentences.push({ start, end: text.length });
      if (!relations.some((one) => one.head === head && one.tail === tail))
        relations.push({ head, tail, relation });
    }
    return { id: `d${seed}-${index}`, text, sentences, mentions, entities, relations };
  });
  return DocumentSet.from(documents, { name: "small" });
}

let folder: string | undefined;

/** A folder with a small encoder of random weights, masked-language head included, and its tokenizer. */
export function smallEncoderFolder(): string {
  if (folder !== undefined) return folder;
  const source = path.join(fixtureFolder, "encoders", "bert");
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mccl-"));
  for (const file of fs.readdirSync(source))
    if (/tokenizer|vocab|special/.test(file))
      fs.copyFileSync(path.join(source, file), path.join(folder, file));
  const encoder = newEncoder(readEncoderConfig(source), new Random(1), { maskedHead: true });
  saveEncoder(encoder, folder);
  encoder.dispose();
  return folder;
}

/** A pair model with that encoder. */
export function smallModel(seed = 0, options: PairModelOptions = {}): Promise<PairModel> {
  return PairModel.load(smallEncoderFolder(), new Random(seed), options);
}
