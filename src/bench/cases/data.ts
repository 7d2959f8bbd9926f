// What `relata bench data` measures: reading a big file of OpenNRE lines.

import * as fs from "node:fs";
import { readOpenNre, streamSentences } from "../../data";
import { memoryOf } from "../process-memory";

/** How the file is read: as a set that holds all sentences, or as a stream that holds one. */
interface ReadingOptions {
  readonly file: string;
  readonly lines: number;
  readonly form: "set" | "stream";
}

interface Reading {
  run(): number | void;
  dispose(): void;
}

/** Reads the whole file once a run; a wrong number of sentences is an error. */
export function openNreCase({ file, lines, form }: ReadingOptions): Reading {
  return {
    run() {
      const length = form === "set" ? readOpenNre(file).length : streamSentences(file, "opennre").count();
      if (length !== lines) throw new Error(`read ${length} sentences of ${lines}`);
    },
    dispose() {},
  };
}

/** Reads the file once in the life of the process; the figure is the most memory it held, in MB. */
export function openNreMemoryCase(options: ReadingOptions): Reading {
  const reading = openNreCase(options);
  let megabytes: number | undefined;
  return {
    ...reading,
    run() {
      if (megabytes !== undefined) return megabytes;
      reading.run();
      const peak = memoryOf("self", "VmHWM");
      if (peak === undefined) throw new Error("this system does not tell the peak memory of a process");
      return (megabytes = peak / 1e6);
    },
  };
}

const WORDS =
  "the report of a small river town says that many people moved there again after seven dry years".split(" ");

/** Writes invented OpenNRE lines: 18 words, two mentions, one of 53 relations. */
export function writeOpenNreLines(file: string, lines: number): void {
  const handle = fs.openSync(file, "w");
  try {
    for (let index = 0; index < lines; index++) {
      const token = WORDS.map((word, place) => `${word}${(index * 7 + place * 13) % 97}`);
      const head = index % 10;
      const record = {
        token,
        h: { name: token[head], id: `Q${index % 50_000}`, pos: [head, head + 1] },
        t: { name: token[15], id: `Q${index % 3_001}`, pos: [15, 17] },
        relation: `/relation/${index % 53}`,
      };
      fs.writeSync(handle, `${JSON.stringify(record)}\n`);
    }
  } finally {
    fs.closeSync(handle);
  }
}
