// What a reader does with a broken line: throw at once, or note it and go on.

import { DataError, OptionError, messageOf, type Place } from "../../core";
import { jsonErrorOffset } from "./json-error";

/** Options that every reader takes. */
export interface ReadOptions {
  /** Name of the data set, kept in the provenance; default: the file's own name. */
  readonly name?: string;
  /** Split this file holds, such as "train"; kept in the provenance and in ids made by the reader. */
  readonly split?: string;
  /** "throw" (default) stops at the first broken line; "collect" leaves it out and keeps the error in `set.faults`. */
  readonly onFault?: "throw" | "collect";
}

/** Collects or throws the faults of one reading. */
export class FaultLog {
  private readonly collected: DataError[] = [];

  constructor(private readonly mode: ReadOptions["onFault"] = "throw") {
    if (mode !== "throw" && mode !== "collect")
      throw new OptionError(`unknown onFault "${String(mode)}": use "throw" or "collect"`);
  }

  /** The faults noted so far. */
  get faults(): readonly DataError[] {
    return this.collected;
  }

  /** Notes a fault, or throws it. */
  report(fault: DataError): void {
    if (this.mode === "throw") throw fault;
    this.collected.push(fault);
  }

  /** The value of `read`, or undefined when it met a fault that was noted. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.report(error);
      return undefined;
    }
  }
}

/** JSON of one line or file; a fault names the place and what the parser stumbled over. */
export function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const line = place.line ?? text.slice(0, jsonErrorOffset(text)).split("\n").length;
    const where: Place = { ...place, line };
    throw new DataError(`not JSON (${shorten(messageOf(cause))}): correct or remove it`, where, { cause });
  }
}

/** At most 80 characters of a text, on one line, for an error message. */
export function shorten(text: string, length = 80): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
