import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { characterIds, type EncoderBatch, type TransformerEncoder } from "../../src/encoders";
import { Packing } from "../../src/encoders/packing";
import { DropoutStream, gradients, startEngine } from "../../src/engine";
import { expectNoLeak } from "../engine/engine-under-test";
import { worstError } from "../support/fixtures";
import { loadFixture } from "./encoder-fixtures";

beforeAll(() => startEngine());

const LENGTHS = [6, 2, 4];
const LENGTH = 6;

/** Three sentences of 6, 2 and 4 tokens. */
function padded(encoder: TransformerEncoder): EncoderBatch {
  const { padId, characterCnn } = encoder.config;
  const at = <T>(token: (row: number, place: number) => T, padding: T): T[] =>
    LENGTHS.flatMap((own, row) =>
      Array.from({ length: LENGTH }, (_, i) => (i < own ? token(row, i) : padding)),
    );
  return {
    size: LENGTHS.length,
    length: LENGTH,
    ids: Int32Array.from(at((row, place) => 10 + 7 * row + place, padId)),
    mask: Int32Array.from(at(() => 1, 0)),
    typeIds: new Int32Array(LENGTHS.length * LENGTH),
    ...(characterCnn && {
      characterIds: Int32Array.from(
        at((row, place) => [...characterIds(`w${row}${place}`)], [...characterIds("[PAD]")]).flat(),
      ),
    }),
  };
}

describe.each(["bert", "roberta", "character_bert"])("%s without its padding", (model) => {
  let encoder: TransformerEncoder;
  beforeAll(async () => {
    encoder = await loadFixture(model);
  });
  afterAll(() => encoder.dispose());

  it("has the same states of tokens, none of padding, and the same gradients", () => {
    const batch = padded(encoder);
    const isToken = tf.tensor3d(Float32Array.from(batch.mask), [batch.size, LENGTH, 1]);
    const run = (packed: boolean) => {
      let states = new Float32Array();
      const slopes = tf.tidy(() => {
        const { gradients: found } = gradients(() => {
          const { last, hidden } = encoder.forward(batch, { packed, allHidden: true });
          states = Float32Array.from(last.dataSync());
          const wave = tf.sin(tf.range(0, last.size).mul(0.7)).reshape(last.shape);
          return tf.sum(tf.mul(tf.mul(tf.add(last, hidden![1]!), isToken), wave)) as tf.Scalar;
        }, encoder.parameters);
        return [...found].map(([{ name }, slope]) => [name, slope.dataSync()] as const) as never;
      }) as unknown as (readonly [string, Float32Array])[];
      return { states, slopes: new Map(slopes) };
    };
    const [packed, plain] = expectNoLeak(() => [run(true), run(false)] as const);
    const { hiddenSize } = encoder.config;
    batch.mask.forEach((visible, place) => {
      const own = packed.states.subarray(place * hiddenSize, (place + 1) * hiddenSize);
      const wanted = plain.states.subarray(place * hiddenSize, (place + 1) * hiddenSize);
      if (visible === 0) expect(Math.max(...own.map(Math.abs))).toBe(0);
      else expect(worstError(own, [...wanted])).toBeLessThan(1e-5);
    });
    expect([...packed.slopes.keys()]).toEqual([...plain.slopes.keys()]);
    for (const [name, slope] of packed.slopes) {
      const wanted = plain.slopes.get(name)!;
      const largest = Math.max(1, ...wanted.map(Math.abs));
      expect(
        worstError(
          slope.map((x) => x / largest),
          [...wanted].map((x) => x / largest),
        ),
        name,
      ).toBeLessThan(1e-5);
    }
    isToken.dispose();
  });

  it("computes rows of tokens alone, with dropout as without", () => {
    const batch = padded(encoder);
    tf.tidy(() => {
      const drawn: number[] = [];
      const stream = new DropoutStream(new Random(1));
      const mask = stream.mask.bind(stream);
      stream.mask = (shape, rate) => {
        if (shape.length === 2) drawn.push(shape[0]!);
        return mask(shape, rate);
      };
      const { last } = encoder.forward(batch, { packed: true, dropout: stream });
      expect(new Set(drawn)).toEqual(new Set([12]));
      expect(last.shape).toEqual([3, LENGTH, encoder.config.hiddenSize]);
    });
  });
});

describe("a packing", () => {
  it("is none where nothing is padding", () => {
    const ones = Int32Array.of(1, 1);
    expect(Packing.of({ size: 1, length: 2, ids: ones, typeIds: ones, mask: ones })).toBeUndefined();
  });
});
