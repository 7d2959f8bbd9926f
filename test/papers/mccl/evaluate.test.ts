import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { DocumentSet, type Document } from "../../../src/data";
import { scoreDocRed } from "../../../src/metrics";
import { countsByDocument, knownFacts, scorePairs } from "../../../src/papers/mccl/inference/pair-scores";
import type { LabelledPair, LabelledPairs } from "../../../src/papers/mccl/pairs/labelled-pairs";

describe("scorePairs", () => {
  const names = ["Ada", "Bob", "Cid"];
  const documentOf = (id: string): Document => ({
    id,
    text: names.join(" "),
    sentences: [],
    mentions: names.map((_, at) => ({ start: 4 * at, end: 4 * at + 3 })),
    entities: names.map((_, at) => ({ id: String(at), mentions: [at] })),
    relations: [],
  });
  const random = new Random(11);
  const draw = (documents: number): LabelledPairs => ({
    documents: DocumentSet.from(Array.from({ length: documents }, (_, at) => documentOf(`d${at}`))).items,
    relations: ["NA", "x", "y"],
    isMultiLabel: true,
    pairs: Array.from({ length: documents * 6 }, (_, at): LabelledPair => {
      const [head, tail] = [
        [0, 1],
        [0, 2],
        [1, 0],
        [1, 2],
        [2, 0],
        [2, 1],
      ][at % 6]!;
      const labels = [1, 2].filter(() => random.uniform() < 0.3);
      return { document: Math.floor(at / 6), head: head!, tail: tail!, labels, isCandidate: true };
    }),
  });

  it("equals the published DocRED scores, Ign included", () => {
    const [gold, seen] = [draw(5), draw(1)];
    const predicted = gold.pairs.map(({ labels }) =>
      [1, 2].filter((label) => (labels.includes(label) ? random.uniform() < 0.7 : random.uniform() < 0.2)),
    );
    const published = (data: LabelledPairs) =>
      data.documents.map(({ id }, document) => ({
        title: id,
        vertexSet: names.map((name) => [{ name }]),
        labels: data.pairs
          .filter((pair) => pair.document === document)
          .flatMap(({ head, tail, labels }) =>
            labels.map((label) => ({ h: head, t: tail, r: data.relations[label]! })),
          ),
      }));
    const facts = gold.pairs.flatMap(({ document, head, tail }, row) =>
      predicted[row]!.map((label) => ({
        title: gold.documents[document]!.id,
        h_idx: head,
        t_idx: tail,
        r: gold.relations[label]!,
      })),
    );
    const wanted = scoreDocRed(published(gold), facts, { seen: published(seen) });
    const scores = scorePairs(gold, predicted, knownFacts(seen));
    expect(wanted.ign["seen"]!.known).toBeGreaterThan(0);
    expect(scores.f1).toBeCloseTo(wanted.f1, 10);
    expect(scores.known).toBe(wanted.ign["seen"]!.known);
    expect(scores.ignF1).toBeCloseTo(wanted.ign["seen"]!.f1, 10);
  });

  it("counts by document what it counts in all", () => {
    const gold = draw(4);
    const predicted = gold.pairs.map(({ labels }) =>
      [1, 2].filter((l) => labels.includes(l) !== random.uniform() < 0.3),
    );
    const counts = countsByDocument(gold, predicted);
    expect(counts.length).toBe(4);
    const sum = (key: "correct" | "predicted" | "gold"): number =>
      counts.reduce((total, count) => total + count[key], 0);
    const whole = scorePairs(gold, predicted);
    expect([sum("correct"), sum("predicted"), sum("gold")]).toEqual([
      whole.correct,
      whole.predicted,
      whole.gold,
    ]);
    expect(counts[2]!.gold).toBe(
      gold.pairs.filter(({ document }) => document === 2).flatMap(({ labels }) => labels).length,
    );
  });

  it("is 0 where nothing is predicted", () => {
    const gold = draw(2);
    const nothing = gold.pairs.map(() => []);
    expect(scorePairs(gold, nothing).f1).toBe(0);
    expect(scorePairs(gold, nothing).ignF1).toBe(0);
  });

  it("counts, with one relation a pair, a wrong relation as false positive and false negative", () => {
    const gold: LabelledPairs = { ...draw(1), isMultiLabel: false };
    const pairs = gold.pairs.map((pair, at) => ({ ...pair, labels: [[1], [1], [2], [], [], []][at]! }));
    const { precision, recall } = scorePairs({ ...gold, pairs }, [[1], [2], [2], [1], [], []]);
    expect(precision).toBeCloseTo(2 / 4);
    expect(recall).toBeCloseTo(2 / 3);
  });
});
