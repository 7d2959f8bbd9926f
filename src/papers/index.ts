// The papers that can be reproduced, by their short names.

import { OptionError, unknownName } from "../core";
import type { Paper, ProfileName, Target } from "../experiments";
import { clgs } from "./clgs";
import { finecl } from "./finecl";
import { hiclre } from "./hiclre";
import { hiure } from "./hiure";
import { mccl } from "./mccl";

/** Every paper, in the order in which they are reproduced. */
export const PAPERS: readonly Paper[] = [hiure, hiclre, clgs, mccl, finecl];

/** A paper by its short name. */
export function findPaper(short: string): Paper {
  const found = PAPERS.find((paper) => paper.short === short);
  if (found !== undefined) return found;
  throw unknownName(
    "paper",
    short,
    PAPERS.map((paper) => paper.short),
  );
}

/**
 * The experiments an id means: `all`, a paper (`hiure`), or one of its tables or figures (`hiure/T1a`). With a profile,
 * `all` and a paper leave out what the profile reproduces only by its own id.
 */
export function targetsOf(id: string, profile?: ProfileName): readonly Target[] {
  const [short, experiment, ...rest] = id.split("/");
  if (rest.length > 0) throw new OptionError(`"${id}" is no experiment: write PAPER/ID, such as hiure/T1a`);
  const papers = short === "all" ? PAPERS : [findPaper(short!)];
  const wanted = (paper: Paper) => {
    if (experiment !== undefined) return [paper.experiment(experiment)];
    return profile === undefined ? paper.experiments : paper.wholeIn(profile);
  };
  return papers.flatMap((paper) => wanted(paper).map((one) => ({ paper, experiment: one })));
}
