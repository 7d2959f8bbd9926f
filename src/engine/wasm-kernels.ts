// Kernels that the wasm backend lacks and our models need, written with those that it has.

import * as tf from "@tensorflow/tfjs";

/** Registers the missing kernels; to be called once the backend runs. */
export function addMissingKernels(): void {
  add("UnsortedSegmentSum", unsortedSegmentSum);
  transposeBeforeProducts();
}

/** The backend's product is a slow loop where a side is transposed; transposing first and then multiplying is faster. */
function transposeBeforeProducts(): void {
  const plain = tf.getKernel("BatchMatMul", "wasm");
  if (plain === undefined) return;
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...plain,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      const a = turned(inputs["a"] as tf.Tensor, transposeA);
      const b = turned(inputs["b"] as tf.Tensor, transposeB);
      const product = plain.kernelFunc({
        inputs: { a, b },
        attrs: { transposeA: false, transposeB: false },
        backend,
      });
      if (transposeA) a.dispose();
      if (transposeB) b.dispose();
      return product;
    },
  });
}

function turned(x: tf.Tensor, isTransposed: boolean): tf.Tensor {
  if (!isTransposed) return x;
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
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
