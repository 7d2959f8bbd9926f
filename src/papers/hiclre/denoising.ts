// What is known of noise, against what a model made of it: attention, and labels that no sentence states.

import type { Bag } from "../../data";
import { bestOf, cutBag } from "./bag-scores";
import { NONE } from "./bag-data";

/** Attention and noise, over bags that hold both noise and a sentence that states the bag's label. */
export interface Denoising {
  /** Share of the attention on noise, and the share of noise, which attention spread evenly would have. */
  readonly mass: number;
  readonly share: number;
  /** Share of bags whose most attended sentence states the label. */
  readonly top: number;
  /** Of sentences with less than half of an even share, how many are noise; and how much of the noise they are. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly bags: number;
}

/** Which sentences of a labelled bag do not state its label; undefined where the truth is not known. */
function noiseOf(bag: Bag): readonly boolean[] | undefined {
  if (bag.relations.includes(NONE)) return undefined;
  if (bag.sentences.some(({ truth }) => truth === undefined)) return undefined;
  return bag.sentences.map(({ truth }) => !bag.relations.includes(truth!.relation));
}

/** Whether a bag has noise and something else. */
export function isMixed(bag: Bag): boolean {
  const noise = noiseOf(bag);
  return noise !== undefined && noise.includes(true) && noise.includes(false);
}

/** `attention` by bag and sentence; `most` sentences of a bag are looked at. Null where no bag is mixed. */
export function denoising(
  bags: readonly Bag[],
  attention: readonly (readonly number[])[],
  most: number,
): Denoising | null {
  let [mass, share, top, count, flagged, right, noisy] = [0, 0, 0, 0, 0, 0, 0];
  bags.forEach((whole, row) => {
    const bag = cutBag(whole, most);
    if (!isMixed(bag)) return;
    const noise = noiseOf(bag)!;
    const own = attention[row]!;
    const amount = noise.filter(Boolean).length;
    count++;
    noisy += amount;
    share += amount / noise.length;
    mass += own.reduce((sum, one, at) => sum + (noise[at] ? one : 0), 0);
    if (!noise[own.indexOf(Math.max(...own))]) top++;
    own.forEach((one, at) => {
      if (one >= 0.5 / own.length) return;
      flagged++;
      if (noise[at]) right++;
    });
  });
  if (count === 0) return null;
  return {
    mass: mass / count,
    share: share / count,
    top: top / count,
    precision: flagged === 0 ? null : right / flagged,
    recall: right / noisy,
    bags: count,
  };
}

/** What each bag's best relation is, as a place in the list of relations; 0 (NA) where its score is below 0.5. */
export function saidOf(scores: Float32Array, bags: number, relations: number): number[] {
  return Array.from({ length: bags }, (_, row) => {
    const best = bestOf(scores, row, relations);
    return scores[row * relations + best]! < 0.5 ? 0 : best;
  });
}

/** Labelled bags none of whose sentences states a label of theirs: how often the model says what they do state. */
export function relabelled(
  bags: readonly Bag[],
  relations: readonly string[],
  said: readonly number[],
): { readonly right: number; readonly kept: number; readonly bags: number } | null {
  let [right, kept, count] = [0, 0, 0];
  bags.forEach(({ relations: labels, truth }, row) => {
    if (truth === undefined || labels.includes(NONE) || labels.some((label) => truth.includes(label))) return;
    const own = relations[said[row]!]!;
    count++;
    if (truth.includes(own)) right++;
    if (labels.includes(own)) kept++;
  });
  return count === 0 ? null : { right: right / count, kept: kept / count, bags: count };
}
