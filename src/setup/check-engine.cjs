// A process of its own that loads the TensorFlow engine and multiplies two matrices: prints one JSON line.
"use strict";

process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

const tf = require("@tensorflow/tfjs-node-gpu");
const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).arraySync();
if (JSON.stringify(product) !== "[[3,3],[3,3]]")
  throw new Error(`the engine multiplies wrongly: ${JSON.stringify(product)}`);
const { binding, isUsingGpuDevice } = tf.backend();
process.stdout.write(
  `\n${JSON.stringify({ version: binding.TF_Version, device: isUsingGpuDevice ? "gpu" : "cpu" })}\n`,
);
