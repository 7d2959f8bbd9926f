// The world as the catalogue opens it: views and their splits by name, always of seed 1.

import * as path from "node:path";
import { DataError, unknownName } from "../../core";
import type { Provenance } from "../sets/provenance";
import { DocumentSet } from "../sets/document-set";
import { SentenceSet } from "../sets/sentence-set";
import { worldContent } from "./content";
import { World } from "./world";

/** Views by the names under which a data set of the world is opened. */
const VIEWS: Readonly<Record<string, (world: World, split: string) => SentenceSet | DocumentSet>> = {
  bags: (world, split) => world.bags({ split }),
  unlabelled: (world, split) => world.unlabelled({ split }),
  "distant-documents": (world, split) => world.distantDocuments({ split }),
  "drug-effects": (world, split) => world.drugEffects({ split }),
  documents: (world, split) => world.documents({ split }),
  "undirected-documents": (world, split) => world.documents({ split, form: "undirected, single-label" }),
};

const worlds = new Map<string, World>();

/** The world of seed 1 made from the files of a folder. */
function worldOf(folder: string, control: boolean): World {
  const key = `${folder} ${control}`;
  const content = worldContent(folder);
  const world = worlds.get(key) ?? new World(content, 1, control, content.parameters.sizes);
  worlds.set(key, world);
  return world;
}

/** Which part of the world a split of its cards is. */
export interface WorldSplit {
  readonly view: string;
  readonly part: string;
  readonly control: boolean;
}

/** A split of the world's cards, made from the files that its card names. */
export function openWorld(
  files: readonly string[],
  { name = "world", split }: { readonly name?: string; readonly split?: string },
  { view, part, control }: WorldSplit,
): SentenceSet | DocumentSet {
  const [file] = files;
  if (file === undefined) throw new DataError("the world without its files: correct the card");
  const make = VIEWS[view];
  if (make === undefined) throw unknownName("view of the world", view, Object.keys(VIEWS));
  const world = worldOf(path.dirname(file), control);
  const set = make(world, part);
  const provenance: Provenance = {
    name,
    ...(split === undefined ? {} : { split }),
    kind: "built-in",
    files: world.content.files,
    steps: [],
  };
  return set instanceof SentenceSet
    ? new SentenceSet(set.items, { provenance })
    : new DocumentSet(set.items, { provenance });
}
