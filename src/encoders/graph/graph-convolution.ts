// A graph convolution (Kipf and Welling 2016; paper 003, eq. 3): X' = act(A X W + b), for many graphs at once.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError, unknownName, type Random } from "../../core";
import { createParameter, initialConstant, initialNormal, type Parameter } from "../../engine";
import { linear } from "../linear";

/** What follows the product. */
export type GraphActivation = "tanh" | "relu" | "none";

/** Sizes and first values. */
export interface GraphConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: GraphActivation;
  readonly random: Random;
  /** Prefix of the parameter names (default `graph`). */
  readonly name?: string;
}

/** One layer with its parameters `weight [outputs, inputs]` and `bias [outputs]`. */
export interface GraphConvolution {
  readonly parameters: readonly Parameter[];
  /** Nodes `[graphs, nodes, inputs]` and adjacency `[graphs, nodes, nodes]`, or `[nodes, nodes]` for all, to new nodes. */
  apply(nodes: tf.Tensor3D, adjacency: tf.Tensor): tf.Tensor3D;
  dispose(): void;
}

const ACTIVATIONS: Readonly<Record<GraphActivation, (x: tf.Tensor) => tf.Tensor>> = {
  tanh: tf.tanh,
  relu: tf.relu,
  none: (x) => x,
};

/**
 * A new layer: weights by Kaiming (normal, deviation sqrt(2 / inputs)), bias 0.
 *
 * @example graphConvolution({ inputs: 768, outputs: 768, activation: "tanh", random }).apply(nodes, adjacency)
 */
export function graphConvolution(options: GraphConvolutionOptions): GraphConvolution {
  const { inputs, outputs, activation, random, name = "graph" } = options;
  for (const [what, size] of Object.entries({ inputs, outputs }))
    if (!(Number.isInteger(size) && size > 0))
      throw new OptionError(
        `${what} of a graph convolution is ${size}: it must be a whole number, 1 or more`,
      );
  const act = ACTIVATIONS[activation] as ((x: tf.Tensor) => tf.Tensor) | undefined;
  if (act === undefined) throw unknownName("activation", activation, Object.keys(ACTIVATIONS));
  const first = initialNormal(random.fork(`${name}.weight`), [outputs, inputs], Math.sqrt(2 / inputs));
  const weight = createParameter(`${name}.weight`, first);
  const bias = createParameter(`${name}.bias`, initialConstant([outputs], 0), { isDecayed: false });
  return {
    parameters: [weight, bias],
    apply(nodes, adjacency) {
      const [graphs, count, width] = nodes.shape;
      if (width !== inputs)
        throw new ShapeError("the nodes of a graph convolution", nodes.shape, [null, null, inputs]);
      const wanted = adjacency.rank === 2 ? [count, count] : [graphs, count, count];
      if (adjacency.shape.join() !== wanted.join())
        throw new ShapeError("the adjacency of a graph convolution", adjacency.shape, wanted);
      return tf.tidy(() => {
        const rows = nodes.reshape([graphs * count, inputs]) as tf.Tensor2D;
        const noBias = tf.zeros([outputs]);
        const mapped = linear(rows, weight.value(), noBias).reshape([graphs, count, outputs]) as tf.Tensor3D;
        const each = (
          adjacency.rank === 2 ? tf.tile(adjacency.expandDims(0), [graphs, 1, 1]) : adjacency
        ) as tf.Tensor3D;
        return act(tf.add(tf.matMul(each, mapped), bias.value())) as tf.Tensor3D;
      });
    },
    dispose() {
      weight.dispose();
      bias.dispose();
    },
  };
}
