// Names of data sets as a type, so that editors offer them inside the quotes.

/** Every data set that has a card, in alphabetical order. */
export const datasetNames = [
  "ade",
  "biored",
  "fewrel",
  "first-steps",
  "gds",
  "nyt-fb",
  "nyt-labels",
  "nyt10",
  "re-docred",
  "scierc",
  "semeval2010-task8",
  "tacred",
  "tokenizers",
  "wiki80",
  "world",
  "world-control",
] as const;

/** A name with a card; any other text is allowed too, such as `"semeval/test"`, and looked up when it is used. */
export type DatasetName = (typeof datasetNames)[number] | (string & Record<never, never>);
