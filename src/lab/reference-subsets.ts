// The training sentences of SemEval on which PyTorch was run for comparison, by id.

import * as fs from "node:fs";
import * as path from "node:path";
import { OptionError, projectFolder } from "../core";

interface SubsetsFile {
  readonly onePercent: number;
  readonly idsBySeed: readonly (readonly number[])[];
}

/**
 * Ids of the 1 % and 10 % subsets of SemEval's training split for seed 0, 1 or 2; 1 % lies in 10 %.
 *
 * @example train.byIds(referenceSubsets(0)["10 %"])
 */
export function referenceSubsets(seed: number): {
  readonly "1 %": readonly number[];
  readonly "10 %": readonly number[];
} {
  const file = path.join(projectFolder, "datasets", "semeval2010-task8", "reference-subsets.json");
  const { onePercent, idsBySeed } = JSON.parse(fs.readFileSync(file, "utf8")) as SubsetsFile;
  const ids = idsBySeed[seed];
  if (ids === undefined)
    throw new OptionError(
      `there is no reference subset for seed ${seed}: there are seeds 0 to ${idsBySeed.length - 1}`,
    );
  return { "1 %": ids.slice(0, onePercent), "10 %": ids };
}
