// Sentences to time a tokenizer with: invented, seeded, the same on every machine.

import { Random } from "../../core";

const SUBJECTS = [
  "the engineers",
  "a young physician",
  "several farmers",
  "the committee",
  "her brother",
  "an old weaver",
];
const VERBS = [
  "was caused by",
  "produced",
  "moved into",
  "consists of",
  "wrote about",
  "was kept in",
  "belongs to",
  "left",
];
const OBJECTS = [
  "a severe storm",
  "the wooden box",
  "an annual report",
  "the northern harbour",
  "thousands of letters",
];
const TAILS = [
  "in 1987",
  "near the coast",
  "after a long delay",
  "with great care",
  "for 4.5 million euros",
  "at first",
];
const SYLLABLES = [
  "ka",
  "lor",
  "men",
  "tis",
  "ven",
  "dra",
  "qui",
  "sol",
  "mar",
  "ein",
  "hoff",
  "ber",
  "ny",
  "zu",
  "pel",
  "ost",
];

/** Invented English sentences of 8 to 30 words, with names that a vocabulary splits, numbers and punctuation. */
export function inventedSentences(count: number): string[] {
  const random = new Random("bench sentences");
  const name = (): string => {
    const word = Array.from({ length: 2 + random.integer(2) }, () => random.choice(SYLLABLES)).join("");
    return word[0]!.toUpperCase() + word.slice(1);
  };
  const clause = (): string =>
    [
      random.choice(SUBJECTS),
      `of ${name()}`,
      random.choice(VERBS),
      random.choice(OBJECTS),
      random.choice(TAILS),
    ].join(" ");
  return Array.from({ length: count }, () => {
    const clauses = Array.from({ length: 1 + random.integer(3) }, clause);
    const text = clauses.join(random.choice([", and ", "; ", " because ", ", which "]));
    return `${text[0]!.toUpperCase()}${text.slice(1)}${random.uniform() < 0.1 ? "?" : "."}`;
  });
}
