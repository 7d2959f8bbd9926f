// CLGS on sentences with several relations, every row of Table 2, beside a loop over graphs, edges and nodes.

import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { corruptedGraphs } from "../../../src/contrast";
import { Random } from "../../../src/core";
import { DocumentSet } from "../../../src/data";
import { Clgs } from "../../../src/papers/clgs/clgs-loss";
import { taggedSentences } from "../../../src/papers/clgs/corpus";
import { encode, partOf, teacherOf, type Part } from "../../../src/papers/clgs/part";
import { PAPER_SETTINGS, type ClgsSettings } from "../../../src/papers/clgs/settings";
import { WordEncoder } from "../../../src/papers/clgs/word-encoder";
import { documentOf, smallBert } from "./drug-sentences";

type Vector = readonly number[];

let words: WordEncoder;
let part: Part;
let teacher: tf.Tensor2D;

beforeAll(async () => {
  words = await WordEncoder.open(smallBert);
  const two = documentOf(
    "two",
    ["the", "bad", "rash", "after", "xan", "was", "seen", "in", "a", "dog", "not", "yol"],
    [
      ["Adverse-Effect", 1, 3],
      ["Drug", 4, 5],
      ["Drug", 11, 12],
    ],
    [
      [0, 1],
      [0, 2],
    ],
  );
  const one = documentOf(
    "one",
    ["fever", "after", "zim", "was", "seen"],
    [
      ["Adverse-Effect", 0, 1],
      ["Drug", 2, 3],
    ],
    [[0, 1]],
  );
  part = partOf(words, taggedSentences(DocumentSet.from([two, one])));
  teacher = teacherOf(words, part);
});
afterAll(() => {
  words.dispose();
  teacher.dispose();
});

const chance = () => ({ random: new Random(3) });
const dot = (a: Vector, b: Vector): number => a.reduce((sum, one, at) => sum + one * b[at]!, 0);
const pool = (rows: readonly Vector[], how: "mean" | "max"): number[] =>
  rows[0]!.map((_, at) => {
    const column = rows.map((row) => row[at]!);
    return how === "max" ? Math.max(...column) : column.reduce((sum, one) => sum + one, 0) / rows.length;
  });
const linear = (weight: Float32Array, bias: Float32Array, x: Vector): number[] =>
  Array.from(bias, (own, out) => own + dot([...weight.subarray(out * x.length, (out + 1) * x.length)], x));

/** Eq. 1 to 4 for one sentence. */
function byHand(model: Clgs, at: number, settings: ClgsSettings): number {
  const sentence = part.sentences[at]!;
  const [weight, bias, ...heads] = model.parameters.map((parameter) => parameter.data());
  const project = (head: number, x: Vector): Vector =>
    heads.length === 0 ? x : linear(heads[2 * head]!, heads[2 * head + 1]!, x).map((one) => Math.max(0, one));
  const seen = { words: sentence.words.length, pairs: sentence.pairs };
  const sampled = corruptedGraphs(seen, settings.negatives, chance().random.fork(`sentence ${at}`));
  const frozen = teacher.arraySync();
  const { own, last } = tf.tidy(() => {
    const found = encode(words, part, [at], chance());
    return { own: found.words.arraySync(), last: found.last.arraySync() };
  });
  const { textPooling, graphPooling, normalisation, temperature } = settings;
  const text = project(0, textPooling === "cls" ? last[0]![0]! : pool(own, textPooling));
  const scores = [sentence.pairs, ...sampled].map((edges) => {
    const nodes = [...new Set(edges.flat())];
    const near = nodes.map((a) =>
      nodes.filter((b) => a === b || edges.some(([c, d]) => (a === c && b === d) || (a === d && b === c))),
    );
    const mixed = nodes.map((_, a) => {
      const sum = new Array<number>(words.dim).fill(0);
      for (const b of near[a]!) {
        const degrees = [near[a]!.length, near[nodes.indexOf(b)]!.length] as const;
        const share = normalisation === "row" ? 1 / degrees[0] : 1 / Math.sqrt(degrees[0] * degrees[1]);
        frozen[part.offsets[at]! + b]!.forEach((one, i) => (sum[i]! += share * one));
      }
      return linear(weight!, bias!, sum).map(Math.tanh);
    });
    const graph = project(1, pool(mixed, graphPooling));
    return dot(text, graph) / Math.sqrt(dot(text, text) * dot(graph, graph)) / temperature;
  });
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[0]!;
}

it.each([
  ["mean", "cls", false, "symmetric"],
  ["mean", "mean", false, "symmetric"],
  ["max", "max", false, "symmetric"],
  ["mean", "cls", true, "symmetric"],
  ["mean", "mean", true, "symmetric"],
  ["mean", "mean", false, "row"],
] as const)(
  "CLGS with graphs by %s, text by %s, projection %s and %s adjacency equals a loop",
  (graphPooling, textPooling, hasProjection, normalisation) => {
    const changes = { graphPooling, textPooling, hasProjection, normalisation };
    const settings = { ...PAPER_SETTINGS.clgs, ...changes };
    const model = new Clgs(words, settings, new Random(2));
    const got = tf.tidy(() => model.loss(part, teacher, [0, 1], chance()).dataSync()[0]!);
    expect(got).toBeCloseTo((byHand(model, 0, settings) + byHand(model, 1, settings)) / 2, 4);
    model.dispose();
  },
);
