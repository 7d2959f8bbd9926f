// What stage 1 notes of every instance, and when an instance counts as predicted right [R2].

import type { Random } from "../../../core";
import type { SavedTensors } from "../../../train";
import { instanceId, type PairData, type PairInstance } from "../documents/instances";
import type { LearnedInstance, LearningOrder, OrderProvenance } from "./learning-order";

/**
 * When an instance (pair, label) is predicted right. `own` (default, [R2]): its label beats every class that is no label
 * of the pair. `draw`, as the released code: the best class of all is one label drawn from those of the pair, and only
 * that one is noted.
 */
export type RightBy = "own" | "draw";

/** `-log p(label)` among the label and all classes that are no label of the pair [R2]; below it nothing beats it: learned. */
function contest(row: ArrayLike<number>, labels: readonly number[], label: number) {
  let [best, sum] = [-Infinity, 0];
  for (let other = 0; other < row.length; other++)
    if (!labels.includes(other)) {
      best = Math.max(best, row[other]!);
      sum += Math.exp(row[other]! - row[label]!);
    }
  return { isRight: row[label]! > best, loss: Math.log1p(sum) };
}

const NOTED = ["batch", "epoch", "last", "loss", "lastLoss", "passes"] as const;

/** What stage 1 notes of every instance. */
export class OrderNotes {
  readonly index = new Map<string, number>();
  readonly relation: string[] = [];
  /** Epoch by the training pass, epoch by the pass after it (0: none yet), and whether the last pass was right. */
  batch: Float32Array;
  epoch: Float32Array;
  last: Float32Array;
  /** Sum of training losses over epochs, and the last one: for detecting noise by loss and by confidence. */
  loss: Float32Array;
  lastLoss: Float32Array;
  /** How often an instance was noted: never where a cut took its mentions away. */
  passes: Float32Array;

  constructor(private readonly data: PairData) {
    for (const pair of data.pairs.flat())
      for (const label of pair.labels) {
        this.index.set(instanceId(data, pair, label), this.relation.length);
        this.relation.push(data.relations[label]!);
      }
    const empty = (): Float32Array => new Float32Array(this.relation.length);
    [this.batch, this.epoch, this.last] = [empty(), empty(), empty()];
    [this.loss, this.lastLoss, this.passes] = [empty(), empty(), empty()];
  }

  /** Notes the scores `[relations]` of a labelled pair in an epoch (from 1). */
  note(
    pair: PairInstance,
    row: ArrayLike<number>,
    epoch: number,
    form: "batch" | "epoch",
    by: RightBy,
    random: Random,
  ): void {
    const drawn = by === "draw" && pair.labels.length > 0 ? random.choice(pair.labels) : undefined;
    for (const label of pair.labels) {
      if (drawn !== undefined && label !== drawn) continue;
      const at = this.index.get(instanceId(this.data, pair, label))!;
      const { isRight, loss } = contest(row, drawn === undefined ? pair.labels : [drawn], label);
      this.passes[at]! += 1;
      if (isRight && this[form][at] === 0) this[form][at] = epoch;
      if (form === "epoch") [this.last[at], this.lastLoss[at]] = [isRight ? 1 : 0, loss];
      else this.loss[at]! += loss;
    }
  }

  /** What a checkpoint keeps. */
  state(): SavedTensors {
    return new Map(NOTED.map((name) => [name, { name, shape: [this[name].length], data: this[name] }]));
  }

  restore(state: SavedTensors): void {
    for (const name of NOTED) {
      const saved = state.get(name);
      if (saved !== undefined) this[name] = Float32Array.from(saved.data);
    }
  }

  /** The instances that were seen, in order, with their places in the lists above. */
  get seen(): [id: string, at: number][] {
    return [...this.index].filter(([, at]) => this.passes[at]! > 0);
  }

  /** The order of one form after so many epochs, of the instances that were seen. */
  order(form: "batch" | "epoch", epochs: number, provenance: Omit<OrderProvenance, "form">): LearningOrder {
    const list = form === "batch" ? this.batch : this.epoch;
    const instances = this.seen.map(([id, at]): LearnedInstance => ({
      id,
      relation: this.relation[at]!,
      epoch: list[at]! || null,
    }));
    return { epochs, instances, provenance: { ...provenance, form } };
  }
}
