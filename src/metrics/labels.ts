// Two lists of labels of equal length, as numbers of classes.

import { DataError, ShapeError } from "../core";

/** A class: its name or its number. */
export type ClassLabel = string | number;

/** Throws unless there is one prediction for each gold label. */
export function requirePairs(gold: ArrayLike<unknown>, predicted: ArrayLike<unknown>): void {
  if (gold.length !== predicted.length)
    throw new ShapeError("the predicted labels", [predicted.length], [gold.length]);
}

/** The different labels of both lists in order: numbers by size, names by code unit. */
export function labelsOf<L extends ClassLabel>(...lists: readonly ArrayLike<L>[]): L[] {
  const seen = new Set<L>();
  for (const list of lists) for (let i = 0; i < list.length; i++) seen.add(list[i]!);
  return [...seen].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The place of each item of `list` among `labels`. @throws DataError for a label that is not among them */
export function placesOf<L extends ClassLabel>(
  list: ArrayLike<L>,
  labels: readonly L[],
  what: string,
): Int32Array {
  const place = new Map(labels.map((label, index) => [label, index]));
  const places = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const found = place.get(list[i]!);
    if (found === undefined)
      throw new DataError(`${what} ${i} is "${list[i]}", which is not among the labels ${labels.join(", ")}`);
    places[i] = found;
  }
  return places;
}
