// `relata bench data`: readers on files as big as published ones get.

import * as path from "node:path";
import { writeOpenNreLines } from "../cases/data";
import type { BenchOptions, RowPlan, Suite } from "../plan";

const LINES = 500_000;
const ONCE = 1;

async function prepare(folder: string): Promise<BenchOptions> {
  const file = path.join(folder, "lines.txt");
  writeOpenNreLines(file, LINES);
  return { file };
}

/** Time of reading the lines as a set or a stream, and the memory that it takes. */
function rows(form: "set" | "stream", seconds: number, megabytes: number): RowPlan[] {
  const verb = form === "set" ? "read" : "stream";
  const options = { lines: LINES, form };
  return [
    {
      name: `${verb} ${LINES} OpenNRE lines`,
      unit: "s",
      goal: seconds,
      ours: { module: "data", make: "openNreCase" },
      options,
      prepare,
    },
    {
      name: `${verb} ${LINES} OpenNRE lines: memory at most`,
      unit: "MB",
      goal: megabytes,
      rounds: ONCE,
      ours: { module: "data", make: "openNreMemoryCase" },
      options,
      prepare,
    },
  ];
}

/** Half a million OpenNRE lines in at most 15 s and 1 GB as a set; as a stream in memory that does not grow. */
export const dataSuite: Suite = {
  name: "data",
  summary: "reading half a million OpenNRE lines, whole and as a stream",
  rows: [...rows("set", 15, 1000), ...rows("stream", 15, 250)],
};
