import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { bagLayout } from "../../../src/relations";
import { BagModel, type BagModelOptions } from "../../../src/papers/hiclre/bag-model";
import { EpochMemory } from "../../../src/papers/hiclre/memory";
import { levelAttention, Recontextualization } from "../../../src/papers/hiclre/recontextualization";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, tensorOf, withEngine } from "../../contrast/numbers";

withEngine();

interface AttentionCase {
  readonly inputs: { readonly Q: unknown; readonly K: unknown; readonly V: unknown };
  readonly params: { readonly heads: number; readonly scale: boolean };
  readonly expected: { readonly output: unknown };
}

eachCase<AttentionCase>(
  "losses/hiclre.json",
  ({ inputs, params, expected }) => {
    const one = (value: unknown) => tensorOf<tf.Tensor2D>(value).expandDims(0) as tf.Tensor3D;
    const output = levelAttention(one(inputs.Q), one(inputs.K), one(inputs.V), params);
    expect(worstError(output.dataSync(), expected.output)).toBeLessThan(1e-5);
  },
  "attention_cases",
);

const draws = new Random(5);
const rows = (count: number, dim: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: count * dim }, () => draws.normal()),
    [count, dim],
  );

const model = (more: Partial<BagModelOptions> = {}): BagModel =>
  new BagModel({
    dim: 8,
    relations: 4,
    selection: "attention",
    recontextualization: "paper",
    heads: 2,
    atTest: true,
    dropout: 0.5,
    random: new Random(1),
    ...more,
  });

describe("Recontextualization", () => {
  it("lets padding have no part: a bag alone gives what it gives beside a larger one", () => {
    const levels = new Recontextualization("paper", { dim: 8, heads: 2, random: new Random(2) });
    const make = () => rows(3, 8).reshape([1, 3, 8]) as tf.Tensor3D;
    const [bag, sentence, entity] = [make(), make(), make()];
    const alone = levels.apply({ bag, sentence, entity }, tf.ones([1, 3]));
    const padded = (x: tf.Tensor3D): tf.Tensor3D =>
      tf.concat([x, rows(2, 8).reshape([1, 2, 8]) as tf.Tensor3D], 1);
    const mask = tf.tensor2d([1, 1, 1, 0, 0], [1, 5]);
    const beside = levels.apply(
      { bag: padded(bag), sentence: padded(sentence), entity: padded(entity) },
      mask,
    );
    for (const level of ["bag", "sentence"] as const) {
      const kept = tf.slice(beside[level], [0, 0, 0], [1, 3, 8]);
      expect(worstError(kept.dataSync(), [...alone[level].dataSync()])).toBeLessThan(1e-5);
    }
  });

  it("refuses heads that do not divide the width", () => {
    expect(() => new Recontextualization("paper", { dim: 8, heads: 3, random: new Random(2) })).toThrow(
      "heads is 3, which does not divide the width 8",
    );
  });

  it("in the code's form has no parameters and adds its attention", () => {
    const levels = new Recontextualization("code", { dim: 8, heads: 4, random: new Random(2) });
    expect(levels.parameters).toEqual([]);
    const bag = rows(2, 8).reshape([1, 2, 8]) as tf.Tensor3D;
    const zero: tf.Tensor3D = tf.zeros([1, 2, 8]);
    const { bag: fresh } = levels.apply({ bag, sentence: zero, entity: zero }, tf.ones([1, 2]));
    // Equal scores: the mean of the values is added.
    const wanted = tf.add(bag, tf.mean(bag, 1, true));
    expect(worstError(fresh.dataSync(), [...wanted.dataSync()])).toBeLessThan(1e-5);
  });
});

describe("BagModel", () => {
  it("scores a bag of one sentence like its own and independently of the other bags", () => {
    for (const recontextualization of ["none", "paper", "code"] as const) {
      const bags = model({ recontextualization });
      const [sentence, entity] = [rows(5, 8), rows(5, 16)];
      const all = bags.test({ sentence, entity }, bagLayout([1, 3, 1])).scores;
      const second = bags.test(
        { sentence: tf.slice(sentence, [1, 0], [3, 8]), entity: tf.slice(entity, [1, 0], [3, 16]) },
        bagLayout([3]),
      ).scores;
      const own = tf.slice(all, [1, 0], [1, 4]);
      expect(worstError(second.dataSync(), [...own.dataSync()]), recontextualization).toBeLessThan(1e-5);
      bags.dispose();
    }
  });

  it("gives attention that sums to 1 over the sentences of a bag, whichever the selection", () => {
    for (const selection of ["attention", "average", "one"] as const) {
      const bags = model({ selection, recontextualization: "none" });
      const { attention } = bags.test({ sentence: rows(4, 8) }, bagLayout([1, 3]));
      const sums = tf.sum(attention, 2).dataSync();
      expect(worstError(sums, new Array(8).fill(1)), selection).toBeLessThan(1e-5);
      const padding = tf.slice(attention, [0, 0, 1], [1, 4, 2]).dataSync();
      expect(Math.max(...padding), selection).toBeLessThan(1e-6);
      bags.dispose();
    }
  });

  it("with selection one takes the sentence that is surest of the relation", () => {
    const bags = model({ selection: "one", recontextualization: "none" });
    const sentence = rows(3, 8);
    const layout = bagLayout([3]);
    const { attention } = bags.train({ sentence }, layout, [2]);
    const single = bags.test({ sentence }, bagLayout([1, 1, 1])).scores.arraySync();
    const sure = single.map((row) => row[2]!);
    expect([...attention.dataSync()].indexOf(1)).toBe(sure.indexOf(Math.max(...sure)));
    bags.dispose();
  });

  it("makes bag vectors larger in training where it is asked to, and not at test", () => {
    const [plain, twice] = [{}, { trainingScale: 2 }].map((more) =>
      model({ recontextualization: "none", dropout: 0, ...more }),
    );
    const sentence = rows(3, 8);
    const layout = bagLayout([1, 2]);
    const bagOf = (one: BagModel) => one.train({ sentence }, layout, [1, 2]).bag;
    const wanted = [...tf.mul(bagOf(plain!), 2).dataSync()];
    expect(worstError(bagOf(twice!).dataSync(), wanted)).toBe(0);
    const scores = plain!.test({ sentence }, layout).scores.dataSync();
    expect([...twice!.test({ sentence }, layout).scores.dataSync()]).toEqual([...scores]);
    for (const one of [plain!, twice!]) one.dispose();
  });

  it("doubles the vector of a bag of one sentence in training, in the released code's form", () => {
    const [code, plain] = (["code", "none"] as const).map((recontextualization) =>
      model({ recontextualization }),
    );
    const [sentence, entity] = [rows(1, 8), rows(1, 16)];
    const bagOf = (one: BagModel) => one.train({ sentence, entity }, bagLayout([1]), [1]).bag;
    const wanted = [...tf.mul(bagOf(plain!), 2).dataSync()];
    expect(worstError(bagOf(code!).dataSync(), wanted)).toBeLessThan(1e-5);
    for (const one of [code!, plain!]) one.dispose();
  });

  it("weighs and scores as an independent loop over bags and relations does (eq. 3-8)", () => {
    const bags = model({ recontextualization: "none", diagonal: 0.7 });
    const sizes = [2, 3];
    const sentence = rows(5, 8);
    const h = sentence.arraySync();
    const { scores, attention, vectors } = bags.test({ sentence }, bagLayout(sizes));
    const [, weight, bias] = bags.parameters;
    const [w, b] = [weight!.value().arraySync() as number[][], bias!.value().arraySync() as number[]];
    const dot = (x: readonly number[], y: readonly number[]) =>
      x.reduce((sum, one, at) => sum + one * y[at]!, 0);
    const softmax = (x: readonly number[]) => {
      const all = x.map(Math.exp);
      const total = all.reduce((sum, one) => sum + one, 0);
      return all.map((one) => one / total);
    };
    let first = 0;
    sizes.forEach((size, bag) => {
      const own = h.slice(first, first + size);
      first += size;
      w.forEach((query, relation) => {
        const shares = softmax(own.map((one) => 0.7 * dot(one, query)));
        const mixed = query.map((_, at) => shares.reduce((sum, share, i) => sum + share * own[i]![at]!, 0));
        const all = softmax(w.map((row, at) => dot(row, mixed) + b[at]!));
        expect(scores.arraySync()[bag]![relation]).toBeCloseTo(all[relation]!, 5);
        expect(
          worstError(Float32Array.from(attention.arraySync()[bag]![relation]!.slice(0, size)), shares),
        ).toBeLessThan(1e-5);
        expect(worstError(Float32Array.from(vectors.arraySync()[bag]![relation]!), mixed)).toBeLessThan(1e-5);
      });
    });
    bags.dispose();
  });

  it.each(["none", "paper", "code"] as const)(
    "has the slopes of finite differences, recontextualization %s, bags of two sizes",
    (recontextualization) => {
      const bags = model({ recontextualization });
      const layout = bagLayout([2, 1]);
      expectFiniteDifferences(
        ({ sentence, entity }) => {
          const given = {
            sentence: sentence as tf.Tensor2D,
            ...(entity === undefined ? {} : { entity: entity as tf.Tensor2D }),
          };
          const { logits } = bags.train(given, layout, [1, 3]);
          return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot([1, 3], 4)))) as tf.Scalar;
        },
        { sentence: rows(3, 8), ...(recontextualization === "none" ? {} : { entity: rows(3, 16) }) },
      );
      bags.dispose();
    },
  );

  it("leaks no tensor when scoring", () => {
    const bags = model();
    const [sentence, entity] = [rows(4, 8), rows(4, 16)];
    const before = tf.memory().numTensors;
    const { scores, attention, vectors } = bags.test({ sentence, entity }, bagLayout([1, 3]));
    tf.dispose([scores, attention, vectors]);
    expect(tf.memory().numTensors).toBe(before);
    bags.dispose();
  });
});

describe("EpochMemory", () => {
  it("recalls what the epoch before left, and nothing older", () => {
    const memory = new EpochMemory();
    memory.keep([7, 9], 1, Float32Array.from([1, 2, 3, 4]));
    memory.keep([7], 2, Float32Array.from([5, 6]));
    expect([...memory.recall([9, 7, 8], 2, 2).dataSync()]).toEqual([3, 4, 0, 0, 0, 0]);
    expect([...memory.recall([9, 7], 3, 2).dataSync()]).toEqual([0, 0, 5, 6]);
  });

  it("holds two bytes a number, so a cosine moves by less than 0.001, and drops what is older", () => {
    const memory = new EpochMemory();
    const [one] = rows(1, 64).arraySync();
    memory.keep([1], 1, Float32Array.from(one!));
    const held = memory.recall([1], 2, 64).dataSync();
    const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x).reduce((sum, value, at) => sum + value * y[at]!, 0);
    const cosine = dot(one!, held) / Math.sqrt(dot(one!, one!) * dot(held, held));
    expect(1 - cosine).toBeLessThan(1e-3);
    memory.keep([2], 2, new Float32Array(64));
    expect(memory.size).toBe(2);
    memory.keep([2], 3, new Float32Array(64));
    expect(memory.size).toBe(1);
  });

  it("goes through a checkpoint unchanged", () => {
    const memory = new EpochMemory();
    memory.keep([3, 40000], 4, Float32Array.from([1, -2, 0.5, 8]));
    const other = new EpochMemory();
    other.restore(memory.saved("memory"));
    expect([...other.recall([40000, 3], 5, 2).dataSync()]).toEqual([0.5, 8, 1, -2]);
  });
});
