// What `relata bench engine` measures of the tokenizer.

import { readText } from "../../core";
import { loadTokenizer } from "../../text";

/** Every sentence of a JSON file into ids and offsets, one after the other. */
export function tokenizerCase(options: { folder: string; sentences: string }): {
  run(): void;
  dispose(): void;
} {
  const tokenizer = loadTokenizer(options.folder);
  const sentences = JSON.parse(readText(options.sentences)) as string[];
  let pieces = 0;
  return {
    run: () => {
      for (const sentence of sentences) {
        const { ids, offsets } = tokenizer.encode(sentence);
        pieces += ids.length + offsets.length;
      }
    },
    dispose: () => void pieces,
  };
}
