// Sentences to time a tokenizer with: invented, seeded, the same on every machine.

import { Random } from "../../core";

const COMMON =
  "the of and in a to was is for that with as by on at from his her it were be which had are not this also an one their " +
  "has been but into other after who when its two first during they time would there some year about people could new " +
  "because many between over world house water company system work students report machine storm box letter author";
const SYLLABLES =
  "ka lor men tis ven dra qui sol mar ein hoff ber ny zu pel ost tion ing er al ic ous ment ar le re con pro un st ch ea";

/** Different invented words; the n-th is about n times as rare as the first (Zipf's law), as in real text. */
const WORDS = 50_000;

/**
 * Invented sentences of 8 to 30 words: half common English words, half invented ones that a vocabulary splits, with
 * names, numbers and punctuation. Later sentences hold words that no earlier one had, so a cache of words helps as
 * much as it does on real text, not more.
 */
export function inventedSentences(count: number): string[] {
  const random = new Random("bench sentences");
  const [common, syllables] = [COMMON.split(" "), SYLLABLES.split(" ")];
  const words = Array.from({ length: WORDS }, () =>
    Array.from({ length: 2 + random.integer(3) }, () => random.choice(syllables)).join(""),
  );
  const word = (): string => {
    const kind = random.uniform();
    if (kind < 0.5) return random.choice(common);
    if (kind < 0.53) return String(random.integer(3000));
    const invented = words[Math.floor(WORDS ** random.uniform()) - 1]!;
    return kind < 0.6 ? capital(invented) : invented;
  };
  return Array.from({ length: count }, () => {
    const length = 8 + random.integer(23);
    const comma = 3 + random.integer(length);
    const text = Array.from({ length }, (_, place) => word() + (place === comma ? "," : "")).join(" ");
    return `${capital(text)}${random.uniform() < 0.1 ? "?" : "."}`;
  });
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
