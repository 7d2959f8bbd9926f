// The built-in world: one seed, one knowledge base, five views of it, and a negative control.

import { createHash } from "node:crypto";
import { OptionError, unknownName } from "../../core";
import type { Triple } from "../builders/distant";
import type { DocumentSet } from "../sets/document-set";
import type { SentenceSet } from "../sets/sentence-set";
import { worldContent, type PoolName, type SplitSizes, type WorldContent, type WorldSizes } from "./content";
import { distantDocumentSets, documentSets, type DocumentForm } from "./document-views";
import { drugEffectSets } from "./drug-effects";
import { buildPools, type Pool } from "./knowledge";
import { bagSets, unlabelledSets, type ViewSource } from "./sentence-views";
import { parentIn } from "./sentences";
import { worldText } from "./text";

/** How a world is built. */
export interface WorldOptions extends Partial<WorldSizes> {
  /** Default 1, the frozen world of the experiments. */
  readonly seed?: number | string;
  /** True for the negative control: no noise, one way of saying a relation, types that say nothing, a flat tree. */
  readonly control?: boolean;
}

/** Which part of a view; default "train". */
export interface PartOptions {
  readonly split?: string;
}

/** A part of a view and the share of its labels that the texts do not state; default 0.4, in the control 0. */
export interface NoisyOptions extends PartOptions {
  readonly noise?: number;
}

/** Relations by parent. */
export type RelationTree = Readonly<Record<string, readonly string[]>>;

/**
 * A world. Training reads `relation` and `relations`; what the texts really state is in `truth`, for scoring alone.
 *
 * @example const bags = buildWorld({ seed: 1 }).bags({ split: "train", noise: 0.4 });
 */
export class World {
  private readonly source: ViewSource;
  private readonly made = new Map<string, Map<string, SentenceSet | DocumentSet>>();

  constructor(
    readonly content: WorldContent,
    readonly seed: number | string,
    readonly isControl: boolean,
    readonly sizes: WorldSizes,
  ) {
    this.source = {
      content,
      seed,
      isControl,
      pools: buildPools(content, { seed, isControl, scale: scaleOf(content, sizes) }),
    };
  }

  /** Leaf relations under their parents; in the control all under one, "relation". */
  get tree(): RelationTree {
    return this.isControl ? { relation: Object.keys(this.content.relations) } : this.content.parents;
  }

  /** All leaf relations, in the order of the tree. */
  get relations(): readonly string[] {
    return Object.values(this.tree).flat();
  }

  /** The parent of a leaf relation; "NA" is its own. */
  parentOf(relation: string): string {
    const parent = relation === "NA" ? "NA" : parentIn(this.tree, relation);
    if (parent === undefined) throw unknownName("relation", relation, this.relations);
    return parent;
  }

  /** The parts of the knowledge base; no two share an entity. */
  get pools(): Readonly<Record<PoolName, Pool>> {
    return this.source.pools;
  }

  /** All facts of all parts. */
  get triples(): readonly Triple[] {
    return Object.values(this.pools).flatMap(({ triples }) => triples);
  }

  /** Sentences under distant supervision, to be put into bags by `bagsOf`. Splits: train, dev, test. */
  bags({ split, noise = this.noise }: NoisyOptions = {}): SentenceSet {
    checkRate(noise);
    return this.part(`bags ${noise}`, split, () => bagSets(this.source, this.sizes.bags, noise));
  }

  /** Sentences that state one relation each. Splits: train, dev, test. */
  unlabelled({ split }: PartOptions = {}): SentenceSet {
    return this.part("unlabelled", split, () => unlabelledSets(this.source, this.sizes.unlabelled));
  }

  /** Short documents; "train" is labelled by alignment with the facts, "clean", "dev" and "test" by what they state. */
  distantDocuments({ split, noise = this.noise }: NoisyOptions = {}): DocumentSet {
    checkRate(noise);
    return this.part(`distant-documents ${noise}`, split, () =>
      distantDocumentSets(this.source, this.sizes.distantDocuments, noise),
    );
  }

  /** Sentences with drugs, their adverse effects and which had which. Splits: train, dev, test. */
  drugEffects({ split }: PartOptions = {}): DocumentSet {
    return this.part("drug-effects", split, () => drugEffectSets(this.source, this.sizes.drugEffects));
  }

  /** Longer documents, labelled by what they state; "unlabelled" ones repeat pairs for pre-training. */
  documents({
    split,
    form = "directed, multi-label",
  }: PartOptions & { readonly form?: DocumentForm } = {}): DocumentSet {
    return this.part(`documents ${form}`, split, () => documentSets(this.source, this.sizes.documents, form));
  }

  /** Unlabelled sentences of the world, one a line of pre-training; of entities that no other view's test has. */
  text({ sentences = this.sizes.text }: { readonly sentences?: number } = {}): readonly string[] {
    checkCount(sentences);
    return worldText(this.source, sentences);
  }

  /** A digest of every item of every view at its default noise: two worlds with one digest are the same, byte for byte. */
  digest(): string {
    const hash = createHash("sha256");
    const note = (sets: Iterable<SentenceSet | DocumentSet>): void => {
      for (const { items } of sets) hash.update(JSON.stringify(items));
    };
    const { noise, source, sizes } = this;
    note(bagSets(source, sizes.bags, noise).values());
    note(unlabelledSets(source, sizes.unlabelled).values());
    note(distantDocumentSets(source, sizes.distantDocuments, noise).values());
    note(drugEffectSets(source, sizes.drugEffects).values());
    note(documentSets(source, sizes.documents, "directed, multi-label").values());
    hash.update(this.text().join("\n"));
    return hash.digest("hex").slice(0, 16);
  }

  private get noise(): number {
    return this.isControl ? 0 : this.content.parameters.noiseRate;
  }

  private part<S extends SentenceSet | DocumentSet>(
    view: string,
    split = "train",
    make: () => Map<string, S>,
  ): S {
    let sets = this.made.get(view) as Map<string, S> | undefined;
    if (sets === undefined) this.made.set(view, (sets = make()));
    const set = sets.get(split);
    if (set === undefined) throw unknownName(`split of ${view.split(" ")[0]}`, split, [...sets.keys()]);
    return set;
  }
}

/** How much larger the knowledge base must be for views larger than usual; 1 for smaller ones. */
function scaleOf({ parameters }: WorldContent, sizes: WorldSizes): number {
  const largest = (size: SplitSizes): number => Math.max(...Object.values(size));
  const views = ["bags", "unlabelled", "distantDocuments", "drugEffects", "documents"] as const;
  return Math.max(1, ...views.map((view) => largest(sizes[view]) / largest(parameters.sizes[view])));
}

/** Sizes must be whole numbers, of views and splits that there are. */
function checkSizes(sizes: Partial<WorldSizes>, usual: WorldSizes): void {
  const known = new Map(Object.entries<SplitSizes | number>({ ...usual }));
  for (const [view, size] of Object.entries<SplitSizes | number | undefined>(sizes)) {
    const splits = known.get(view);
    if (splits === undefined) throw unknownName("view of the world", view, [...known.keys()]);
    if (size === undefined) continue;
    if (typeof size !== typeof splits)
      throw new OptionError(`size of ${view}: give ${JSON.stringify(splits)} or the like`);
    for (const [split, count] of typeof size === "number" ? [[view, size] as const] : Object.entries(size)) {
      if (typeof splits !== "number" && !(split in splits))
        throw unknownName(`split of ${view}`, split, Object.keys(splits));
      checkCount(count);
    }
  }
}

function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 0)
    throw new OptionError(`size ${count}: give whole numbers from 0`);
}

function checkRate(noise: number): void {
  if (!(noise >= 0 && noise <= 1)) throw new OptionError(`noise rate ${noise}: give a number from 0 to 1`);
}

/**
 * A world of a seed; sizes that are not given are those of the experiments.
 *
 * @example const sentences = buildWorld({ seed: 7, unlabelled: { train: 100, dev: 0, test: 50 } }).unlabelled();
 */
export function buildWorld({ seed = 1, control = false, ...sizes }: WorldOptions = {}): World {
  const content = worldContent();
  checkSizes(sizes, content.parameters.sizes);
  return new World(content, seed, control, { ...content.parameters.sizes, ...sizes });
}
