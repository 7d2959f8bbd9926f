// Which instances of a batch are anchors, positives and negatives of relation discrimination (Hogan et al. 2022, 3.2).

import type { Random } from "../../../core";
import { instanceId, type PairData, type PairInstance } from "../documents/instances";
import type { InstanceWeights } from "../order/order-weights";

/** One row of relation discrimination: an instance, or a pair without relation (label 0). */
export interface RelationRow {
  readonly pair: PairInstance;
  readonly label: number;
  /** Document of the pair within the batch. */
  readonly place: number;
}

/** Rows and their roles, by position. */
export interface RelationRoles {
  readonly rows: readonly RelationRow[];
  readonly pairs: readonly (readonly [anchor: number, positive: number])[];
  readonly negatives: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** Limits of a batch. */
export interface RelationBatchOptions {
  /** Most negatives of an anchor (64). */
  readonly negatives: number;
  /** Most NA pairs of a document (32). */
  readonly nonePerDocument: number;
  /** Every two instances of a relation, in place of shuffled mates [R8]. */
  readonly allPairs?: boolean;
}

/** Ordered pairs of rows of one relation: mates (0, 1), (2, 3), ... of a shuffled list, or all. */
function matesOf(rows: readonly number[], random: Random, allPairs: boolean): [number, number][] {
  const order = random.shuffle(rows);
  if (allPairs)
    return order.flatMap((a) => order.flatMap((b): [number, number][] => (a === b ? [] : [[a, b]])));
  return Array.from({ length: Math.floor(order.length / 2) }, (_, at): [number, number][] => {
    const [a, b] = [order[2 * at]!, order[2 * at + 1]!];
    return [
      [a, b],
      [b, a],
    ];
  }).flat();
}

const sharesEntity = (a: RelationRow, b: RelationRow): boolean =>
  a.place === b.place &&
  [b.pair.head, b.pair.tail].some((entity) => entity === a.pair.head || entity === a.pair.tail);

/**
 * Roles for the documents of a batch. A negative has another label, its pair does not hold the anchor's relation, and
 * it shares no entity with the anchor inside one document. Instances of weight 0 are left out.
 */
export function relationRoles(
  data: PairData,
  documents: readonly number[],
  weights: InstanceWeights,
  options: RelationBatchOptions,
  random: Random,
): RelationRoles {
  const { negatives: most, nonePerDocument, allPairs = false } = options;
  const rows: RelationRow[] = [];
  const own: number[] = [];
  documents.forEach((document, place) => {
    const pairs = data.pairs[document]!;
    for (const pair of pairs)
      for (const label of pair.labels) {
        const weight = weights.of(instanceId(data, pair, label));
        if (weight === 0) continue;
        rows.push({ pair, label, place });
        own.push(weight);
      }
    const none = pairs.filter(({ labels }) => labels.length === 0);
    const chosen = random.fork(`none ${place}`).sample(none, Math.min(none.length, nonePerDocument));
    for (const pair of chosen) {
      rows.push({ pair, label: 0, place });
      own.push(weights.none);
    }
  });
  const byLabel = new Map<number, number[]>();
  rows.forEach(({ label }, row) => byLabel.set(label, [...(byLabel.get(label) ?? []), row]));
  byLabel.delete(0);
  const mates = [...byLabel]
    .sort(([a], [b]) => a - b)
    .flatMap(([label, members]) => matesOf(members, random.fork(`mates ${label}`), allPairs));
  const draws = random.fork("negatives");
  const found = mates.map(([anchor]) => {
    const { label } = rows[anchor]!;
    const others = rows.flatMap((row, at) =>
      row.label !== label && !row.pair.labels.includes(label) && !sharesEntity(rows[anchor]!, row)
        ? [at]
        : [],
    );
    return draws.sample(others, Math.min(others.length, most));
  });
  const kept = mates.flatMap((_, at) => (found[at]!.length > 0 ? [at] : []));
  return {
    rows,
    pairs: kept.map((at) => mates[at]!),
    negatives: kept.map((at) => found[at]!),
    weights: own,
  };
}
