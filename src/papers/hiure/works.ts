// What the runs of HiURE do, by name.

import type { Work } from "../../experiments";
import { frozenWork, linksWork, selfOreWork, typesWork } from "./work-baselines";
import { answerWork, kMeansWork, mapWork, treeWork } from "./work-clusters";
import { embedWork, trainWork } from "./work-train";

/** Every work. */
export const works: Readonly<Record<string, Work>> = {
  train: trainWork,
  embed: embedWork,
  answer: answerWork,
  "k-means": kMeansWork,
  tree: treeWork,
  map: mapWork,
  frozen: frozenWork,
  types: typesWork,
  links: linksWork,
  "self-ore": selfOreWork,
};
