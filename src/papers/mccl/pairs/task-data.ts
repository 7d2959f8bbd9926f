// The data behind a task: splits with labels, and documents for pre-training whose labels are not looked at.

import { unknownName } from "../../../core";
import {
  buildWorld,
  entityName,
  openDocuments,
  type DocumentSet,
  type EntityKey,
  type World,
} from "../../../data";
import { idKey } from "./entity-key";
import { labelledPairs, pairScheme, type LabelledPairs } from "./labelled-pairs";

/** Which data: the world (or its negative control) in place of both data sets, or the data sets themselves. */
export type TaskName = "world" | "world-control" | "biored" | "re-docred";

/** One relation a pair without direction, as BioRED; or several with direction, as Re-DocRED. */
export type TaskForm = "single" | "multi";

/** A task and how much of it. */
export interface TaskSettings {
  readonly task: TaskName;
  readonly form: TaskForm;
  /** Most documents of each split, the first ones; null: all. */
  readonly documents: Readonly<Record<"train" | "dev" | "test", number | null>>;
}

const SPLITS: Readonly<Record<string, Readonly<Record<"train" | "dev" | "test", string>>>> = {
  biored: { train: "train", dev: "dev", test: "test" },
  // the training documents that are freely at hand; the whole training file is taken where there is one
  "re-docred": { train: "train-genrdk", dev: "dev", test: "test" },
};

const WORLD_FORMS = { single: "undirected, single-label", multi: "directed, multi-label" } as const;

// What was built is kept: a process does many runs on the same documents.
const worlds = new Map<boolean, World>();
const kept = new Map<string, TaskPairs>();

function worldOf(control: boolean): World {
  let world = worlds.get(control);
  if (world === undefined) worlds.set(control, (world = buildWorld({ control })));
  return world;
}

async function openSplit({ task, form }: TaskSettings, split: string): Promise<DocumentSet> {
  if (task === "world" || task === "world-control")
    return worldOf(task === "world-control").documents({ split, form: WORLD_FORMS[form] });
  const names = SPLITS[task];
  if (names === undefined)
    throw unknownName("task", task, ["world", "world-control", ...Object.keys(SPLITS)]);
  return openDocuments(task, { split: names[split as "train"] });
}

/** The labelled pairs of every split under the scheme of the training documents. */
export interface TaskPairs {
  readonly train: LabelledPairs;
  readonly dev: LabelledPairs;
  readonly test: LabelledPairs;
}

/** Opens the splits. Pairs without direction are candidates only where their types are joined in training [R16]. */
export async function taskPairs(settings: TaskSettings): Promise<TaskPairs> {
  const name = JSON.stringify(settings);
  const found = kept.get(name) ?? (await splitPairs(settings));
  kept.set(name, found);
  return found;
}

async function splitPairs(settings: TaskSettings): Promise<TaskPairs> {
  const isMultiLabel = settings.form === "multi";
  const cut = (set: DocumentSet, most: number | null): DocumentSet =>
    most === null ? set : set.slice(0, most);
  const [train, dev, test] = await Promise.all(
    (["train", "dev", "test"] as const).map(async (split) =>
      cut(await openSplit(settings, split), settings.documents[split]),
    ),
  );
  const scheme = pairScheme(train!, { isMultiLabel, byTypes: !isMultiLabel });
  const pairsOf = (set: DocumentSet): LabelledPairs => labelledPairs(set, scheme);
  return { train: pairsOf(train!), dev: pairsOf(dev!), test: pairsOf(test!) };
}

/** Documents for pre-training, and how their entities are named across documents. */
export interface PretrainingCorpus {
  readonly documents: DocumentSet;
  readonly keyOf: EntityKey;
}

/** The unlabelled part of the world; of a data set the training documents, whose labels nobody looks at. */
export async function pretrainingCorpus(settings: TaskSettings): Promise<PretrainingCorpus> {
  const { task } = settings;
  const isWorld = task === "world" || task === "world-control";
  const documents = await openSplit(settings, isWorld ? "unlabelled" : "train");
  return { documents, keyOf: task === "re-docred" ? entityName : idKey };
}
