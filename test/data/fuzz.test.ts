// Valid files of every format, broken at random: a reader gives valid items or a DataError that names the file. It never
// hangs, crashes, or gives spans outside the text.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { DataError, Random } from "../../src/core";
import { checkDocument, checkSentence, DocumentSet, type SentenceSet } from "../../src/data";
import { FORMATS } from "./fuzz-formats";
import { temporaryFolder } from "./temporary";

const MUTATIONS = 2_000;

const JUNK = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\t",
  "\n",
  "\r",
  "|",
  "<",
  ">",
  "<e1>",
  "</e2>",
  "&",
  "-1",
  "99999999999",
  "1e9",
  "null",
  "true",
  "0.5",
  "\u0000",
  "\uFEFF",
  "\u{1F600}",
  "%",
  "{}",
  "[]",
  '""',
  "###END###",
];

/** One mutation of a file's bytes. */
function mutate(valid: Buffer, random: Random): Buffer {
  const at = random.integer(valid.length + 1);
  const to = Math.min(valid.length, at + 1 + random.integer(20));
  const [before, inside, after] = [valid.subarray(0, at), valid.subarray(at, to), valid.subarray(to)];
  switch (random.integer(9)) {
    case 0:
      return Buffer.from(before);
    case 1:
      return Buffer.concat([before, inside, inside, after]);
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, Buffer.from(random.shuffle([...inside])), after]);
    case 4:
      return Buffer.concat([before, Buffer.from(random.choice(JUNK)), inside, after]);
    case 5:
      return Buffer.concat([before, Buffer.from([random.integer(256), random.integer(256)]), after]);
    case 6: {
      const numbers = [...valid.toString("latin1").matchAll(/\d+/g)];
      if (numbers.length === 0) return Buffer.from(valid);
      const number = random.choice(numbers);
      const start = number.index ?? 0;
      const other = random.choice([
        "-1",
        "0",
        "1",
        "2",
        "7",
        "100",
        '"1"',
        "1.5",
        "null",
        "99999999999999999999",
      ]);
      return Buffer.concat([
        valid.subarray(0, start),
        Buffer.from(other),
        valid.subarray(start + number[0].length),
      ]);
    }
    case 7:
      return Buffer.concat([
        before,
        Buffer.from(random.choice(JUNK).repeat(1 + random.integer(3_000))),
        after,
      ]);
    default:
      return random.integer(2) === 0
        ? Buffer.from(valid.toString("utf8"), "utf16le")
        : Buffer.from(valid.toString("utf8"), "latin1");
  }
}

function check(set: SentenceSet | DocumentSet): void {
  if (set instanceof DocumentSet) for (const document of set) checkDocument(document);
  else for (const sentence of set) checkSentence(sentence);
}

describe("broken files", () => {
  const folder = temporaryFolder();

  it.each(FORMATS)("%s: every mutation gives valid items or one clear error", (name, read, content) => {
    const valid = Buffer.from(content);
    const file = path.join(folder, "mutated.txt");
    fs.writeFileSync(file, valid);
    expect(read(file, {}).length).toBeGreaterThan(0);
    const random = new Random(`fuzz ${name}`);
    let faults = 0;
    for (let round = 0; round < MUTATIONS; round++) {
      const broken = mutate(round % 3 === 0 ? mutate(valid, random) : valid, random);
      // Removed first: some file systems wait for the disk when a file is written over.
      fs.rmSync(file);
      fs.writeFileSync(file, broken);
      const context = (): string =>
        `round ${round}: ${JSON.stringify(broken.toString("latin1").slice(0, 400))}`;
      try {
        check(read(file, { onFault: round % 2 === 0 ? "throw" : "collect" }));
      } catch (error) {
        if (!(error instanceof DataError)) throw new Error(context(), { cause: error });
        if (!error.message.includes(file) || error.message.length > file.length + 400)
          throw new Error(`unclear: ${error.message.slice(0, 600)} in ${context()}`);
        faults++;
      }
    }
    expect(faults).toBeGreaterThan(MUTATIONS / 20);
  });
});
