import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import {
  characterIds,
  type EncoderBatch,
  type ForwardOptions,
  type TransformerEncoder,
} from "../../src/encoders";
import { Packing } from "../../src/encoders/packing";
import { DropoutStream, gradients, startEngine } from "../../src/engine";
import { scoped } from "../../src/engine/scoped";
import { expectNoLeak } from "../engine/engine-under-test";
import { worstError } from "../support/fixtures";
import { loadFixture } from "./encoder-fixtures";

beforeAll(() => startEngine());

/** Sentences by their tokens: padding at the end, at the start, in the middle, and nothing else. */
const SEEN = [
  [1, 1, 1, 1, 1, 1],
  [1, 1, 0, 0, 0, 0],
  [0, 0, 1, 1, 1, 0],
  [1, 0, 1, 0, 1, 1],
  [0, 0, 0, 0, 0, 0],
];
const TOKENS = 15;
const [SIZE, LENGTH] = [SEEN.length, SEEN[0]!.length];

function padded(encoder: TransformerEncoder): EncoderBatch {
  const { padId, characterCnn, typeVocabulary } = encoder.config;
  const each = <T>(token: (row: number, place: number) => T, padding: T): T[] =>
    SEEN.flatMap((row, at) => row.map((seen, place) => (seen === 1 ? token(at, place) : padding)));
  return {
    size: SIZE,
    length: LENGTH,
    ids: Int32Array.from(each((row, place) => 10 + 7 * row + place, padId)),
    mask: Int32Array.from(SEEN.flat()),
    typeIds: Int32Array.from(each((row, place) => (row + place) % typeVocabulary, 0)),
    ...(characterCnn && {
      characterIds: Int32Array.from(
        each((row, place) => [...characterIds(`w${row}${place}`)], [...characterIds("[PAD]")]).flat(),
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

  /** States and attention of tokens, and the gradients of a loss on them. */
  const run = (options: ForwardOptions) =>
    scoped(() => {
      const batch = padded(encoder);
      const isToken = tf.tensor3d(Float32Array.from(batch.mask), [SIZE, LENGTH, 1]);
      const wave = (x: tf.Tensor, pace: number): tf.Tensor =>
        tf.sum(tf.mul(x, tf.sin(tf.range(0, x.size).mul(pace)).reshape(x.shape)));
      const read = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<"float32">());
      let found: Float32Array[] = [];
      const { gradients: slopes } = gradients(() => {
        const { last, hidden, attention } = encoder.forward(batch, {
          ...options,
          allHidden: true,
          attention: true,
        });
        const seen = tf.mul(attention!, isToken.reshape([SIZE, 1, LENGTH, 1]));
        found = [read(last), read(seen)];
        const states = tf.mul(tf.add(last, hidden![1]!), isToken);
        return tf.add(wave(states, 0.7), wave(seen, 0.3)) as tf.Scalar;
      }, encoder.parameters);
      return {
        states: found[0]!,
        attention: found[1]!,
        slopes: new Map([...slopes].map(([{ name }, slope]) => [name, read(slope)])),
      };
    });

  it("has the states and the attention of tokens, none of padding, and the same gradients", () => {
    // Positions that nothing else would choose.
    const positions = Int32Array.from({ length: SIZE * LENGTH }, (_, place) => 2 + ((3 * place) % 7));
    for (const options of [{}, { positions }]) {
      const [packed, plain] = expectNoLeak(() => [run({ ...options, packed: true }), run(options)] as const);
      const { hiddenSize } = encoder.config;
      SEEN.flat().forEach((seen, place) => {
        const of = (states: Float32Array) => states.subarray(place * hiddenSize, (place + 1) * hiddenSize);
        if (seen === 0) expect(Math.max(...of(packed.states).map(Math.abs))).toBe(0);
        else expect(worstError(of(packed.states), [...of(plain.states)])).toBeLessThan(1e-5);
      });
      expect(worstError(packed.attention, [...plain.attention])).toBeLessThan(1e-6);
      expect([...packed.slopes.keys()]).toEqual([...plain.slopes.keys()]);
      const largest = Math.max(...[...plain.slopes.values()].flatMap((slope) => [...slope.map(Math.abs)]));
      for (const [name, slope] of packed.slopes)
        expect(worstError(slope, [...plain.slopes.get(name)!]) / largest, name).toBeLessThan(1e-5);
    }
  });

  it("drops out rows of tokens alone, and goes the same way by the same stream", () => {
    const batch = padded(encoder);
    const drawn = new Set<number>();
    const states = (): Float32Array =>
      scoped(() => {
        const stream = new DropoutStream(new Random(1));
        const mask = stream.mask.bind(stream);
        stream.mask = (shape, rate) => {
          if (shape.length === 2) drawn.add(shape[0]!);
          return mask(shape, rate);
        };
        const { last } = encoder.forward(batch, { packed: true, dropout: stream });
        expect(last.shape).toEqual([SIZE, LENGTH, encoder.config.hiddenSize]);
        return Float32Array.from(last.dataSync());
      });
    expect(states()).toEqual(states());
    expect([...drawn]).toEqual([TOKENS]);
  });
});

describe("a packing", () => {
  it("is none where nothing is padding", () => {
    const ones = Int32Array.of(1, 1);
    expect(Packing.of({ size: 1, length: 2, ids: ones, typeIds: ones, mask: ones })).toBeUndefined();
  });
});
