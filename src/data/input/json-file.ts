// JSON files that hold a list or an object of records.

import type { Place } from "../../core";
import { parseJson } from "./faults";
import { asList, asRecord, type Fields } from "./fields";
import { wholeText } from "./lines";

/** The list that a JSON file holds. */
export function listOfFile(file: string): readonly unknown[] {
  return asList(parseJson(wholeText(file), { file }), "file", { file });
}

/** The object that a JSON file holds. */
export function recordOfFile(file: string): Fields {
  return asRecord(parseJson(wholeText(file), { file }), "file", { file });
}

/** The place of the n-th record (from 0) of a JSON list: such files have no useful lines, so the record is counted. */
export function recordPlace(file: string, index: number): Place {
  return { file: `${file} record ${index + 1}` };
}
