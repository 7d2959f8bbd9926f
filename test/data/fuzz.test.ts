// Valid files of every format, broken at random: a reader gives valid items or a DataError that names the file. It never
// hangs, crashes, or gives spans outside the text.

import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError, Random } from "../../src/core";
import { checkDocument, checkSentence, type DocumentSet, type SentenceSet } from "../../src/data";
import { FORMATS, isLines } from "./fuzz-formats";
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
      return otherEncoding(valid, random);
  }
}

/** The file as another program may have saved it, whole or cut: in other encodings, packed, or packed twice. */
function otherEncoding(valid: Buffer, random: Random): Buffer {
  const text = valid.toString("utf8");
  switch (random.integer(6)) {
    case 0:
      return Buffer.from(text, "utf16le");
    case 1:
      return Buffer.from(`\uFEFF${text}`, "utf16le");
    case 2:
      return Buffer.from(`\uFEFF${text}`, "utf16le").swap16();
    case 3:
      return Buffer.from(text, "latin1");
    case 4:
      return gzipSync(gzipSync(valid));
    default: {
      const packed = gzipSync(valid);
      return packed.subarray(0, random.integer(packed.length));
    }
  }
}

/** Whether an error says where: a line, a record by number or name, or that the whole file is no text. */
function saysWhere(error: DataError, format: string): boolean {
  if (error.place.line !== undefined) return true;
  const rest = error.message.slice((error.place.file ?? "").length);
  if (/^: (not UTF-8|broken gzip)/.test(rest)) return true;
  return (
    !isLines(format) && /^: (record|instance|document) |field "|^: split_1: |^: \d+ relations/.test(rest)
  );
}

function check(set: SentenceSet | DocumentSet): void {
  for (const item of set.items) {
    const whole = "head" in item ? checkSentence(item) : checkDocument(item);
    for (const { start, end } of whole.words ?? [])
      if (!(start >= 0 && start <= end && end <= whole.text.length))
        throw new Error(`word [${start}, ${end})`);
  }
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
        const isShort = error.message.length <= file.length + 400;
        if (!error.message.includes(file) || !isShort || !saysWhere(error, name))
          throw new Error(`unclear: ${error.message.slice(0, 600)} in ${context()}`);
        faults++;
      }
    }
    expect(faults).toBeGreaterThan(MUTATIONS / 20);
  });

  it.each(FORMATS)(
    "%s: a line of a million characters gives valid items or one clear error",
    (name, read, content) => {
      const file = path.join(folder, "huge.txt");
      const cases = ["x", "[", '{"a":', "9", "<e1>", "<a>", "\t", "|", " "].flatMap((unit) => {
        const huge = unit.repeat(Math.ceil(1_000_000 / unit.length));
        return [`${content}\n${huge}`, content.replace(/[A-Za-z]{2,}/, (word) => word + huge)];
      });
      for (const [round, whole] of cases.entries()) {
        fs.rmSync(file, { force: true });
        fs.writeFileSync(file, whole);
        try {
          check(read(file, {}));
        } catch (error) {
          if (!(error instanceof DataError)) throw new Error(`${name}, case ${round}`, { cause: error });
          expect(error.message.length).toBeLessThan(file.length + 400);
          expect(error.message).toContain(file);
        }
      }
    },
  );
});
