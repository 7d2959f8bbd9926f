// SelfORE (Hu et al. 2020): adaptive clustering of relation vectors gives pseudo labels, which train the encoder; again.

import * as tf from "@tensorflow/tfjs";
import { linearHead, type LinearHead } from "../../../classify";
import { kMeans, largestPerRow, meansOf } from "../../../cluster";
import { matrix, type Matrix, type Random } from "../../../core";
import type { Sentence } from "../../../data";
import { createParameter, type Parameter } from "../../../engine";
import { scoped } from "../../../engine/scoped";
import type { TransformerEncoder } from "../../../encoders";
import { train, type TrainingTask } from "../../../train";
import type { RelationFeatures } from "../relation-features";

/** Settings of SelfORE. */
export interface SelfOreSettings {
  readonly clusters: number;
  /** Loops of clustering and classifying (released code: 5). */
  readonly loops: number;
  /** Epochs of classifying in each loop (released code: 4). */
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  /** Inner widths of the auto-encoder (paper: 400 and 10). */
  readonly inner: number;
  readonly latent: number;
  /** Steps of the auto-encoder, then of the clustering, on all sentences at once. */
  readonly fitSteps: number;
  readonly clusterSteps: number;
}

/** An auto-encoder `dim -> inner -> latent -> inner -> dim` with ReLU between. */
class AutoEncoder {
  private readonly layers: readonly LinearHead[];

  constructor(dim: number, { inner, latent }: SelfOreSettings, random: Random) {
    const widths = [dim, inner, latent, inner, dim];
    this.layers = widths
      .slice(1)
      .map((outputs, at) => linearHead({ inputs: widths[at]!, outputs, random, name: `auto ${at}` }));
  }

  get parameters(): readonly Parameter[] {
    return this.layers.flatMap(({ parameters }) => parameters);
  }

  encode(x: tf.Tensor2D): tf.Tensor2D {
    return this.layers[1]!.logits(tf.relu(this.layers[0]!.logits(x)));
  }

  decode(z: tf.Tensor2D): tf.Tensor2D {
    return this.layers[3]!.logits(tf.relu(this.layers[2]!.logits(tf.relu(z))));
  }

  dispose(): void {
    for (const layer of this.layers) layer.dispose();
  }
}

/** Student-t soft assignment, rows sum to 1: `q_ik ~ 1 / (1 + |z_i - mu_k|^2)` (Xie et al. 2016, eq. 1). */
export function softAssignment(z: tf.Tensor2D, centres: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const squares = tf.add(tf.sum(tf.square(z), 1, true), tf.sum(tf.square(centres), 1));
    const distance = tf.maximum(tf.sub(squares, tf.mul(2, tf.matMul(z, centres, false, true))), 0);
    const q = tf.div(1, tf.add(1, distance));
    return tf.div<tf.Tensor2D>(q, tf.sum(q, 1, true));
  });
}

/** The target `p_ik ~ q_ik^2 / f_k` with `f_k = sum_i q_ik` (eq. 3). */
export function targetDistribution(q: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const weight = tf.div(tf.square(q), tf.sum(q, 0));
    return tf.div<tf.Tensor2D>(weight, tf.sum(weight, 1, true));
  });
}

async function run(
  task: TrainingTask,
  options: Omit<Parameters<typeof train>[1], "warmup" | "decay">,
): Promise<void> {
  const steps = train(task, { ...options, warmup: 0, decay: "constant", weightDecay: 0 });
  while ((await steps.next()).done !== true);
}

/**
 * Pseudo labels of unit vectors by adaptive clustering: auto-encoder, k-means in its narrow layer, then both sharpened.
 * Vectors get the length of plain hidden states first, sqrt(dim): the assignment's distances are measured against 1, and
 * among unit vectors all are so small that sharpening moves points at random.
 */
export async function adaptiveClusters(
  points: Matrix,
  settings: SelfOreSettings,
  random: Random,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const auto = new AutoEncoder(points.columns, settings, random.fork("auto-encoder"));
  const plain = points.data.map((value) => value * Math.sqrt(points.columns));
  const x = tf.tensor2d(plain, [points.rows, points.columns]);
  const stop = signal === undefined ? {} : { signal };
  const whole = { size: 1, batchSize: 1 };
  await run(
    {
      parameters: auto.parameters,
      size: whole.size,
      terms: () => [
        {
          name: "rebuilt",
          value: tf.mean(tf.squaredDifference(auto.decode(auto.encode(x)), x)).asScalar(),
          weight: 1,
        },
      ],
    },
    { random: random.fork("fit"), steps: settings.fitSteps, batchSize: 1, rate: 1e-3, ...stop },
  );
  const narrow = (): Matrix =>
    matrix(scoped(() => auto.encode(x).dataSync<"float32">()) as Float32Array, points.rows, settings.latent);
  const start = await kMeans({
    clusters: settings.clusters,
    starts: 5,
    seed: random.fork("k-means").word(),
  }).fit(narrow());
  const first = meansOf(narrow(), start.labels, settings.clusters);
  const centres = createParameter("centres", { shape: [first.rows, first.columns], data: first.data });
  const soft = (): tf.Tensor2D => softAssignment(auto.encode(x), centres.value() as tf.Tensor2D);
  const target = (): Float32Array =>
    scoped(() => targetDistribution(soft()).dataSync<"float32">()) as Float32Array;
  let wanted = target();
  await run(
    {
      parameters: [...auto.parameters, centres],
      size: whole.size,
      terms: (_, { step }) => {
        if (step % 10 === 0) wanted = target();
        const p = tf.tensor2d(wanted, [points.rows, settings.clusters]);
        const divergence = tf.sum(tf.mul(p, tf.sub(tf.log(tf.add(p, 1e-12)), tf.log(tf.add(soft(), 1e-12)))));
        return [{ name: "KL", value: tf.div(divergence, points.rows).asScalar(), weight: 1 }];
      },
    },
    { random: random.fork("sharpen"), steps: settings.clusterSteps, batchSize: 1, rate: 1e-3, ...stop },
  );
  const labels = largestPerRow(
    scoped(() => soft().dataSync<"float32">()),
    settings.clusters,
  );
  for (const one of [auto, centres, x]) one.dispose();
  return labels;
}

/** The pseudo label of each sentence after all loops; the encoder is trained on the way. */
export async function selfOre(
  {
    encoder,
    features,
    sentences,
  }: { encoder: TransformerEncoder; features: RelationFeatures; sentences: readonly Sentence[] },
  settings: SelfOreSettings,
  random: Random,
  { signal, onShare }: { signal?: AbortSignal; onShare?: (share: number) => void } = {},
): Promise<Int32Array> {
  const encoded = features.encode(sentences);
  const none = new Int32Array(0);
  const cluster = async (loop: number): Promise<Int32Array> =>
    adaptiveClusters(
      await features.readAll(encoder, encoded, [none]),
      settings,
      random.fork(`clusters ${loop}`),
      signal,
    );
  let labels = await cluster(0);
  for (let loop = 1; loop <= settings.loops; loop++) {
    const pseudo = labels;
    const head = linearHead({
      inputs: 2 * encoder.config.hiddenSize,
      outputs: settings.clusters,
      random: random.fork(`head ${loop}`),
    });
    const task: TrainingTask = {
      parameters: [...encoder.parameters, ...head.parameters],
      size: sentences.length,
      terms: (indices, { dropout }) => {
        const vectors = features.read(
          encoder,
          indices.map((index) => encoded[index]!),
          none,
          dropout,
        );
        const logits = head.logits(tf.mul<tf.Tensor2D>(vectors, Math.sqrt(vectors.shape[1])));
        const gold = tf.oneHot(
          tf.tensor1d(
            indices.map((index) => pseudo[index]!),
            "int32",
          ),
          settings.clusters,
        );
        return [
          { name: "pseudo labels", value: tf.losses.softmaxCrossEntropy(gold, logits).asScalar(), weight: 1 },
        ];
      },
    };
    const { epochs, batchSize, rate } = settings;
    await run(task, {
      random: random.fork(`loop ${loop}`),
      epochs,
      batchSize,
      rate,
      ...(signal === undefined ? {} : { signal }),
    });
    head.dispose();
    labels = await cluster(loop);
    onShare?.(loop / settings.loops);
  }
  return labels;
}
