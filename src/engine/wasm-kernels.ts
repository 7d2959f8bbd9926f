// Kernels that the wasm backend lacks and our models need, written with those that it has.

import * as tf from "@tensorflow/tfjs";

/** Registers the missing kernels; to be called once the backend runs. */
export function addMissingKernels(): void {
  add("UnsortedSegmentSum", unsortedSegmentSum);
}

type Kernel = (inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown>) => tf.Tensor;

function add(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, "wasm") !== undefined) return;
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) =>
      kernel(inputs as Record<string, tf.Tensor>, (attrs ?? {}) as Record<string, unknown>),
  });
}

/** Sums rows of `x` that share a segment: the gradient of `tf.gather`. ScatterNd adds rows with the same index. */
function unsortedSegmentSum(
  { x, segmentIds }: Record<string, tf.Tensor>,
  { numSegments }: Record<string, unknown>,
): tf.Tensor {
  const rows = segmentIds!.size;
  const columns = x!.size / rows;
  const count = Number(numSegments);
  return tf.tidy(() =>
    tf
      .scatterND(segmentIds!.reshape([rows, 1]), x!.reshape([rows, columns]), [count, columns])
      .reshape([count, ...x!.shape.slice(segmentIds!.rank)]),
  );
}
