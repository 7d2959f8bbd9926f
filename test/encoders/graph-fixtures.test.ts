import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { graphConvolution, pairAdjacency, symmetricAdjacency, type Edges } from "../../src/encoders";
import { gradients } from "../../src/engine";
import { pooled } from "../../src/relations";
import { tensorOf, withEngine } from "../contrast/numbers";
import { eachCase, fixtureEntry, worstError } from "../support/fixtures";

withEngine();

const FILE = "optimisation/gcn.json";

interface NormalisationCase {
  readonly inputs: { readonly adjacency: readonly (readonly number[])[] };
  readonly expected: {
    readonly kipf_welling: unknown;
    readonly row_normalised: unknown;
    readonly as_printed_degree_of_A: readonly (readonly (number | null)[])[];
  };
}

eachCase<NormalisationCase>(
  FILE,
  ({ inputs: { adjacency }, expected }) => {
    const edges: Edges = adjacency.flatMap((row, a) =>
      row.flatMap((joined, b) => (joined === 1 ? [[a, b] as const] : [])),
    );
    const nodes = adjacency.length;
    const got = symmetricAdjacency([{ nodes, edges }], nodes);
    expect(worstError(got, expected.kipf_welling)).toBeLessThan(1e-6);
    expect(
      worstError(symmetricAdjacency([{ nodes, edges }], nodes, "row"), expected.row_normalised),
    ).toBeLessThan(1e-6);
    // as printed the degree is that of A: a lone node has none, and two nodes are not what the paper's example shows
    expected.as_printed_degree_of_A.forEach((row, a) => {
      const isAlone = !adjacency[a]!.includes(1);
      expect(row.every((value) => value === null)).toBe(isAlone);
      expect(got[a * nodes + a]).toBeGreaterThan(0);
      if (!isAlone) expect(row[a]).toBeGreaterThan(got[a * nodes + a]!);
    });
  },
  "normalisation",
);

interface LambdaCase {
  readonly lambda: number;
  readonly expected: unknown;
}

eachCase<LambdaCase>(
  FILE,
  ({ lambda, expected }) => expect(worstError(pairAdjacency(lambda), expected)).toBeLessThan(1e-6),
  "lambda_adjacency",
);

/** A layer with given weights, which are stored inputs first: X W. */
function layerOf(w: tf.Tensor2D, b: tf.Tensor1D, activation: "tanh" | "relu" | "none") {
  const [inputs, outputs] = w.shape;
  const layer = graphConvolution({ inputs, outputs, activation, random: new Random(1) });
  const [weight, bias] = layer.parameters as [(typeof layer.parameters)[0], (typeof layer.parameters)[0]];
  weight.assign(tf.transpose(w).dataSync<"float32">() as Float32Array);
  bias.assign(b.dataSync<"float32">() as Float32Array);
  return { layer, weight, bias };
}

interface LayerCase {
  readonly inputs: Readonly<Record<"x" | "w" | "b" | "a_norm" | "cotangent", unknown>>;
  readonly params: { readonly activation: "tanh" | "relu"; readonly pool: "mean" | "max" | "concat" };
  readonly expected: {
    readonly value: number;
    readonly nodes: unknown;
    readonly pooled: unknown;
    readonly grad: Readonly<Record<"x" | "w" | "b", unknown>>;
  };
}

eachCase<LayerCase>(
  FILE,
  ({ inputs, params: { activation, pool }, expected }) => {
    const x = tensorOf<tf.Tensor2D>(inputs.x);
    const adjacency = tensorOf<tf.Tensor2D>(inputs.a_norm);
    const cotangent = tensorOf<tf.Tensor1D>(inputs.cotangent);
    const { layer, weight, bias } = layerOf(tensorOf(inputs.w), tensorOf(inputs.b), activation);
    const run = (given: tf.Tensor) => {
      const nodes = layer.apply(given.expandDims(0) as tf.Tensor3D, adjacency);
      const mask = new Float32Array(x.shape[0]).fill(1);
      return { nodes, graph: pool === "concat" ? nodes.flatten() : pooled(nodes, mask, pool).flatten() };
    };
    const loss = (given: tf.Tensor): tf.Scalar => tf.sum(tf.mul(run(given).graph, cotangent));
    const { nodes, graph } = run(x);
    expect(worstError(nodes.dataSync(), expected.nodes)).toBeLessThan(1e-5);
    expect(worstError(graph.dataSync(), expected.pooled)).toBeLessThan(1e-5);
    expect(worstError(loss(x).dataSync(), expected.value)).toBeLessThan(1e-5);
    expect(worstError(tf.grad(loss)(x).dataSync(), expected.grad.x)).toBeLessThan(1e-4);
    const slopes = gradients(() => loss(x), [weight, bias]).gradients;
    expect(worstError(tf.transpose(slopes.get(weight)!).dataSync(), expected.grad.w)).toBeLessThan(1e-4);
    expect(worstError(slopes.get(bias)!.dataSync(), expected.grad.b)).toBeLessThan(1e-4);
    layer.dispose();
  },
  "layer_cases",
);

describe("lambda 0.5", () => {
  it("makes both nodes equal", () => {
    const stored = fixtureEntry<{ x: unknown; w: unknown; nodes_before_activation: unknown }>(
      FILE,
      "lambda_half",
    );
    const w = tensorOf<tf.Tensor2D>(stored.w);
    const { layer } = layerOf(w, tf.zeros([w.shape[1]]), "none");
    const nodes = tensorOf(stored.x).expandDims(0) as tf.Tensor3D;
    const found = layer.apply(nodes, tf.tensor2d(pairAdjacency(0.5), [2, 2]));
    expect(worstError(found.dataSync(), stored.nodes_before_activation)).toBeLessThan(1e-5);
    const [one, other] = tf.unstack(found, 1);
    expect(tf.max(tf.abs(tf.sub(one!, other!))).dataSync()[0]).toBeLessThan(1e-6);
    layer.dispose();
  });
});
