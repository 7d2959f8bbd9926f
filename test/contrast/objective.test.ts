import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { crossEntropy, infoNce, multiLabelSupCon, ntXent, type Objective, supCon } from "../../src/contrast";
import { DISPLAY } from "../../src/core";
import { expectFiniteDifferences, withEngine } from "./numbers";

withEngine();

const embeddings: tf.Tensor2D = tf.tensor2d([1, 2, 0, -1, 0.5, 1, 0.3, -2, 1, 1, 1, 0.2], [4, 3]);
const positive: tf.Tensor2D = tf.tensor2d([1, 1, 0.2, -1, 0.1, 1, 2, -1, 0, 0, 1, 1], [4, 3]);
const labels = [0, 1, 0, 1];

describe("cross-entropy", () => {
  const logits: tf.Tensor2D = tf.tensor2d([2, -1, 0.5, 0, 0, 3, 1, 1, 1, -2, 0, 1], [4, 3]);

  it("equals the softmax likelihood by hand, and has its gradient", () => {
    const rows = logits.arraySync();
    const gold = [0, 2, 1, 0];
    const wanted = rows.map((row, i) => Math.log(row.reduce((z, x) => z + Math.exp(x), 0)) - row[gold[i]!]!);
    const value = crossEntropy().loss({ logits, labels: gold }).dataSync()[0]!;
    expect(value).toBeCloseTo(wanted.reduce((a, b) => a + b) / 4, 5);
    expectFiniteDifferences(
      (given) => crossEntropy().loss({ logits: given["logits"] as tf.Tensor2D, labels: gold }),
      { logits },
    );
  });

  it("is 0 with one class only", () => {
    expect(
      crossEntropy()
        .loss({ logits: tf.ones([3, 1]), labels: [0, 0, 0] })
        .dataSync()[0],
    ).toBe(0);
  });

  it("stays finite with huge logits", () => {
    const value = crossEntropy()
      .loss({ logits: logits.mul(1e6), labels: [0, 2, 1, 0] })
      .dataSync()[0]!;
    expect(Number.isFinite(value)).toBe(true);
  });

  it("names the row whose label is no class", () => {
    expect(() => crossEntropy().loss({ logits, labels: [0, 3, 1, 0] })).toThrow(
      "label 3 of row 1 is no class: with 3 columns of logits labels run from 0 to 2",
    );
    expect(() => crossEntropy().loss({ logits, labels: [0, 1.5, 1, 0] })).toThrow("label 1.5 of row 1");
  });
});

describe("an objective", () => {
  it("is the weighted sum of its terms", () => {
    const both = infoNce({ temperature: 0.5 })
      .times(2)
      .plus(supCon({ temperature: 0.1 }).times(0.25));
    const batch = { anchor: embeddings, positive, embeddings, labels };
    const terms = both.terms(batch);
    expect(terms.map(({ name, weight }) => [name, weight])).toEqual([
      ["InfoNCE", 2],
      ["SupCon", 0.25],
    ]);
    const [first, second] = terms.map(({ value }) => value.dataSync()[0]!);
    expect(both.loss(batch).dataSync()[0]!).toBeCloseTo(2 * first! + 0.25 * second!, 4);
    expect(String(both)).toBe("2 x InfoNCE + 0.25 x SupCon");
  });

  it("stays as it was when something is added or multiplied", () => {
    const one = infoNce({ temperature: 0.5 });
    one.plus(supCon({ temperature: 1 }));
    one.times(3);
    expect(String(one)).toBe("InfoNCE");
  });

  it("numbers equal names, takes another name, and reads other roles", () => {
    const twice = infoNce({ temperature: 0.5 })
      .plus(infoNce({ temperature: 0.1 }))
      .plus(infoNce({ temperature: 0.2 }));
    expect(twice.losses.map(({ name }) => name)).toEqual(["InfoNCE", "InfoNCE 2", "InfoNCE 3"]);
    const elsewhere = infoNce({ temperature: 0.5 })
      .named("bag level")
      .on((bag: { left: tf.Tensor2D; right: tf.Tensor2D }) => ({ anchor: bag.left, positive: bag.right }));
    expect(elsewhere.terms({ left: embeddings, right: positive })[0]!.name).toBe("bag level");
    expect(() => twice.named("all")).toThrow("only a single loss can be named");
  });

  it("refuses a factor that is negative or no number", () => {
    expect(() => ntXent({ temperature: 1 }).times(-1)).toThrow("multiplied by -1");
    expect(() => ntXent({ temperature: 1 }).times(NaN)).toThrow("multiplied by NaN");
  });

  it("explains itself: formula, source, roles and shapes", async () => {
    const explanation = infoNce({ temperature: 0.5 }).times(2).plus(crossEntropy()).explain();
    const bundle = explanation[DISPLAY]();
    expect(bundle["text/plain"]).toContain("L = 2\\,L_{\\text{InfoNCE}} + L_{\\text{cross-entropy}}");
    expect(bundle["text/markdown"]).toContain("| `anchor` | `[batch, dim]` |");
    expect(bundle["text/markdown"]).toContain("van den Oord");
    expect(bundle["text/latex"]).toMatch(/^\$\$.*\$\$$/);
    const single = supCon({ temperature: 0.1, form: "in" }).explain();
    expect(single.toString()).toContain("eq. 3");
    expect(single[DISPLAY]()["text/latex"]).toContain("\\frac{1}{|P(i)|}");
  });

  it("compiles only with the roles it needs", () => {
    // never called: the compiler is what is tested
    const wrongBatches = () => {
      // @ts-expect-error InfoNCE needs a positive
      infoNce({ temperature: 1 }).loss({ anchor: embeddings });
      // @ts-expect-error SupCon needs labels
      supCon({ temperature: 1 }).loss({ embeddings });
      // @ts-expect-error order never decides: roles have names
      infoNce({ temperature: 1 }).loss([embeddings, positive]);
      // @ts-expect-error a vector is no matrix of embeddings
      supCon({ temperature: 1 }).loss({ embeddings: tf.tensor1d([1]), labels });
      const sum = infoNce({ temperature: 1 }).plus(supCon({ temperature: 1 }));
      // @ts-expect-error a sum needs the roles of both sides
      sum.loss({ anchor: embeddings, positive });
      // @ts-expect-error an objective that needs labels is no objective for pairs
      const narrow: Objective<{ anchor: tf.Tensor2D; positive: tf.Tensor2D }> = supCon({ temperature: 1 });
      sum.loss({ anchor: embeddings, positive, embeddings, labels });
      return narrow;
    };
    expect(wrongBatches).toBeTypeOf("function");
  });

  it("leaks no tensor, also when it fails", () => {
    const labelMatrix: tf.Tensor2D = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 1],
    ]);
    const queue: tf.Tensor2D = tf.ones([5, 3]);
    const own: tf.Tensor3D = tf.ones([4, 2, 3]);
    const pair = { anchor: embeddings, positive };
    const calls: (() => tf.Scalar | { dispose(): void }[])[] = [
      () => infoNce({ temperature: 1 }).loss(pair),
      () => infoNce({ temperature: 1, symmetric: true }).loss(pair),
      () => infoNce({ temperature: 1, negatives: "queue" }).loss({ ...pair, queue }),
      () => infoNce({ temperature: 1, negatives: "own" }).loss({ ...pair, negatives: own }),
      () => ntXent({ temperature: 1 }).loss(pair),
      () => supCon({ temperature: 1, form: "in" }).loss({ embeddings, labels }),
      () => multiLabelSupCon({ temperature: 1, positives: "jaccard" }).loss({ embeddings, labelMatrix }),
      () => crossEntropy().loss({ logits: embeddings, labels }),
      () =>
        infoNce({ temperature: 1 })
          .plus(crossEntropy())
          .terms({ ...pair, logits: embeddings, labels })
          .map((t) => t.value),
    ];
    for (const call of calls) {
      const before = tf.memory().numTensors;
      const made = call();
      for (const tensor of Array.isArray(made) ? made : [made]) tensor.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
    const before = tf.memory().numTensors;
    expect(() => supCon({ temperature: 1 }).loss({ embeddings, labels: [1] })).toThrow();
    expect(() => infoNce({ temperature: 1 }).loss({ anchor: embeddings, positive: queue })).toThrow();
    expect(() => crossEntropy().loss({ logits: embeddings, labels: [9, 9, 9, 9] })).toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });
});
