// The common ground of sentence, document, pair and bag sets: immutable lists that know where they come from, and show it.

import {
  DataError,
  DISPLAY,
  escapeHtml,
  OptionError,
  Random,
  type Displayable,
  type MimeBundle,
} from "../../core";
import { fractions, type FractionOptions } from "../builders/fractions";
import { countBy, shareOut, stratify } from "../builders/strata";
import { cardIfKnown, DatasetCard } from "../catalogue/card";
import { shorten } from "../input/faults";
import { SetExplanation } from "./set-explanation";
import { provenanceOfMemory, sourceLine, titleOf, type Provenance } from "./provenance";
import { quantity } from "./table-view";

/** A seed, plainly or as an option; default 0. */
export type Seed = number | string | { readonly seed?: number | string };

/** The generator for a seed given either way. */
export function randomFrom(seed: Seed = 0): Random {
  return new Random(typeof seed === "object" ? (seed.seed ?? 0) : seed);
}

/** What every set keeps beside its items. */
export interface SetFacts {
  readonly provenance?: Provenance;
  /** Broken entries that the reader left out (`onFault: "collect"`). */
  readonly faults?: readonly DataError[];
  /** What the set shows: a table of counts, or its items. */
  readonly view?: "counts" | "items";
}

/** A part of what a set shows, for a terminal and for a notebook. */
export interface Shown {
  readonly text: string;
  readonly html: string;
}

/** An immutable list of items with ids; `Self` is the class that extends it. */
export abstract class ItemSet<Item extends { readonly id: string }, Self>
  implements Iterable<Item>, Displayable
{
  readonly items: readonly Item[];
  readonly provenance: Provenance;
  readonly faults: readonly DataError[];
  protected readonly view: "counts" | "items";
  private index: ReadonlyMap<string, Item> | undefined;

  constructor(items: Iterable<Item>, { provenance, faults = [], view = "counts" }: SetFacts = {}) {
    this.items = Object.freeze([...items]);
    this.provenance = provenance ?? provenanceOfMemory("unnamed");
    this.faults = faults;
    this.view = view;
  }

  /** A set of the same kind with other facts. */
  protected abstract remake(items: readonly Item[], facts: SetFacts): Self;
  /** What the items are called, in the plural. */
  protected abstract readonly noun: "sentences" | "documents" | "bags" | "pairs";
  /** What an item is, in one sentence. */
  protected abstract readonly form: string;
  /** The class of an item, for stratification and counts; one class for all where items have none. */
  abstract labelOf(item: Item): string;

  /** The numbers that a card compares. */
  abstract tally(): Readonly<Record<string, number>>;

  /** The item itself, or a `DataError` that says what in it is not right. */
  protected abstract checked(item: Item): Item;
  /** How many of what: the set in one line. */
  protected abstract summary(): string;
  protected abstract showCounts(): Shown;
  protected abstract showItems(): Shown;

  /** Both forms of what a notebook or a terminal shows: counts, or after `sample(n)` the items themselves. */
  [DISPLAY](): MimeBundle {
    const title = `${this.name}: ${this.summary()} (${this.source})`;
    const body = this.view === "items" ? this.showItems() : this.showCounts();
    const left = this.faults.length;
    const faults = left === 0 ? "" : `${quantity(left, "broken entries")} left out: see .faults`;
    return {
      "text/plain": [title, body.text, faults].filter((part) => part !== "").join("\n"),
      "text/html": `<div><p><b>${escapeHtml(title)}</b></p>${body.html}${faults === "" ? "" : `<p>${faults}</p>`}</div>`,
    };
  }

  protected next(items: readonly Item[], step: string, view = this.view): Self {
    const provenance = { ...this.provenance, steps: [...this.provenance.steps, step] };
    return this.remake(items, { provenance, faults: this.faults, view });
  }

  /** The data set's card: the published one, or what is known of a set of your own. */
  card(): DatasetCard {
    const { name, split = "all" } = this.provenance;
    const own = { format: "own", files: [], counts: { [this.noun]: this.length, labels: this.counts.size } };
    return (
      cardIfKnown(name) ??
      new DatasetCard({
        name,
        aliases: [],
        title: name,
        task: `${this.noun} of your own`,
        form: this.noun,
        licence: "yours",
        homes: [this.source],
        splits: { [split]: own },
        files: [],
        faults: [],
        labels: { [split]: Object.fromEntries(this.counts) },
      })
    );
  }

  /** Where the set came from, file by file with checksums, and the steps since. */
  explain(): SetExplanation {
    return new SetExplanation(this.form, this.length, this.provenance);
  }

  /** Number of items. */
  get length(): number {
    return this.items.length;
  }

  /** Name and split, such as `semeval2010-task8/train`. */
  get name(): string {
    return titleOf(this.provenance);
  }

  /** One line saying where the data were taken from. */
  get source(): string {
    return sourceLine(this.provenance);
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.items[Symbol.iterator]();
  }

  /** The item at a position; negative counts from the end; undefined outside. */
  at(position: number): Item | undefined {
    return this.items.at(position);
  }

  /** The ids, in order. */
  get ids(): readonly string[] {
    return this.items.map(({ id }) => id);
  }

  /** Number of items of each class, the most frequent first. */
  get counts(): ReadonlyMap<string, number> {
    return countBy(this.items, (item) => this.labelOf(item));
  }

  /** How many items pass the test; all without one. */
  count(test: (item: Item) => boolean = () => true): number {
    return this.items.reduce((sum, item) => sum + (test(item) ? 1 : 0), 0);
  }

  /** The items that pass the test. */
  filter(test: (item: Item, position: number) => boolean): Self {
    return this.next(this.items.filter(test), "filter");
  }

  /** As `filter`, with words of your own for the step that the provenance notes. */
  keep(test: (item: Item, position: number) => boolean, step: string): Self {
    return this.next(this.items.filter(test), step);
  }

  /** New items made from these, one each, checked. */
  map(change: (item: Item, position: number) => Item): Self {
    return this.next(
      this.items.map((item, position) => this.checked(change(item, position))),
      "map",
    );
  }

  /** Any number of new items in place of each, checked; `step` is what the provenance notes. */
  expand(change: (item: Item) => readonly Item[], step: string): Self {
    return this.next(
      this.items.flatMap((item) => change(item)).map((item) => this.checked(item)),
      step,
    );
  }

  /** The items from `start` to before `end`, as `Array.slice` counts. */
  slice(start: number, end?: number): Self {
    return this.next(this.items.slice(start, end), `slice(${start}, ${end ?? "end"})`);
  }

  /** All items in random order. */
  shuffle(seed: Seed = 0): Self {
    return this.next(randomFrom(seed).fork("shuffle").shuffle(this.items), `shuffle(seed ${seedName(seed)})`);
  }

  /** `count` items drawn without replacement (all when there are fewer); the result shows the items themselves. */
  sample(count: number, seed: Seed = 0): Self {
    if (!Number.isInteger(count) || count < 0)
      throw new OptionError(`sample of ${count}: give a whole number from 0`);
    const drawn = randomFrom(seed).fork("sample").sample(this.items, count);
    return this.next(drawn, `sample(${count}, seed ${seedName(seed)})`, "items");
  }

  /**
   * Nested, stratified fractions, one set for each share: see `fractions`.
   *
   * @example const [few, many] = train.fractions([0.01, 0.1], { seed: 42 });
   */
  fractions(shares: readonly number[], options: FractionOptions<Item> = {}): Self[] {
    return fractions(this, shares, options);
  }

  /** The items with these ids, in the order given. */
  byIds(ids: Iterable<string | number>): Self {
    this.index ??= new Map([...this.items].reverse().map((item) => [item.id, item]));
    const found: Item[] = [];
    for (const id of ids) {
      const item = this.index.get(String(id));
      if (item === undefined)
        throw new DataError(
          `no id "${shorten(String(id), 40)}" among the ${this.length} ${this.noun} of ${this.name}` +
            (this.length === 0
              ? ""
              : ` (they run from "${this.items[0]!.id}" to "${this.items.at(-1)!.id}")`) +
            ": check the list of ids",
        );
      found.push(item);
    }
    return this.next(found, `byIds(${found.length})`);
  }

  /** This set and others after it. */
  concat(...others: readonly (Iterable<Item> & { readonly provenance: Provenance })[]): Self {
    const files = [this, ...others].flatMap(({ provenance }) => provenance.files);
    const titles = others.map(({ provenance }) => titleOf(provenance));
    const provenance: Provenance = {
      ...this.provenance,
      files: [...new Map(files.map((file) => [file.file, file])).values()],
      steps: [...this.provenance.steps, `concat(${titles.join(", ")})`],
    };
    return this.remake([...this.items, ...others.flatMap((set) => [...set])], {
      provenance,
      faults: this.faults,
      view: this.view,
    });
  }

  /**
   * Named parts with these shares (they are scaled to sum to 1), stratified by class, seeded, together all items.
   *
   * @example const { train, dev } = sentences.split({ train: 0.9, dev: 0.1 }, { seed: 1 });
   */
  split<Name extends string>(shares: Readonly<Record<Name, number>>, seed: Seed = 0): Record<Name, Self> {
    const names = Object.keys(shares) as Name[];
    const wrong = names.find((name) => !(shares[name] >= 0 && Number.isFinite(shares[name])));
    const sum = names.reduce((total, name) => total + shares[name], 0);
    if (wrong !== undefined || !(sum > 0))
      throw new OptionError(
        `split shares must be numbers from 0 with a sum above 0, got ${JSON.stringify(shares)}`,
      );
    const strata = stratify(this.items, (item) => this.labelOf(item), randomFrom(seed).fork("split"));
    const taken = strata.map(() => 0);
    const parts = {} as Record<Name, Self>;
    let left = 1;
    for (const name of names) {
      const share = left <= 0 ? 0 : Math.min(1, shares[name] / sum / left);
      left -= shares[name] / sum;
      const sizes = strata.map(({ positions }, index) => positions.length - taken[index]!);
      const counts = share >= 1 - 1e-12 ? sizes : shareOut(sizes, share);
      const positions = strata.flatMap((stratum, index) => {
        const from = taken[index]!;
        taken[index] = from + counts[index]!;
        return stratum.positions.slice(from, taken[index]);
      });
      const items = positions.sort((a, b) => a - b).map((position) => this.items[position]!);
      parts[name] = this.next(items, `split(${name}, seed ${seedName(seed)})`);
    }
    return parts;
  }
}

/** How a seed is written in the steps. */
export function seedName(seed: Seed): string {
  return String(typeof seed === "object" ? (seed.seed ?? 0) : seed);
}
