// A file's items read one at a time, anew on each pass: for data too many to hold, in memory that does not grow.

import { DISPLAY, OptionError, type Displayable, type MimeBundle } from "../../core";
import { randomFrom, seedName, type Seed } from "./item-set";

/**
 * Items that are read when they are asked for and not kept. Each pass begins at the start of the file; methods give new
 * streams and read nothing. A stream of sentences becomes a set with `SentenceSet.from(stream)`.
 *
 * @example for (const batch of stream.shuffle(10_000, { seed: epoch }).batches(32)) train(batch);
 */
export class ItemStream<Item> implements Iterable<Item>, Displayable {
  constructor(
    /** Begins a pass. */
    private readonly pass: () => Iterable<Item>,
    /** What is read, such as `nyt10/train`. */
    readonly name: string,
    /** What happens to the items on the way, in order. */
    readonly steps: readonly string[] = [],
  ) {}

  private next<Other>(pass: () => Iterable<Other>, step: string): ItemStream<Other> {
    return new ItemStream(pass, this.name, [...this.steps, step]);
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.pass()[Symbol.iterator]();
  }

  /** The items that pass the test. */
  filter(test: (item: Item) => boolean): ItemStream<Item> {
    const { pass } = this;
    return this.next(function* () {
      for (const item of pass()) if (test(item)) yield item;
    }, "filter");
  }

  /** Something else in place of each item. */
  map<Other>(change: (item: Item) => Other): ItemStream<Other> {
    const { pass } = this;
    return this.next(function* () {
      for (const item of pass()) yield change(item);
    }, "map");
  }

  /** The first items; what comes after them is not read. */
  take(count: number): ItemStream<Item> {
    wholeNumber(count, 0, "items to take");
    const { pass } = this;
    return this.next(function* () {
      let left = count;
      if (left === 0) return;
      for (const item of pass()) {
        yield item;
        if (--left === 0) return;
      }
    }, `take(${count})`);
  }

  /** Lists of `size` items, the last one shorter where the number does not divide. */
  batches(size: number): ItemStream<readonly Item[]> {
    wholeNumber(size, 1, "items in a batch");
    const { pass } = this;
    return this.next(function* () {
      let batch: Item[] = [];
      for (const item of pass()) {
        if (batch.push(item) < size) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    }, `batches(${size})`);
  }

  /**
   * The items in an order of chance: each is drawn from the next `window` items of the file, so that only so many are
   * held. The larger the window, the better the mixture; files sorted by relation want a large one. Same seed, same order.
   */
  shuffle(window: number, seed: Seed = 0): ItemStream<Item> {
    wholeNumber(window, 1, "items to draw from");
    const { pass } = this;
    return this.next(
      function* () {
        const random = randomFrom(seed).fork("shuffle");
        const held: Item[] = [];
        for (const item of pass()) {
          if (held.length < window) {
            held.push(item);
            continue;
          }
          const at = random.integer(window);
          const drawn = held[at]!;
          held[at] = item;
          yield drawn;
        }
        yield* random.shuffle(held);
      },
      `shuffle(${window}, seed ${seedName(seed)})`,
    );
  }

  /** The number of items; reads them all. */
  count(): number {
    let count = 0;
    for (const item of this.pass()) if (item !== undefined) count++;
    return count;
  }

  [DISPLAY](): MimeBundle {
    const steps = this.steps.length === 0 ? "" : `, then ${this.steps.join(", ")}`;
    return { "text/plain": `${this.name}: a stream, read anew on each pass${steps}` };
  }
}

function wholeNumber(value: number, least: number, what: string): void {
  if (!Number.isInteger(value) || value < least)
    throw new OptionError(`${value} ${what}: give a whole number from ${least}`);
}
