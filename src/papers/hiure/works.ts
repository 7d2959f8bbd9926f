// What the runs of HiURE do, by name.

import type { Work } from "../../experiments";
import { frozenWork, linksWork, selfOreWork, typesWork } from "./work-baselines";
import { answerWork, mapWork, treeWork } from "./work-clusters";
import { trainWork } from "./work-train";

/** Every work. */
export const works: Readonly<Record<string, Work>> = {
  train: trainWork,
  answer: answerWork,
  tree: treeWork,
  map: mapWork,
  frozen: frozenWork,
  types: typesWork,
  links: linksWork,
  "self-ore": selfOreWork,
};
