// What every clustering asks of its points and options.

import { DataError, OptionError, type Matrix } from "../core";

/** Throws unless there are points and all their numbers are finite. */
export function requirePoints(what: string, { data, rows, columns }: Matrix): void {
  if (rows === 0) throw new DataError(`${what} was given no points: it needs at least one`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DataError(
      `point ${Math.floor(bad / columns)} given to ${what} holds ${data[bad]}: points must be finite`,
    );
}

/** Throws unless the number of clusters is whole and between 1 and the number of points. */
export function requireClusters(what: string, clusters: number, points: number): void {
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= points))
    throw new OptionError(
      `${what} was asked for ${clusters} clusters of ${points} points: it must be a whole number from 1 to ${points}`,
    );
}

/** Throws unless `value` is a whole number above 0. */
export function requireCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0))
    throw new OptionError(`${name} is ${value}: it must be a whole number, 1 or more`);
}
