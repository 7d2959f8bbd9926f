import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import {
  guessHidden,
  hiddenScores,
  maskedLanguageLoss,
  meanCrossEntropy,
  newEncoder,
  type TransformerEncoder,
} from "../../src/encoders";
import { parseEncoderConfig } from "../../src/encoders/weights";
import { createParameter, gradients, initialNormal, startEngine } from "../../src/engine";
import { maskTokens, padded } from "../../src/text";
import { expectNoLeak } from "../engine/engine-under-test";

const VOCABULARY = 23;
const CONFIG = {
  model_type: "bert",
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  intermediate_size: 16,
  max_position_embeddings: 12,
  vocab_size: VOCABULARY,
  initializer_range: 0.3,
};

let encoder: TransformerEncoder;
const random = new Random("masked language loss");
const batch = padded(
  [9, 12, 5].map((length) => {
    const words = Array.from({ length: length - 2 }, () => 5 + random.integer(18));
    return { ids: [2, ...words, 3], typeIds: new Array<number>(length).fill(0) };
  }),
  0,
);
const masked = maskTokens(
  batch,
  { size: VOCABULARY, maskId: 4, specialIds: [0, 1, 2, 3, 4] },
  { random, rate: 0.4 },
);

beforeAll(async () => {
  await startEngine();
  encoder = newEncoder(parseEncoderConfig(CONFIG), new Random(3), { maskedHead: true });
});
afterAll(() => encoder.dispose());

/** The loss by loops over the scores of every position: an independent way to the same number. */
function lossByLoops(): number {
  return tf.tidy(() => {
    const scores = encoder.maskedLogits(encoder.forward(masked).last).dataSync();
    let sum = 0;
    masked.places.forEach((place, index) => {
      const row = Array.from(scores.slice(place * VOCABULARY, (place + 1) * VOCABULARY));
      const top = Math.max(...row);
      const normal = top + Math.log(row.reduce((total, score) => total + Math.exp(score - top), 0));
      sum += normal - row[masked.targets[index]!]!;
    });
    return [sum / masked.places.length];
  })[0]!;
}

describe("maskedLanguageLoss", () => {
  it("is the mean cross-entropy of the hidden places, and no other place counts", () => {
    expectNoLeak(() => {
      const loss = tf.tidy(
        () => maskedLanguageLoss(encoder, encoder.forward(masked).last, masked).dataSync()[0]!,
      );
      expect(loss).toBeCloseTo(lossByLoops(), 5);
      expect(masked.places.length).toBeGreaterThan(3);
    });
  });

  it("takes the vocabulary product for the hidden places alone", () => {
    tf.tidy(() => {
      const { last } = encoder.forward(masked);
      const scores = hiddenScores(encoder, last, masked);
      expect(scores.shape).toEqual([masked.places.length, VOCABULARY]);
      const all = encoder.maskedLogits(last).reshape([-1, VOCABULARY]);
      const rows = tf.gather(all, tf.tensor1d(masked.places, "int32"));
      expect(tf.max(tf.abs(tf.sub(rows, scores))).dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  it("has gradients that agree with finite differences, in the tied embeddings and the head too", () => {
    const loss = (): tf.Scalar => maskedLanguageLoss(encoder, encoder.forward(masked).last, masked);
    const names = [
      "embeddings.word_embeddings.weight",
      "cls.predictions.transform.dense.weight",
      "cls.predictions.bias",
      "encoder.layer.0.attention.self.query.weight",
    ];
    tf.tidy(() => {
      const { gradients: slopes } = gradients(loss, encoder.parameters);
      for (const name of names) {
        const parameter = encoder.parameter(name);
        const before = parameter.data();
        const slope = Array.from(slopes.get(parameter)!.dataSync());
        const draw = random.fork(name);
        const direction = Float32Array.from(before, () => draw.normal());
        const at = (step: number): number => {
          parameter.assign(before.map((value, index) => value + step * direction[index]!));
          return tf.tidy(() => loss().dataSync()[0]!);
        };
        const step = 1e-3;
        const numeric = (at(step) - at(-step)) / (2 * step);
        parameter.assign(before);
        const exact = slope.reduce((sum, value, index) => sum + value * direction[index]!, 0);
        expect(Math.abs(numeric - exact)).toBeLessThan(2e-3 + 0.01 * Math.abs(exact));
      }
    });
  });

  it("guesses the best word of each hidden place, with the same loss", () => {
    expectNoLeak(() => {
      const { guesses, loss } = guessHidden(encoder, masked);
      expect(loss / masked.places.length).toBeCloseTo(lossByLoops(), 5);
      const scores = tf.tidy(() => encoder.maskedLogits(encoder.forward(masked).last).dataSync());
      masked.places.forEach((place, index) => {
        const row = Array.from(scores.slice(place * VOCABULARY, (place + 1) * VOCABULARY));
        expect(guesses[index]).toBe(row.indexOf(Math.max(...row)));
      });
      const none = { ...masked, places: new Int32Array(0), targets: new Int32Array(0) };
      expect(guessHidden(encoder, none)).toEqual({ guesses: new Int32Array(0), loss: 0 });
    });
  });

  it("says that nothing is hidden", () => {
    const none = { places: new Int32Array(0), targets: new Int32Array(0) };
    expect(() => tf.tidy(() => maskedLanguageLoss(encoder, encoder.forward(masked).last, none))).toThrow(
      OptionError,
    );
  });
});

describe("meanCrossEntropy", () => {
  it("is ln 2 for two equal scores, with the slope (softmax - one hot) / rows, and survives large scores", () => {
    const scores = createParameter("scores", { shape: [2, 2], data: Float32Array.of(500, 500, 0, 0) });
    expectNoLeak(() =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(
          () => meanCrossEntropy(scores.value() as tf.Tensor2D, Int32Array.of(0, 1)),
          [scores],
        );
        expect(value.dataSync()[0]).toBeCloseTo(Math.LN2, 6);
        expect(Array.from(slopes.get(scores)!.dataSync())).toEqual([-0.25, 0.25, 0.25, -0.25]);
      }),
    );
    scores.dispose();
  });

  it("gives the same on an engine that has no raw operations", async () => {
    const backend = tf.getBackend();
    const { data } = initialNormal(new Random(5), [6, 9], 2);
    const targets = Int32Array.of(0, 8, 3, 3, 1, 5);
    const run = (): number[] =>
      tf.tidy(() => {
        const grad = tf.valueAndGrad((x: tf.Tensor) => meanCrossEntropy(x as tf.Tensor2D, targets));
        const { value, grad: slope } = grad(tf.tensor2d(data, [6, 9]));
        return [...value.dataSync(), ...slope.dataSync()];
      });
    const here = run();
    await tf.setBackend("cpu");
    try {
      run().forEach((value, index) => expect(value).toBeCloseTo(here[index]!, 5));
    } finally {
      await tf.setBackend(backend);
    }
  });
});
