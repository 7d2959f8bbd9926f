// Sentences of a big data set one at a time, by name or out of a file.

import { OptionError, type DataError } from "../../core";
import type { Sentence } from "../sentence";
import { FaultLog } from "../input/faults";
import { ItemStream } from "../sets/item-stream";
import { streamedFormat } from "./formats";
import { locate } from "./locate";
import { findSplit, type OpenOptions } from "./open";

/** How a data set is streamed. */
export interface StreamOptions extends Omit<OpenOptions, "fallback"> {
  /** Told of each broken line, which is left out; without it the first one is thrown. */
  readonly whenBroken?: (fault: DataError) => void;
}

/**
 * The sentences of a split as a stream, found as `openDataset` finds them; for formats of lines (OpenNRE, GDS, NYT,
 * SemEval). Nothing is held but the line that is read, where the file is plain; a packed one is unpacked in memory.
 * Checksums are not compared: `relata data verify` does.
 *
 * @example const train = await streamDataset("nyt10/train");
 */
export async function streamDataset(
  name: string,
  options: StreamOptions = {},
): Promise<ItemStream<Sentence>> {
  const { card, split, part } = findSplit(name, options.split);
  const [file, ...more] = part.files;
  if (file === undefined || more.length > 0)
    throw new OptionError(`${card.name}/${split} is read from ${part.files.length} files: open it whole`);
  const found = await locate(card, file, options);
  return streamSentences(found.file, part.format, { ...options, name: card.name, split });
}

/**
 * The sentences of a file of lines as a stream. `format` is "opennre", "gds", "nyt-lines" or "semeval".
 *
 * @example const stream = streamSentences("train.txt", "opennre");
 */
export function streamSentences(
  file: string,
  format: string,
  options: {
    readonly name?: string;
    readonly split?: string;
    readonly whenBroken?: (fault: DataError) => void;
  } = {},
): ItemStream<Sentence> {
  const { name, split, whenBroken } = options;
  const title = [name ?? file, ...(split === undefined ? [] : [split])].join("/");
  const read = {
    ...(name === undefined ? {} : { name }),
    ...(split === undefined ? {} : { split }),
  };
  const items = streamedFormat(format);
  return new ItemStream(() => items(file, logFor(whenBroken), read), title);
}

function logFor(whenBroken: ((fault: DataError) => void) | undefined): FaultLog {
  return whenBroken === undefined ? new FaultLog() : new ToldFaults(whenBroken);
}

/** Tells of faults instead of keeping them: a broken file of any size takes no memory. */
class ToldFaults extends FaultLog {
  constructor(private readonly tell: (fault: DataError) => void) {
    super("collect");
  }

  override report(fault: DataError): void {
    this.tell(fault);
  }
}
