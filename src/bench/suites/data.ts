// `relata bench data`: readers on files as big as published ones get.

import * as path from "node:path";
import { writeOpenNreLines } from "../cases/data";
import type { Suite } from "../plan";

const LINES = 500_000;

/** Half a million OpenNRE lines in at most 15 s (and 1 GB, which the peak of the row shows). */
export const dataSuite: Suite = {
  name: "data",
  summary: "reading half a million OpenNRE lines",
  rows: [
    {
      name: `read ${LINES} OpenNRE lines`,
      unit: "s",
      goal: 15,
      ours: { module: "data", make: "openNreCase" },
      options: { lines: LINES },
      prepare: (folder) => {
        const file = path.join(folder, "lines.txt");
        writeOpenNreLines(file, LINES);
        return Promise.resolve({ file });
      },
    },
  ],
};
