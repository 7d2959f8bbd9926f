// What `relata bench data` measures: reading a big file of OpenNRE lines.

import * as fs from "node:fs";
import { readOpenNre } from "../../data";

/** Reads the whole file once a run; a wrong number of sentences is an error. */
export function openNreCase({ file, lines }: { readonly file: string; readonly lines: number }): {
  run(): void;
  dispose(): void;
} {
  return {
    run() {
      const { length } = readOpenNre(file);
      if (length !== lines) throw new Error(`read ${length} sentences of ${lines}`);
    },
    dispose() {},
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
