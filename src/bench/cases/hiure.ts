// What `relata bench hiure` measures: one training step of HiURE, and its clustering.

import * as fs from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { hierarchicalPropagation } from "../../cluster";
import { exemNce, infoNce } from "../../contrast";
import { matrix, Random } from "../../core";
import { AdamW, DropoutStream, gradients, withoutGradient } from "../../engine";
import { statesAt } from "../../relations";
import { batchOf, encoderOf, type BenchCase, type EncoderSize } from "./engine";

/** Markers and two span words: places of eq. 2. */
const PLACES = [1, 5, 9, 12] as const;
const NEGATIVES = 511;
const CLUSTERS = [20, 40, 80] as const;

const unit = (x: tf.Tensor2D): tf.Tensor2D => tf.div<tf.Tensor2D>(x, tf.norm(x, "euclidean", 1, true));

/** HiNCE on one batch: keys by the momentum encoder, gradients of the other, AdamW, momentum. The engine must run. */
export function hiureStepCase(size: EncoderSize): BenchCase {
  const random = new Random("bench hiure");
  const propulsion = encoderOf(size, random);
  const momentum = propulsion.momentumCopy();
  const batch = batchOf(size, random);
  const optimiser = new AdamW(propulsion.parameters, { decay: 0 });
  const dropout = new DropoutStream(random.fork("dropout"));
  const keyDropout = new DropoutStream(random.fork("key dropout"));
  const width = PLACES.length * size.hidden;
  const draw = (rows: number): tf.Tensor2D =>
    tf.tidy(() =>
      unit(
        tf.tensor2d(
          Float32Array.from({ length: rows * width }, () => random.normal()),
          [rows, width],
        ),
      ),
    );
  const queue = draw(NEGATIVES);
  const exemplars = CLUSTERS.map(draw);
  const assignments = CLUSTERS.map((count) =>
    Int32Array.from({ length: size.batch }, () => random.integer(count)),
  );
  const vectors = (last: tf.Tensor3D): tf.Tensor2D =>
    unit(
      tf.concat(
        PLACES.map((place) => statesAt(last, new Int32Array(size.batch).fill(place))),
        1,
      ),
    );
  const objective = infoNce({ temperature: 0.05, similarity: "dot", negatives: "queue" }).plus(
    exemNce({ temperature: 0.05 }),
  );
  return {
    run: () =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(() => {
          const positive = withoutGradient(() =>
            vectors(momentum.forward(batch, { dropout: keyDropout }).last),
          );
          const anchor = vectors(propulsion.forward(batch, { dropout }).last);
          return objective.loss({ anchor, positive, queue, exemplars, assignments });
        }, propulsion.parameters);
        optimiser.step(slopes, 1e-5);
        momentum.follow(propulsion, 0.999);
        value.dataSync();
      }),
    dispose: () => {
      optimiser.dispose();
      tf.dispose([queue, ...exemplars]);
      propulsion.dispose();
      momentum.dispose();
    },
  };
}

/** Three layers of exemplars on points in a file, once a run. */
export function layersCase({
  file,
  points,
  dim,
}: {
  readonly file: string;
  readonly points: number;
  readonly dim: number;
}): { run(): Promise<void>; dispose(): void } {
  const bytes = fs.readFileSync(file);
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const recipe = hierarchicalPropagation({ iterations: 60, patience: 60, raiseDampingAfter: Infinity });
  return {
    run: async () => {
      const { counts } = await recipe.fit(matrix(data, points, dim));
      if (counts.length !== 3) throw new Error("there are not three layers");
    },
    dispose() {},
  };
}
