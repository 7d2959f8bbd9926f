// Mintz et al. 2009: features of the sentences of a pair, one multi-class logistic regression, no neural network.

import { linearClassifier } from "../../classify";
import { matrix, type Matrix } from "../../core";
import type { Bag, Sentence } from "../../data";
import type { BagData } from "./bag-data";

/** Features that occur in fewer training bags are left out. */
const RAREST = 2;
/** Most features kept, the most frequent ones. */
const MOST = 4000;

/** Lexical features of one sentence: types, order, the words between the mentions and beside them. */
export function featuresOf({ text, head, tail }: Sentence): string[] {
  const [first, second] = head.start <= tail.start ? [head, tail] : [tail, head];
  const words = (from: number, to: number): string[] =>
    text
      .slice(from, to)
      .toLowerCase()
      .match(/\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? [];
  const between = words(first.end, Math.max(first.end, second.start));
  const order = head.start <= tail.start ? "head first" : "tail first";
  const types = `${head.type ?? "?"} ${tail.type ?? "?"}`;
  const left = words(0, first.start).slice(-2).join(" ");
  const right = words(second.end, text.length).slice(0, 2).join(" ");
  return [
    `types ${types}`,
    `${order} between: ${between.join(" ")}`,
    `${order} ${types} between: ${between.join(" ")}`,
    `${order} left: ${left}`,
    `${order} right: ${right}`,
    ...between.map((word) => `${order} word: ${word}`),
  ];
}

/** Scores of the test bags `[bags, relations]`, row-major: class probabilities. */
export function mintzScores({ train, test, relations }: BagData): Float32Array {
  const own = (bag: Bag): Set<string> => new Set(bag.sentences.flatMap(featuresOf));
  const counts = new Map<string, number>();
  for (const bag of train)
    for (const feature of own(bag)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= RAREST)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST);
  const index = new Map(kept.map(([feature], at) => [feature, at]));
  const rows = (bags: readonly Bag[]): Matrix => {
    const data = new Float32Array(bags.length * index.size);
    bags.forEach((bag, row) => {
      for (const feature of own(bag)) {
        const at = index.get(feature);
        if (at !== undefined) data[row * index.size + at] = 1;
      }
    });
    return matrix(data, bags.length, index.size);
  };
  const labels = train.map((bag) => bag.relations[0]!);
  const classifier = linearClassifier({ l2: 1e-4, standardise: false }).fit(rows(train), labels);
  const found = classifier.probabilities(rows(test));
  const order = relations.map((relation) => classifier.labels.indexOf(relation));
  return Float32Array.from({ length: test.length * relations.length }, (_, at) => {
    const column = order[at % relations.length]!;
    const row = Math.floor(at / relations.length);
    return column < 0 ? 0 : found[row * classifier.labels.length + column]!;
  });
}
