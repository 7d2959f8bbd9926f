// What `relata bench engine` measures of the tokenizer.

import { readText } from "../../core";
import { loadTokenizer } from "../../text";

/** One slice of the sentences of a JSON file into ids and offsets a run, one sentence after the other. */
export function tokenizerCase(options: { folder: string; sentences: string; slice: number }): {
  run(): void;
  dispose(): void;
} {
  const tokenizer = loadTokenizer(options.folder);
  const sentences = JSON.parse(readText(options.sentences)) as string[];
  let start = 0;
  let pieces = 0;
  return {
    run: () => {
      for (const sentence of sentences.slice(start, start + options.slice)) {
        const { ids, offsets } = tokenizer.encode(sentence);
        pieces += ids.length + offsets.length;
      }
      start = (start + options.slice) % sentences.length;
    },
    dispose: () => void pieces,
  };
}
