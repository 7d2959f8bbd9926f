// Normalised adjacency of undirected graphs: Kipf-Welling's, and the one with a chosen weight of the self-loop.

import { OptionError } from "../../core";

/** Edges of a graph as pairs of nodes, counted from 0; direction and repetition do not matter. */
export type Edges = readonly (readonly [number, number])[];

/** A graph: how many nodes, and which are joined. */
export interface Graph {
  readonly nodes: number;
  readonly edges: Edges;
}

/**
 * `D^-1/2 (A + I) D^-1/2`, D the degree of A + I (Kipf and Welling 2016; paper 003, eq. 1-2 [R2]): with the degree of A,
 * as printed, a node without edges would have a weight of 1/0. Graphs are padded to `width` nodes, `[graphs, width,
 * width]` row-major; padding is joined to nothing. `"row"` gives `D^-1 (A + I)`, as the paper's released code has it.
 *
 * @example symmetricAdjacency([{ nodes: 2, edges: [[0, 1]] }], 2) // [0.5, 0.5, 0.5, 0.5]
 */
export function symmetricAdjacency(
  graphs: readonly Graph[],
  width: number,
  normalisation: "symmetric" | "row" = "symmetric",
): Float32Array {
  const all = new Float32Array(graphs.length * width * width);
  graphs.forEach(({ nodes, edges }, graph) => {
    const own = all.subarray(graph * width * width, (graph + 1) * width * width);
    if (nodes > width)
      throw new OptionError(`graph ${graph} has ${nodes} nodes, more than the ${width} of the padded batch`);
    for (let node = 0; node < nodes; node++) own[node * width + node] = 1;
    for (const [a, b] of edges) {
      for (const node of [a, b])
        if (!(Number.isInteger(node) && node >= 0 && node < nodes))
          throw new OptionError(
            `an edge of graph ${graph} names node ${node}: nodes run from 0 to ${nodes - 1}`,
          );
      own[a * width + b] = own[b * width + a] = 1;
    }
    const degrees = Float64Array.from({ length: nodes }, (_, node) =>
      own.subarray(node * width, node * width + nodes).reduce((sum, value) => sum + value, 0),
    );
    for (let a = 0; a < nodes; a++)
      for (let b = 0; b < nodes; b++)
        own[a * width + b]! /= normalisation === "row" ? degrees[a]! : Math.sqrt(degrees[a]! * degrees[b]!);
  });
  return all;
}

/**
 * `[[l, 1 - l], [1 - l, l]]` of a graph of two nodes (paper 003, section 3.1): how much of itself a node keeps. At 0.5,
 * which is Kipf-Welling's, both nodes become equal.
 *
 * @throws OptionError for a lambda outside 0 to 1
 */
export function pairAdjacency(lambda: number): Float32Array {
  if (!(lambda >= 0 && lambda <= 1))
    throw new OptionError(`lambda of the adjacency is ${lambda}: it must be from 0 to 1, such as 0.8`);
  return Float32Array.of(lambda, 1 - lambda, 1 - lambda, lambda);
}
