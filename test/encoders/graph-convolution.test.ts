import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import {
  characterIds,
  characterSequence,
  graphConvolution,
  pairAdjacency,
  symmetricAdjacency,
} from "../../src/encoders";
import { gradients, startEngine } from "../../src/engine";

beforeAll(async () => {
  await startEngine();
});

/** A graph convolution of plain numbers, node by node. */
function byHand(
  nodes: readonly (readonly number[])[],
  adjacency: (a: number, b: number) => number,
  weight: Float32Array,
  bias: Float32Array,
  act: (x: number) => number,
): number[] {
  const width = nodes[0]!.length;
  return nodes.flatMap((_, a) =>
    Array.from(bias, (offset, out) => {
      let sum = offset;
      nodes.forEach((node, b) => {
        for (let i = 0; i < width; i++) sum += adjacency(a, b) * node[i]! * weight[out * width + i]!;
      });
      return act(sum);
    }),
  );
}

describe("adjacency", () => {
  it("of two joined nodes is 0.5 everywhere, as the paper's example has it", () => {
    expect([...symmetricAdjacency([{ nodes: 2, edges: [[0, 1]] }], 2)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it("leaves a node without edges to itself, and padding to nothing", () => {
    expect([...symmetricAdjacency([{ nodes: 1, edges: [] }], 2)]).toEqual([1, 0, 0, 0]);
  });

  it("divides by the square roots of both degrees; by rows where asked", () => {
    const star = [
      {
        nodes: 3,
        edges: [
          [0, 1],
          [0, 2],
          [2, 0],
        ] as const,
      },
    ];
    const root = 1 / Math.sqrt(6);
    const wanted = [1 / 3, root, root, root, 0.5, 0, root, 0, 0.5];
    symmetricAdjacency(star, 3).forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 6));
    const rows = [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0, 0.5, 0, 0.5];
    symmetricAdjacency(star, 3, "row").forEach((value, at) => expect(value).toBeCloseTo(rows[at]!, 6));
  });

  it("names an edge outside the graph, and a graph that is too large", () => {
    expect(() => symmetricAdjacency([{ nodes: 2, edges: [[0, 2]] }], 2)).toThrow(
      "an edge of graph 0 names node 2: nodes run from 0 to 1",
    );
    expect(() => symmetricAdjacency([{ nodes: 3, edges: [] }], 2)).toThrow("graph 0 has 3 nodes");
    expect(() => pairAdjacency(1.5)).toThrow("lambda of the adjacency is 1.5: it must be from 0 to 1");
  });
});

describe("a graph convolution", () => {
  const random = new Random(1);
  const graphs = [0, 1].map(() =>
    Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => random.normal())),
  );

  it.each(["tanh", "relu"] as const)(
    "with %s equals a loop over nodes, for many graphs at once",
    (activation) => {
      const layer = graphConvolution({ inputs: 4, outputs: 2, activation, random });
      layer.parameters[1]!.assign(Float32Array.of(0.3, -0.2));
      const shapes = [
        {
          nodes: 3,
          edges: [
            [0, 1],
            [1, 2],
          ] as const,
        },
        { nodes: 3, edges: [[0, 2]] as const },
      ];
      const adjacency = symmetricAdjacency(shapes, 3);
      const before = tf.memory().numTensors;
      const got = tf.tidy(() =>
        layer.apply(tf.tensor3d(graphs), tf.tensor3d(adjacency, [2, 3, 3])).dataSync(),
      );
      expect(tf.memory().numTensors).toBe(before);
      const [weight, bias] = layer.parameters.map((one) => one.data());
      const act = activation === "tanh" ? Math.tanh : (x: number) => Math.max(0, x);
      const wanted = graphs.flatMap((nodes, graph) =>
        byHand(nodes, (a, b) => adjacency[graph * 9 + a * 3 + b]!, weight!, bias!, act),
      );
      got.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5));
      layer.dispose();
    },
  );

  it("with lambda 0.5 makes both nodes of a pair equal, and with 0.8 it does not", () => {
    const layer = graphConvolution({ inputs: 4, outputs: 4, activation: "relu", random });
    const pair = tf.tensor3d([graphs[0]!.slice(0, 2)]);
    const difference = (lambda: number): number =>
      tf.tidy(() => {
        const [a, b] = tf.unstack(layer.apply(pair, tf.tensor2d(pairAdjacency(lambda), [2, 2])), 1);
        return tf.max(tf.abs(tf.sub(a!, b!))).dataSync()[0]!;
      });
    expect(difference(0.5)).toBeLessThan(1e-6);
    expect(difference(0.8)).toBeGreaterThan(1e-2);
    layer.dispose();
  });

  it("has the gradient of finite differences", () => {
    const layer = graphConvolution({ inputs: 4, outputs: 3, activation: "tanh", random });
    const adjacency = tf.tensor2d(pairAdjacency(0.8), [2, 2]);
    const nodes = tf.tensor3d([graphs[1]!.slice(0, 2)]);
    const loss = (): tf.Scalar => tf.sum(tf.square(layer.apply(nodes, adjacency)));
    const value = (): number => tf.tidy(() => loss().dataSync()[0]!);
    const { gradients: slopes } = gradients(loss, layer.parameters);
    for (const parameter of layer.parameters) {
      const start = parameter.data();
      const got = slopes.get(parameter)!.dataSync();
      start.forEach((_, at) => {
        const moved = (by: number): number => {
          parameter.assign(start.map((one, index) => (index === at ? one + by : one)));
          return value();
        };
        const wanted = (moved(1e-2) - moved(-1e-2)) / 2e-2;
        expect(Math.abs(got[at]! - wanted)).toBeLessThan(5e-3 * Math.max(1, Math.abs(wanted)));
      });
      parameter.assign(start);
    }
    layer.dispose();
  });

  it("says what does not fit", () => {
    const layer = graphConvolution({ inputs: 4, outputs: 4, activation: "none", random });
    expect(() => layer.apply(tf.ones([1, 2, 3]), tf.ones([2, 2]))).toThrow("expected [any, any, 4]");
    expect(() => layer.apply(tf.ones([1, 2, 4]), tf.ones([3, 3]))).toThrow(
      "has shape [3, 3], expected [2, 2]",
    );
    expect(() => graphConvolution({ inputs: 0, outputs: 4, activation: "relu", random })).toThrow(
      "inputs of a graph",
    );
    expect(() => graphConvolution({ inputs: 1, outputs: 1, activation: "gelu" as "relu", random })).toThrow(
      'unknown activation "gelu"',
    );
    layer.dispose();
  });
});

describe("words as characters", () => {
  it("are one token each between [CLS] and [SEP]", () => {
    const { ids, starts, ends, characters } = characterSequence(["a", "bc"], { maxCharacters: 6 });
    expect(ids).toHaveLength(4);
    expect([[...starts], [...ends]]).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect([...characters!.subarray(12, 18)]).toEqual([...characterIds("bc", 6)]);
    expect([...characters!.subarray(0, 6)]).toEqual([...characterIds("[CLS]", 6)]);
  });

  it("refuse a sentence that is empty or too long", () => {
    expect(() => characterSequence([])).toThrow("a sentence without words");
    expect(() => characterSequence(["a", "b"], { maxLength: 3 })).toThrow("longer than the 3 positions");
  });
});
