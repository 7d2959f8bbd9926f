// Reader of HiURE's input (Liu et al. 2022): a list of sentences with typed mention tags, beside a list of relation numbers.

import { DataError, type Place } from "../../core";
import type { Mention, Sentence } from "../sentence";
import type { ReadOptions } from "../input/faults";
import { asText, isInteger, shown } from "../input/fields";
import { listOfFile, within } from "../input/json-file";
import type { SentenceSet } from "../sets/sentence-set";
import { itemsOfRecords, sentenceSet, type Spot } from "./reading";
import { untag } from "./tagged";

/** Options of `readHiure`. */
export interface HiureOptions extends ReadOptions {
  /** The file of relation numbers, one for each sentence, in the same order. */
  readonly relations?: string;
  /** Names of the relation numbers; without them the number itself is the relation. */
  readonly names?: readonly string[];
  /** A sentence in which head or tail is not marked: a "fault" (default), or "skip" leaves it out. */
  readonly unmarked?: "fault" | "skip";
}

/**
 * Sentences with `<e1:TYPE> .. </e1:TYPE>` and `<e2:TYPE> .. </e2:TYPE>`. White space just inside a tag is no part of
 * the mention. In about one sentence in ten every occurrence of a name is tagged: the first of each is taken.
 */
export function readHiure(file: string, options: HiureOptions = {}): SentenceSet {
  const { relations, names } = options;
  const tagged = listOfFile(file);
  const numbers = relations === undefined ? undefined : listOfFile(relations);
  if (numbers !== undefined && numbers.length !== tagged.length)
    throw new DataError(
      `${numbers.length} relations beside ${tagged.length} sentences: give files that belong together`,
      { file: relations! },
    );
  const itemOf = (value: unknown, { id, number }: Spot): Sentence | undefined => {
    const text = asText(value, "sentence", {});
    if (options.unmarked === "skip" && !(text.includes("</e1") && text.includes("</e2"))) return undefined;
    const parts = hiureSentence(text, {});
    if (numbers === undefined) return { id, ...parts };
    const relation = within(relations!, `record ${number}`, () => relationOf(numbers[number - 1], names));
    return { id, ...parts, relation };
  };
  return sentenceSet(file, options, (log) => itemsOfRecords(file, log, options, itemOf, { list: tagged }));
}

function relationOf(value: unknown, names: readonly string[] | undefined): string {
  if (!isInteger(value))
    throw new DataError(`relation is ${shown(value)}, expected a whole number: correct it`);
  const name = names === undefined ? String(value) : names[value];
  if (name === undefined) throw new DataError(`relation ${value} has no name among ${names!.length}: add it`);
  return name;
}

function hiureSentence(tagged: string, place: Place): Pick<Sentence, "text" | "head" | "tail"> {
  const { text, spans } = untag(tagged, place);
  const mention = (name: "e1" | "e2"): Mention => {
    const found = spans.get(name)?.[0];
    if (found === undefined)
      throw new DataError(`no <${name}:TYPE>..</${name}:TYPE>: correct the sentence`, place);
    const covered = text.slice(found.start, found.end);
    const start = found.start + (covered.length - covered.trimStart().length);
    const end = found.end - (covered.length - covered.trimEnd().length);
    if (start >= end) throw new DataError(`<${name}> encloses only white space: correct the sentence`, place);
    return { start, end, ...(found.type === undefined ? {} : { type: found.type }) };
  };
  return { text, head: mention("e1"), tail: mention("e2") };
}
