// What a training refuses before it begins.

import { OptionError, unknownName } from "../../core";
import type { CldrSettings, ClgsSettings, TrainingSettings } from "./settings";

/** Settings that are one of some words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  reading: ["first", "mean"],
  reduce: ["mean", "sum"],
  graphPooling: ["mean", "max"],
  textPooling: ["cls", "mean", "max"],
  normalisation: ["symmetric", "row"],
  pairing: ["diagonal", "anchor"],
  order: ["roles", "text"],
} satisfies Partial<Record<keyof ClgsSettings | keyof CldrSettings, readonly string[]>>;

/** Throws an `OptionError` that names the first setting out of range; settings of any method of the paper. */
export function checkTraining(settings: TrainingSettings): void {
  for (const name of ["epochs", "batch", "patience"] as const)
    if (!(Number.isInteger(settings[name]) && settings[name] >= 1))
      throw new OptionError(`${name} is ${settings[name]}: it must be a whole number, 1 or more`);
  for (const name of ["rate", "temperature"] as const)
    if (!(Number.isFinite(settings[name]) && settings[name] > 0))
      throw new OptionError(`${name} is ${settings[name]}: it must be a finite number above 0`);
  for (const [name, value] of Object.entries(settings)) {
    const words = WORDS[name];
    if (words !== undefined && !words.includes(value)) throw unknownName(name, String(value), words);
    if (name === "negatives" && !(Number.isInteger(value) && value >= 1))
      throw new OptionError(`negatives is ${value}: it must be a whole number, 1 or more`);
    if (name === "lambda" && !(value >= 0 && value <= 1))
      throw new OptionError(`lambda is ${value}: it must lie between 0 and 1`);
  }
}
