import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { gradients } from "../../../src/engine";
import { PairClassifier, supConOnPairs, Tagger } from "../../../src/papers/clgs/baseline-losses";
import { Cldr, comparedPairs } from "../../../src/papers/clgs/cldr-loss";
import { Clgs } from "../../../src/papers/clgs/clgs-loss";
import { Clner } from "../../../src/papers/clgs/clner-loss";
import { taggedSentences } from "../../../src/papers/clgs/corpus";
import { encode, partOf, teacherOf, type Part } from "../../../src/papers/clgs/part";
import { PAPER_SETTINGS } from "../../../src/papers/clgs/settings";
import { WordEncoder } from "../../../src/papers/clgs/word-encoder";
import { drugSentences, smallBert, smallCharacterBert } from "./drug-sentences";

let words: WordEncoder;
let part: Part;
let teacher: tf.Tensor2D;
const { clgs: CLGS, cldr: CLDR, clner: CLNER } = PAPER_SETTINGS;
const indices = [4, 1, 7];

beforeAll(async () => {
  words = await WordEncoder.open(smallBert);
  part = partOf(words, taggedSentences(drugSentences(12)));
  teacher = teacherOf(words, part);
});
afterAll(() => {
  words.dispose();
  teacher.dispose();
});

const chance = () => ({ random: new Random(3) });
const value = (loss: () => tf.Scalar): number => tf.tidy(() => loss().dataSync()[0]!);
const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, one, at) => sum + one * y[at]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const relu = (x: readonly number[]): number[] => x.map((one) => Math.max(0, one));
/** W x for W [out, in] row-major. */
const times = (weight: Float32Array, x: readonly number[]): number[] =>
  Array.from({ length: weight.length / x.length }, (_, out) =>
    x.reduce((sum, one, at) => sum + one * weight[out * x.length + at]!, 0),
  );

describe("CLDR", () => {
  /** Eq. 5 relation by relation, pair by pair. */
  function byHand(cldr: Cldr, pairing: "anchor" | "diagonal", lambda: number): number {
    const frozen = teacher.arraySync();
    return tf.tidy(() => {
      const { words: states, starts } = encode(words, part, indices, chance());
      const tuned = states.arraySync();
      const compared = comparedPairs(part, indices, starts, CLDR, chance().random);
      const weight = cldr.parameters[0]!.data();
      const pairAt = (list: Int32Array, r: number, z: number) =>
        [0, 1].map((side) => list[2 * (r * compared.width + z) + side]!) as [number, number];
      let total = 0;
      for (let r = 0; r < compared.relations; r++) {
        const scores: number[] = [];
        for (let z = 0; z < compared.width; z++) {
          if (compared.isPair[r * compared.width + z] === 0) continue;
          const text = pairAt(compared.inStep, r, pairing === "diagonal" ? z : 0).flatMap((at) =>
            relu(tuned[at]!),
          );
          const [a, b] = pairAt(compared.inPart, r, z).map((at) => frozen[at]!) as [number[], number[]];
          const mixed = [
            a.map((x, at) => lambda * x + (1 - lambda) * b[at]!),
            b.map((x, at) => lambda * x + (1 - lambda) * a[at]!),
          ];
          const graph = mixed.flatMap((node) => relu(times(weight, node)));
          scores.push(cosine(text, graph) / CLDR.temperature);
        }
        const own = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[0]!;
        total += own * compared.share[r]!;
      }
      return total / compared.sentences;
    });
  }

  it.each(["anchor", "diagonal"] as const)("with %s pairing equals a loop, and leaks nothing", (pairing) => {
    const cldr = new Cldr(words, { ...CLDR, pairing }, new Random(1));
    const before = tf.memory().numTensors;
    const got = value(() => cldr.loss(part, teacher, indices, chance()));
    expect(tf.memory().numTensors).toBe(before);
    expect(got).toBeCloseTo(byHand(cldr, pairing, 0.8), 4);
    cldr.dispose();
  });

  it("sums over sentences in the released code's way", () => {
    const make = (reduce: "mean" | "sum"): number => {
      const cldr = new Cldr(words, { ...CLDR, reduce }, new Random(1));
      const got = value(() => cldr.loss(part, teacher, indices, chance()));
      cldr.dispose();
      return got;
    };
    expect(make("sum")).toBeCloseTo(3 * make("mean"), 4);
  });

  it("samples pairs in the order of roles, or of the text [R10]", () => {
    const starts = Int32Array.of(0, 0, 0, 0);
    const of = (order: "roles" | "text") =>
      comparedPairs(part, [0], starts, { ...CLDR, order }, new Random(1)).inStep;
    const [drug, effect] = part.sentences[0]!.pairs[0]!;
    expect(effect).toBeLessThan(drug);
    expect([...of("roles").subarray(0, 2)]).toEqual([drug, effect]);
    expect([...of("text").subarray(0, 2)]).toEqual([effect, drug]);
    const ordered = of("text");
    for (let pair = 0; pair < ordered.length; pair += 2)
      expect(ordered[pair]!).toBeLessThanOrEqual(ordered[pair + 1]!);
  });

  it("of diagonal pairing does not depend on the order of a pair, which both sides share; that of anchor pairing does", () => {
    const loss = (pairing: "anchor" | "diagonal", order: "roles" | "text"): number => {
      const cldr = new Cldr(words, { ...CLDR, pairing, order }, new Random(1));
      const found = value(() => cldr.loss(part, teacher, indices, chance()));
      cldr.dispose();
      return found;
    };
    expect(loss("diagonal", "text")).toBeCloseTo(loss("diagonal", "roles"), 5);
    expect(Math.abs(loss("anchor", "text") - loss("anchor", "roles"))).toBeGreaterThan(1e-3);
  });

  it("can leave words of entities out of the wrong pairs [R7]", () => {
    const { tags } = part.sentences[0]!;
    const draw = (excludesEntities: boolean): string[] =>
      Array.from({ length: 20 }, (_, seed) => {
        const { inStep, isPair } = comparedPairs(
          part,
          [0],
          new Int32Array(2),
          { ...CLDR, excludesEntities },
          new Random(seed),
        );
        const [drug, effect] = part.sentences[0]!.pairs[0]!;
        const words = [...inStep.subarray(0, 2 * isPair.filter(Boolean).length)];
        return words.filter((word) => word !== drug && word !== effect).map((word) => tags[word]!);
      }).flat();
    expect(draw(false).some((tag) => tag !== "O")).toBe(true);
    expect(draw(true).every((tag) => tag === "O")).toBe(true);
  });

  it("without a relation is 0", () => {
    const lonely = { ...part, sentences: part.sentences.map((one) => ({ ...one, pairs: [] })) };
    const cldr = new Cldr(words, CLDR, new Random(1));
    expect(value(() => cldr.loss(lonely, teacher, [0, 1], chance()))).toBe(0);
    cldr.dispose();
  });
});

describe("CLGS", () => {
  it("of a sentence with one relation equals a loop", () => {
    const settings = { ...CLGS, negatives: 50 };
    const model = new Clgs(words, settings, new Random(2));
    const [weight] = model.parameters.map((one) => one.data());
    const sentence = part.sentences[0]!;
    const [drug, effect] = sentence.pairs[0]!;
    const count = sentence.words.length;
    const others = Array.from({ length: count }, (_, at) => at).filter((at) => at !== drug && at !== effect);
    // every wrong graph of the sentence, in any order: the sum does not care
    const graphs = [[drug, effect], ...others.map((at) => [drug, at]), ...others.map((at) => [at, effect])];
    const frozen = teacher.arraySync();
    const tuned = tf.tidy(() => encode(words, part, [0], chance()).words.arraySync());
    const text = tuned[0]!.map((_, at) => tuned.reduce((sum, word) => sum + word[at]!, 0) / count);
    const scores = graphs.map(([a, b]) => {
      const mixed = frozen[part.offsets[0]! + a!]!.map(
        (x, at) => (x + frozen[part.offsets[0]! + b!]![at]!) / 2,
      );
      // both nodes are equal with weights of a half, so their mean is either
      return cosine(text, times(weight!, mixed).map(Math.tanh)) / settings.temperature;
    });
    const wanted = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[0]!;
    const before = tf.memory().numTensors;
    expect(value(() => model.loss(part, teacher, [0], chance()))).toBeCloseTo(wanted, 4);
    expect(tf.memory().numTensors).toBe(before);
    const [choice] = model.choices(part, teacher, 50, new Random(1));
    expect(choice).toEqual({ isRight: Math.max(...scores.slice(1)) < scores[0]!, graphs: graphs.length });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it.each([
    ["cls", "mean", false],
    ["max", "max", false],
    ["cls", "mean", true],
    ["mean", "mean", true],
  ] as const)(
    "pools text by %s and graphs by %s (projection: %s)",
    (textPooling, graphPooling, hasProjection) => {
      const model = new Clgs(words, { ...CLGS, textPooling, graphPooling, hasProjection }, new Random(2));
      expect(model.parameters).toHaveLength(hasProjection ? 6 : 2);
      const { value: loss, gradients: slopes } = tf.tidy(() => {
        const found = gradients(() => model.loss(part, teacher, indices, chance()), model.parameters);
        return {
          value: found.value.dataSync()[0]!,
          gradients: [...found.gradients.values()].map((one) => one.dataSync()),
        } as never;
      }) as unknown as { value: number; gradients: Float32Array[] };
      expect(loss).toBeGreaterThan(0);
      for (const slope of slopes) expect(slope.every(Number.isFinite)).toBe(true);
      model.dispose();
    },
  );
});

describe("CLNER and the baselines", () => {
  it("give losses that depend on every parameter of theirs, and leak nothing", () => {
    const random = new Random(4);
    const clner = new Clner(words, CLNER, random);
    const tagger = new Tagger(words, random);
    const classifier = new PairClassifier(words, random);
    const supCon = supConOnPairs(words, CLDR);
    const losses = [
      [clner, () => clner.loss(part, indices, chance())],
      [tagger, () => tagger.loss(part, indices, chance())],
      [classifier, () => classifier.loss(part, indices, chance())],
      [{ parameters: words.encoder.parameters.slice(-4) }, () => supCon(part, indices, chance())],
    ] as const;
    const before = tf.memory().numTensors;
    for (const [{ parameters }, loss] of losses) {
      const sizes = tf.tidy(() => {
        const found = gradients(loss, parameters);
        expect(found.value.dataSync()[0]).toBeGreaterThan(0);
        return parameters.map((one) => found.gradients.get(one)?.abs().sum().dataSync()[0] ?? 0) as never;
      }) as unknown as number[];
      expect(Math.max(...sizes)).toBeGreaterThan(0);
      expect(sizes.every(Number.isFinite)).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(before);
    for (const one of [clner, tagger, classifier]) one.dispose();
  });

  it("of the tagger is log 5 for scores that are all equal", () => {
    const tagger = new Tagger(words, new Random(1));
    for (const parameter of tagger.parameters) parameter.assign(parameter.data().fill(0));
    expect(value(() => tagger.loss(part, indices, chance()))).toBeCloseTo(Math.log(5), 5);
    tagger.dispose();
  });
});

describe("an encoder of words", () => {
  it("gives the same vectors in batches of any size, in the order of the sentences", () => {
    const whole = words.vectors(part.sequences);
    expect([whole.rows, whole.columns]).toEqual([part.offsets.at(-1), 32]);
    const few = words.vectors(part.sequences, undefined, 3);
    few.data.forEach((one, at) => expect(one).toBeCloseTo(whole.data[at]!, 4));
    const alone = tf.tidy(() => words.forward([part.sequences[5]!]).words.dataSync());
    const from = part.offsets[5]! * 32;
    alone.forEach((one, at) => expect(one).toBeCloseTo(whole.data[from + at]!, 4));
  });

  it("reads characters where the model does", async () => {
    const spelt = await WordEncoder.open(smallCharacterBert);
    const own = partOf(spelt, part.sentences.slice(0, 2));
    const vectors = spelt.vectors(own.sequences);
    expect(vectors.rows).toBe(own.offsets.at(-1));
    expect(vectors.data.every(Number.isFinite)).toBe(true);
    spelt.dispose();
  });
});
