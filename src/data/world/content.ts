// What the world is made of: names, relations, wording and parameters, read from `datasets/world`.

import * as path from "node:path";
import { createHash } from "node:crypto";
import { projectFolder, readBytes } from "../../core";
import type { SourceFile } from "../sets/provenance";

/** The six types of entities. */
export type EntityType = "person" | "organisation" | "place" | "work" | "drug" | "condition";

/** Ways of saying one relation; `{h}` and `{t}` are its mentions, `[a|b]` a choice, `~` room for an adverbial. */
export interface RelationContent {
  readonly head: readonly EntityType[];
  readonly tail: readonly EntityType[];
  /** How frequent the relation is, beside the others. */
  readonly share: number;
  readonly isSymmetric?: boolean;
  /** The relation that says the same from tail to head. */
  readonly inverse?: string;
  readonly headFirst?: readonly string[];
  readonly tailFirst?: readonly string[];
  readonly hints?: readonly string[];
  readonly nearMisses?: readonly string[];
}

/** Ways of saying that several relations share: which one is meant, the sentence alone does not tell. */
export interface SharedContent {
  readonly relations: readonly string[];
  readonly headFirst: readonly string[];
  readonly tailFirst: readonly string[];
}

interface RelationsFile {
  readonly types: readonly EntityType[];
  readonly parents: Readonly<Record<string, readonly string[]>>;
  readonly relations: Readonly<Record<string, RelationContent>>;
  readonly shared: readonly SharedContent[];
}

/** What stands around a statement, and sentences that state nothing of their pair. */
export interface Clauses {
  readonly leads: readonly string[];
  readonly adverbials: readonly string[];
  readonly tails: readonly string[];
  readonly topics: Readonly<Record<string, readonly string[]>>;
  readonly joins: readonly string[];
  readonly appositions: Readonly<Record<EntityType, readonly string[]>>;
  /** By "any", or by the types of head and tail, such as "work person". */
  readonly distractors: Readonly<Record<string, readonly string[]>>;
}

/** Syllables and patterns of the invented names. */
export interface NameContent {
  readonly onsets: readonly string[];
  readonly vowels: readonly string[];
  readonly codas: readonly string[];
  readonly endings: Readonly<Record<EntityType, readonly string[]>>;
  /** Given names; many people bear each. */
  readonly given: readonly string[];
  readonly organisation: { readonly kinds: readonly string[]; readonly patterns: readonly string[] };
  readonly work: Readonly<Record<"adjectives" | "nouns" | "patterns", readonly string[]>>;
  readonly condition: Readonly<Record<"adjectives" | "nouns" | "patterns", readonly string[]>>;
  readonly months: readonly string[];
  readonly years: readonly [number, number];
}

/** A sentence of drugs (`d1`), effects (`e1`) and conditions (`c1`), and which effect each drug has in it. */
export interface EffectStructure {
  readonly text: string;
  readonly pairs: readonly string[];
}

interface EffectsFile {
  readonly structures: readonly EffectStructure[];
  readonly adverbials: readonly string[];
  readonly leads: readonly string[];
  readonly tails: readonly string[];
}

/** Numbers of items by split. */
export type SplitSizes = Readonly<Record<string, number>>;

/** Default numbers of items of each view. */
export interface WorldSizes {
  readonly bags: SplitSizes;
  readonly distantDocuments: SplitSizes;
  readonly unlabelled: SplitSizes;
  readonly drugEffects: SplitSizes;
  readonly documents: SplitSizes;
  /** Sentences of `text()`. */
  readonly text: number;
}

/** Everything that makes the world what it is, beside the seed. */
export interface WorldParameters {
  readonly version: number;
  readonly entities: Readonly<Record<EntityType, number>>;
  readonly facts: number;
  readonly secondRelation: number;
  /** How many entities and facts each part of the world has, as a share of the numbers above. */
  readonly poolShare: Readonly<Record<PoolName, number>>;
  readonly rates: Readonly<Record<RateName, number>>;
  /** What a sentence does that does not state the relation of its label; shares that sum to 1. */
  readonly noise: { readonly comention: number; readonly nearMiss: number; readonly otherRelation: number };
  readonly noiseRate: number;
  /** Share of bags without relation, and of sentences in a bag: one, two, ... */
  readonly bagNone: number;
  readonly bagSize: readonly number[];
  readonly sizes: WorldSizes;
}

/** Parts of the world that share no entity. */
export type PoolName = "train" | "dev" | "test" | "text";

/** How often something is added to a sentence. */
export type RateName =
  | "lead"
  | "adverbial"
  | "tail"
  | "topic"
  | "hint"
  | "hintOfShared"
  | "apposition"
  | "alias"
  | "secondPair"
  | "shared"
  | "phrasingDecay";

/** All contents of `datasets/world`, with the checksums of the files. */
export interface WorldContent extends RelationsFile {
  readonly clauses: Clauses;
  readonly names: NameContent;
  readonly effects: EffectsFile;
  readonly parameters: WorldParameters;
  readonly files: readonly SourceFile[];
}

/** The files that make the world, in `datasets/world`. */
export const WORLD_FILES = [
  "relations.json",
  "clauses.json",
  "names.json",
  "drug-effects.json",
  "parameters.json",
] as const;

const loaded = new Map<string, WorldContent>();

/** The contents of `datasets/world` (or of another folder with files of the same names), read once. */
export function worldContent(folder = path.join(projectFolder, "datasets", "world")): WorldContent {
  const content = loaded.get(folder) ?? readContent(folder);
  loaded.set(folder, content);
  return content;
}

function readContent(folder: string): WorldContent {
  const files: SourceFile[] = [];
  const read = <T>(name: (typeof WORLD_FILES)[number]): T => {
    const file = path.join(folder, name);
    const bytes = readBytes(file);
    files.push({ file, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length });
    return JSON.parse(bytes.toString("utf8")) as T;
  };
  return {
    ...read<RelationsFile>("relations.json"),
    clauses: read<Clauses>("clauses.json"),
    names: read<NameContent>("names.json"),
    effects: read<EffectsFile>("drug-effects.json"),
    parameters: read<WorldParameters>("parameters.json"),
    files,
  };
}

/** One number for the whole content: another hash is another world. */
export function worldHash({ files }: WorldContent = worldContent()): string {
  const hash = createHash("sha256");
  for (const { sha256 } of files) hash.update(sha256);
  return hash.digest("hex").slice(0, 16);
}
