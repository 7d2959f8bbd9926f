import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import type { Document } from "../../src/data";
import { startEngine } from "../../src/engine";
import { documentStates, entityStates, localizedContext, pairStates } from "../../src/relations";
import {
  documentBatch,
  documentMarkers,
  encodeDocument,
  loadTokenizer,
  type DocumentBatch,
} from "../../src/text";
import { arrayOf, eachCase, fixtureFolder, worstError } from "../support/fixtures";

beforeAll(() => startEngine());

/** One document whose mentions are at these places (beyond the end: cut off), with these pairs. */
function oneDocument(
  length: number,
  entities: readonly (readonly (readonly [number, number])[])[],
  pairs: readonly (readonly [number, number])[],
): DocumentBatch {
  const shown = entities.flatMap((mentions, entity) =>
    mentions.filter(([at]) => at < length).map(([at, end]) => ({ entity, at, end })),
  );
  return {
    size: 1,
    length,
    ids: new Int32Array(length),
    mask: new Int32Array(length).fill(1),
    typeIds: new Int32Array(length),
    documents: 1,
    documentLength: length,
    windowRows: undefined,
    slots: entities.length,
    mentions: {
      entity: Int32Array.from(shown, ({ entity }) => entity),
      at: Int32Array.from(shown, ({ at }) => at),
      span: Int32Array.from(shown.flatMap(({ at, end }) => [at, end])),
    },
    pairs: Int32Array.from(pairs.flat()),
    isVisible: pairs.map(() => true),
    entitiesOf: [entities.map((_, index) => index)],
  };
}

const numbers = (tensor: tf.Tensor): Float32Array => tensor.dataSync<"float32">() as Float32Array;

interface ContextCase {
  readonly inputs: {
    readonly hidden: number[][];
    readonly attention: number[][][];
    readonly entity_mentions: number[][];
    readonly head_tail: [number, number][];
    readonly cotangent: number[][];
  };
  readonly params: { readonly eps: number; readonly heads: "mean" | "sum" };
  readonly expected: {
    readonly value: number;
    readonly context: number[][];
    readonly head: number[][];
    readonly tail: number[][];
    readonly context_attention: number[][];
    readonly grad: { readonly hidden: number[][]; readonly attention?: number[][][] };
  };
}

eachCase<ContextCase>("losses/localized_context_pooling.json", ({ inputs, params, expected }) => {
  const batch = oneDocument(
    inputs.hidden.length,
    inputs.entity_mentions.map((own) => own.map((at) => [at, at + 1] as const)),
    inputs.head_tail,
  );
  const options = { epsilon: params.eps, heads: params.heads };
  const read = (hidden: tf.Tensor, attention: tf.Tensor): tf.Tensor2D =>
    pairStates(
      {
        last: hidden.expandDims(0) as tf.Tensor3D,
        attention: attention.expandDims(0) as tf.Tensor4D,
      },
      batch,
      options,
    );
  const wanted = inputs.head_tail.map((_, i) => [
    ...expected.head[i]!,
    ...expected.tail[i]!,
    ...expected.context[i]!,
  ]);
  tf.tidy(() => {
    const [hidden, attention] = [tf.tensor2d(inputs.hidden), tf.tensor3d(inputs.attention)];
    const states = read(hidden, attention);
    expect(worstError(numbers(states), wanted)).toBeLessThan(1e-5);
    // with the unit matrix as states the context is the attention a itself
    const unit = tf.eye(inputs.hidden.length);
    const contexts = localizedContext(unit, attention.expandDims(0) as tf.Tensor4D, batch, options);
    const rows = inputs.head_tail.map(([head, tail]) => head * batch.slots + tail);
    expect(worstError(numbers(tf.gather(contexts, rows)), expected.context_attention)).toBeLessThan(1e-5);
    const { value, grads } = tf.valueAndGrads((h: tf.Tensor, a: tf.Tensor) =>
      tf.sum(tf.mul(read(h, a), tf.tensor2d(inputs.cotangent))),
    )([hidden, attention]);
    expect(worstError(numbers(value), [expected.value])).toBeLessThan(1e-5);
    expect(worstError(numbers(grads[0]!), expected.grad.hidden)).toBeLessThan(1e-5);
    if (expected.grad.attention !== undefined)
      expect(worstError(numbers(grads[1]!), expected.grad.attention)).toBeLessThan(1e-4);
  });
});

interface PoolingCase {
  readonly inputs: {
    readonly hidden: number[][];
    readonly entities: [number, number][][];
    readonly head_tail: [number, number][];
    readonly cotangent: number[][];
  };
  readonly expected: {
    readonly value: number;
    readonly entities: number[][];
    readonly relations: number[][];
    readonly grad: { readonly hidden: number[][] };
  };
}

eachCase<PoolingCase>("optimisation/mention_pooling.json", ({ inputs, expected }) => {
  const batch = oneDocument(inputs.hidden.length, inputs.entities, inputs.head_tail);
  const options = { mention: "mean", pooling: "mean", context: false } as const;
  tf.tidy(() => {
    const hidden = tf.tensor2d(inputs.hidden);
    expect(worstError(numbers(entityStates(hidden, batch, options)), expected.entities)).toBeLessThan(1e-5);
    const { value, grads } = tf.valueAndGrads((h: tf.Tensor) => {
      const states = pairStates({ last: h.expandDims(0) as tf.Tensor3D }, batch, options);
      expect(worstError(numbers(states), expected.relations)).toBeLessThan(1e-5);
      return tf.sum(tf.mul(states, tf.tensor2d(inputs.cotangent)));
    })([hidden]);
    expect(worstError(numbers(value), [expected.value])).toBeLessThan(1e-5);
    expect(worstError(numbers(grads[0]!), expected.grad.hidden)).toBeLessThan(1e-5);
  });
});

const tokenizer = loadTokenizer(path.join(fixtureFolder, "encoders", "bert"));
tokenizer.addMarkers(documentMarkers());

/** A document of `length` words with mentions at these words, entity by entity. */
function wordDocument(id: string, length: number, entities: readonly (readonly number[])[]): Document {
  const mentions = entities.flat().map((word) => ({ start: 2 * word, end: 2 * word + 1 }));
  let next = 0;
  return {
    id,
    text: new Array(length).fill("x").join(" "),
    sentences: [],
    mentions,
    entities: entities.map((own, at) => ({ id: String(at), mentions: own.map(() => next++) })),
    relations: [],
  };
}

type Plain = (row: number, ...at: number[]) => number;

/** Documents, mentions and pairs one after the other, as the paper has them. */
function byLoops(
  batch: DocumentBatch,
  hiddenOf: Plain,
  attentionOf: Plain,
  { heads, hidden }: { heads: number; hidden: number },
): number[][] {
  const { documentLength, slots, length, windowRows: places, mentions } = batch;
  const windows = (document: number, at: number): [number, number][] => {
    const place = document * documentLength + at;
    const flat = places === undefined ? [place] : [places[2 * place]!, places[2 * place + 1]!];
    return flat.filter((row) => row >= 0).map((row) => [Math.floor(row / length), row % length]);
  };
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const state = (document: number, at: number, k: number): number =>
    mean(windows(document, at).map(([row, place]) => hiddenOf(row, place, k)));
  const own = (row: number): number[] =>
    [...mentions.entity].flatMap((entity, index) => (entity === row ? [mentions.at[index]!] : []));
  const entity = (row: number, k: number): number =>
    Math.log(own(row).reduce((sum, at) => sum + Math.exp(state(Math.floor(row / slots), at, k)), 0));
  const attention = (row: number, head: number, to: number): number => {
    const document = Math.floor(row / slots);
    return mean(
      own(row).map((at) => {
        const each = windows(document, at).map(([window, place]) => {
          const target = windows(document, to).find(([other]) => other === window);
          return target === undefined ? 0 : attentionOf(window, head, place, target[1]);
        });
        return mean(each);
      }),
    );
  };
  return Array.from({ length: batch.pairs.length / 2 }, (_, index) => {
    const [s, o] = [batch.pairs[2 * index]!, batch.pairs[2 * index + 1]!];
    const document = Math.floor(s / slots);
    const q = Array.from({ length: documentLength }, (_unused, to) =>
      mean(Array.from({ length: heads }, (_h, head) => attention(s, head, to) * attention(o, head, to))),
    );
    const sum = q.reduce((a, b) => a + b, 0) + 1e-5;
    const each = Array.from({ length: hidden }, (_unused, k) => k);
    return [
      ...each.map((k) => entity(s, k)),
      ...each.map((k) => entity(o, k)),
      ...each.map((k) => q.reduce((total, weight, at) => total + (weight / sum) * state(document, at, k), 0)),
    ];
  });
}

describe("pairStates", () => {
  const documents = [
    wordDocument("long", 30, [[0, 12, 29], [3], [15, 16]]),
    wordDocument("short", 6, [[1], [4]]),
    wordDocument("middle", 18, [[2], [9, 17], [5]]),
  ];
  const pairs = [
    { document: 0, head: 0, tail: 1 },
    { document: 0, head: 2, tail: 0 },
    { document: 1, head: 1, tail: 0 },
    { document: 2, head: 1, tail: 2 },
    { document: 2, head: 0, tail: 1 },
  ];
  const sizes = { heads: 2, hidden: 3 };

  it.each([
    ["documents that fit", 512],
    ["overlapping windows", 30],
  ])("equals loops over mentions, pairs and heads: %s", (_name, window) => {
    const encoded = documents.map((document) => encodeDocument(tokenizer, document));
    const batch = documentBatch(encoded, pairs, { padId: tokenizer.padId, window });
    expect(batch.windowRows === undefined).toBe(window === 512);
    const { size, length } = batch;
    const random = new Random(3);
    const { heads, hidden } = sizes;
    const states = Float32Array.from({ length: size * length * hidden }, () => random.normal());
    const attention = Float32Array.from({ length: size * heads * length * length }, () => random.uniform());
    for (let i = 0; i < attention.length; i++) {
      const [row, to] = [Math.floor(i / (heads * length * length)), i % length];
      if (batch.mask[row * length + to] === 0) attention[i] = 0;
    }
    const wanted = byLoops(
      batch,
      (row, at, k = 0) => states[(row * length + at!) * hidden + k]!,
      (row, head = 0, from = 0, to = 0) => attention[((row * heads + head) * length + from) * length + to]!,
      sizes,
    );
    const before = tf.memory().numTensors;
    const got = tf.tidy(() =>
      pairStates(
        {
          last: tf.tensor3d(states, [size, length, hidden]),
          attention: tf.tensor4d(attention, [size, heads, length, length]),
        },
        batch,
      ),
    );
    expect(got.shape).toEqual([pairs.length, 9]);
    expect(worstError(numbers(got), wanted)).toBeLessThan(1e-4);
    got.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has gradients that finite differences confirm, through windows", () => {
    const encoded = documents.map((document) => encodeDocument(tokenizer, document));
    const batch = documentBatch(encoded, pairs, { padId: tokenizer.padId, window: 30 });
    const { size, length } = batch;
    const random = new Random(5);
    tf.tidy(() => {
      const draw = (shape: number[]): tf.Tensor =>
        tf.tensor(
          Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
          shape,
        );
      const last = draw([size, length, 3]);
      const attention = tf.softmax(draw([size, 2, length, length]));
      const cotangent = draw([pairs.length, 9]);
      const value = (h: tf.Tensor, a: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(pairStates({ last: h as tf.Tensor3D, attention: a as tf.Tensor4D }, batch), cotangent));
      const slopes = tf.grads(value)([last, attention]);
      [last, attention].forEach((point, which) => {
        const direction = draw(point.shape);
        const step = which === 0 ? 1e-2 : 1e-3;
        const at = (sign: number): number => {
          const moved = tf.add(point, tf.mul(direction, sign * step));
          return (which === 0 ? value(moved, attention) : value(last, moved)).dataSync()[0]!;
        };
        const slope = tf.sum(tf.mul(slopes[which]!, direction)).dataSync()[0]!;
        expect((at(1) - at(-1)) / (2 * step) / slope).toBeCloseTo(1, 1);
      });
    });
  });

  it("gives zeros for an entity that lost its mentions", () => {
    const encoded = encodeDocument(tokenizer, documents[0]!, { maxLength: 20 });
    const batch = documentBatch([encoded], [{ document: 0, head: 0, tail: 2 }], { padId: tokenizer.padId });
    expect(batch.isVisible).toEqual([false]);
    tf.tidy(() => {
      const last = tf.ones([1, batch.length, 3]) as tf.Tensor3D;
      const attention = tf.fill([1, 2, batch.length, batch.length], 1 / batch.length) as tf.Tensor4D;
      expect([...numbers(pairStates({ last, attention }, batch))].slice(3)).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it("asks for the attention that it needs, and for choices that there are", () => {
    const encoded = encodeDocument(tokenizer, documents[1]!);
    const batch = documentBatch([encoded], [{ document: 0, head: 0, tail: 1 }], { padId: tokenizer.padId });
    tf.tidy(() => {
      const last = tf.ones([1, batch.length, 3]) as tf.Tensor3D;
      expect(() => pairStates({ last }, batch)).toThrow(OptionError);
      expect(() => pairStates({ last }, batch, { context: false, pooling: "max" as never })).toThrow(
        OptionError,
      );
      expect(() => pairStates({ last }, batch, { context: false, mention: "all" as never })).toThrow(
        OptionError,
      );
      const states = documentStates(last, batch);
      expect(states.shape).toEqual([batch.length, 3]);
      expect(arrayOf(states.arraySync()).data.every((value) => value === 1)).toBe(true);
    });
  });
});
