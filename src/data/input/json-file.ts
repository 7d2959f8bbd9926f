// JSON files that hold a list or an object of records.

import { DataError } from "../../core";
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

/** Runs `read`; a fault that names no file is said to lie in `part` of `file`: records of JSON have no useful lines. */
export function within<T>(file: string, part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError) || error.place.file !== undefined) throw error;
    throw new DataError(`${part}: ${error.message}`, { file }, { cause: error });
  }
}
