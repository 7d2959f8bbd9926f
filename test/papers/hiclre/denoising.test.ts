import { describe, expect, it } from "vitest";
import { fromRows } from "../../../src/core";
import type { Bag } from "../../../src/data";
import { nearness } from "../../../src/papers/hiclre/bag-space";
import { denoising, relabelled, saidOf } from "../../../src/papers/hiclre/denoising";

const bag = (label: string, stated: readonly string[]): Bag => ({
  id: label,
  head: "a",
  tail: "b",
  relations: [label],
  truth: stated.some((one) => one !== "NA") ? [...new Set(stated.filter((one) => one !== "NA"))] : ["NA"],
  sentences: stated.map((relation, at) => ({
    id: String(at),
    text: "x y",
    head: { start: 0, end: 1 },
    tail: { start: 2, end: 3 },
    truth: { relation },
  })),
});

describe("denoising", () => {
  it("weighs attention on noise over bags that hold noise and something else", () => {
    const bags = [
      bag("author", ["author", "NA", "NA", "author"]),
      bag("author", ["NA"]),
      bag("NA", ["NA", "NA"]),
      bag("spouse", ["author", "spouse"]),
    ];
    const attention = [[0.5, 0.1, 0.3, 0.1], [1], [0.5, 0.5], [0.8, 0.2]];
    const found = denoising(bags, attention, 16)!;
    expect(found.bags).toBe(2);
    expect(found.mass).toBeCloseTo((0.4 + 0.8) / 2, 6);
    expect(found.share).toBeCloseTo(0.5, 6);
    expect(found.top).toBe(0.5);
    // Below half of an even share: sentences 2 and 4 of the first bag, and the second of the last; one of them is noise.
    expect(found.precision).toBeCloseTo(1 / 3, 6);
    expect(found.recall).toBeCloseTo(1 / 3, 6);
  });

  it("is null without such a bag, and where no truth is known", () => {
    const plain = bag("author", ["author", "NA"]);
    const unknown = { ...plain, sentences: plain.sentences.map(({ truth: _, ...rest }) => rest) };
    expect(denoising([bag("author", ["author"])], [[1]], 16)).toBeNull();
    expect(denoising([unknown], [[0.5, 0.5]], 16)).toBeNull();
  });

  it("looks at no more sentences than the model did", () => {
    expect(denoising([bag("author", ["author", "author", "NA"])], [[0.5, 0.5]], 2)).toBeNull();
  });
});

describe("labels that no sentence states", () => {
  const relations = ["NA", "author", "spouse"];

  it("are relabelled where the model says what is stated, NA below a score of a half", () => {
    const said = saidOf(Float32Array.from([0.9, 0.2, 0.4, 0.1, 0.6, 0.7, 0.9, 0.8, 0.1]), 3, 3);
    expect(said).toEqual([0, 2, 1]);
    const bags = [bag("author", ["NA"]), bag("author", ["spouse"]), bag("author", ["NA", "NA"])];
    expect(relabelled(bags, relations, said)).toEqual({ right: 2 / 3, kept: 1 / 3, bags: 3 });
  });

  it("are not counted where a sentence states them", () => {
    expect(relabelled([bag("author", ["author", "NA"])], relations, [1])).toBeNull();
  });
});

describe("nearness", () => {
  it("is the mean cosine within relations and across", () => {
    const vectors = fromRows([
      Float32Array.from([2, 0]),
      Float32Array.from([0, 3]),
      Float32Array.from([1, 1]),
      Float32Array.from([9, 9]),
    ]);
    const near = nearness(vectors, ["a", "b", "a", undefined])!;
    expect(near.related).toBeCloseTo(Math.SQRT1_2, 6);
    expect(near.unrelated).toBeCloseTo((0 + Math.SQRT1_2) / 2, 6);
  });

  it("is null with one relation alone", () => {
    expect(nearness(fromRows([Float32Array.from([1])]), ["a"])).toBeNull();
  });
});
