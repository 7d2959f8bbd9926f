// Every public call that may touch tensors, and those that do not.

import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as encoders from "../../../src/encoders";
import * as relata from "../../../src/index";
import {
  batch,
  fast,
  fitted,
  gradientsOf,
  masked,
  points,
  sentences,
  steps,
  task,
  tau,
  temporary,
  tiny,
  withEncoder,
  withParameter,
  withRelation,
} from "./small-things";

const { Random } = relata;

/**
 * Every call of the public surface in the rooms that use tensors, by name; a class has one entry for each member. What
 * a call gives back is its caller's: it is disposed of here, and nothing may be left.
 */
export const calls: Readonly<Record<string, () => unknown>> = {
  // classify
  classwiseKnn: () => fitted(relata.classwiseKnn({ k: 1 })),
  knn: () => fitted(relata.knn({ k: 1 })),
  linearClassifier: () => fitted(relata.linearClassifier()),
  nearestCentroid: () => fitted(relata.nearestCentroid()),
  nearestNeighbours: () => relata.nearestNeighbours(points, points, 2, "cosine"),
  linearHead: () => {
    const head = relata.linearHead({ inputs: 2, outputs: 3, random: new Random(1) });
    const x: tf.Tensor2D = tf.ones([4, 2]);
    const logits = head.logits(x);
    head.dispose();
    return [x, logits];
  },
  // contrast: its functions are called one by one in test/contrast/leaks.test.ts
  "KeyQueue.push": () => {
    const keys: tf.Tensor2D = tf.ones([2, 2]);
    new relata.KeyQueue(3, 2).push(keys);
    return keys;
  },
  "KeyQueue.tensor": () => new relata.KeyQueue(3, 2).tensor(),
  "KeyQueue.restore": () => new relata.KeyQueue(3, 2).restore(new Float32Array(4)),
  "Objective.loss": () => {
    const embeddings: tf.Tensor2D = tf.ones([2, 2]);
    return [
      embeddings,
      relata
        .supCon(tau)
        .times(2)
        .loss({ embeddings, labels: [0, 0] }),
    ];
  },
  "Objective.terms": () => {
    const embeddings: tf.Tensor2D = tf.ones([2, 2]);
    return [embeddings, relata.supCon(tau).terms({ embeddings, labels: [0, 0] })];
  },
  "Objective.plus": () => relata.supCon(tau).plus(relata.crossEntropy()),
  "Objective.times": () => relata.supCon(tau).times(2),
  "Objective.on": () => relata.supCon(tau).on((all: { embeddings: tf.Tensor2D; labels: number[] }) => all),
  "Objective.named": () => relata.supCon(tau).named("mine"),
  "Objective.explain": () => `${relata.supCon(tau).explain()}`,
  "Objective.toString": () => `${relata.supCon(tau)}`,
  // engine
  startEngine: () => relata.startEngine(),
  currentEngine: () => relata.currentEngine().memory(),
  initialNormal: () => relata.initialNormal(new Random(1), [2, 3], 0.1),
  initialConstant: () => relata.initialConstant([2, 3], 1),
  createParameter: () =>
    withParameter((parameter) => {
      parameter.assign(Float32Array.of(3, 4));
      return [parameter.value(), parameter.data()];
    }),
  gradients: () => withParameter((parameter) => gradientsOf(parameter)),
  globalNorm: () => {
    const given = new Map([["x", tf.ones([2])]]);
    return [given, relata.globalNorm(given)];
  },
  clipByGlobalNorm: () => {
    const given = new Map([["x", tf.ones([2])]]);
    return [given, relata.clipByGlobalNorm(given, 1)];
  },
  moveTowards: () =>
    withParameter((parameter) => withParameter((target) => relata.moveTowards(parameter, target, 0.9))),
  withScope: () => relata.withScope(async ({ own }) => own(tf.ones([2])).dataSync()),
  differentiable: () =>
    withParameter((parameter) =>
      relata.gradients(
        () =>
          relata
            .differentiable({ x: parameter.value() }, () => {
              const x = parameter.value();
              return relata.withGradient(x.square(), { x }, (slope, saved) => ({
                x: () => slope.mul(saved.x).mul(2),
              }));
            })
            .sum(),
        [parameter],
      ),
    ),
  withGradient: () => relata.withGradient(tf.ones([2]), {}, () => ({})),
  "AdamW.step": () =>
    withParameter((parameter) => {
      const optimiser = new relata.AdamW([parameter], { decay: 0.1 });
      const found = gradientsOf(parameter);
      optimiser.step(found.gradients, 0.1);
      const before = optimiser.state();
      optimiser.restore(before);
      optimiser.dispose();
      return found;
    }),
  "DropoutStream.apply": () => {
    const x = tf.ones([3, 5]);
    return [x, new relata.DropoutStream(new Random(1)).apply(x, 0.5)];
  },
  "DropoutStream.mask": () => new relata.DropoutStream(new Random(1)).mask([3, 5], 0.5),
  // encoders, as relation.encoder() gives them
  "TransformerEncoder.forward": () =>
    withEncoder((encoder) => encoder.forward(batch(), { allHidden: true, attention: true })),
  "TransformerEncoder.wordVectors": () => withEncoder((encoder) => encoder.wordVectors(batch())),
  "TransformerEncoder.maskedLogits": () =>
    withEncoder((encoder) => {
      const output = encoder.forward(batch());
      return [output, encoder.maskedLogits(output.last)];
    }, masked),
  "TransformerEncoder.parameter": () =>
    withEncoder((encoder) => encoder.parameter("embeddings.word_embeddings.weight").name),
  "TransformerEncoder.addTokens": () => withEncoder((encoder) => encoder.addTokens(3, new Random(1))),
  "TransformerEncoder.freeze": () =>
    withEncoder((encoder) => encoder.freeze({ embeddings: true, layers: 1 })),
  "TransformerEncoder.follow": () =>
    withEncoder((encoder) => {
      const copy = encoder.momentumCopy();
      copy.follow(encoder, 0.9);
      copy.dispose();
    }),
  saveEncoder: () => withEncoder((encoder) => encoders.saveEncoder(encoder, path.join(temporary, "saved"))),
  newEncoder: () => {
    const config = encoders.readEncoderConfig(tiny);
    encoders.newEncoder(config, new Random(1)).dispose();
  },
  // train
  train: () =>
    withParameter((parameter) => {
      const checkpoint = { folder: path.join(temporary, "run") };
      const development = { score: () => 1, every: 1 };
      const random = new Random(1);
      return steps(
        relata.train(task(parameter), { ...fast, accumulate: 2, checkpoint, development, random }),
      );
    }),
  "train, left in the middle": () =>
    withParameter(async (parameter) => {
      for await (const _ of relata.train(task(parameter), { ...fast, random: new Random(1) })) break;
    }),
  schedule: () => relata.schedule({ rate: 1, steps: 2 })(1),
  // lab
  open: () => relata.open(),
  "Lab.withSeed": async () => (await relata.open()).withSeed(3),
  "Lab.data": async () => (await relata.open()).data("first-steps"),
  "Lab.documents": async () =>
    (await relata.open()).documents("nothing of this name").catch((error: unknown) => String(error)),
  "Lab.splits": async () => (await relata.open()).splits("first-steps"),
  "Lab.encoder": async () => (await (await relata.open()).encoder(tiny)).dispose(),
  "Lab.paper": async () => (await relata.open()).paper("hiure").table("T1a"),
  "Lab.remember": async () => (await relata.open()).remember({ leaks: 1 }, async () => 1),
  "LabEncoder.states": async () => {
    const encoder = await relata.LabEncoder.open("tiny", tiny, new Random(1));
    const { last } = encoder.states(sentences.at(0)!);
    encoder.dispose();
    return last;
  },
  "LabEncoder.relation": async () => {
    const encoder = await relata.LabEncoder.open("tiny", tiny, new Random(1));
    const relation = encoder.relation();
    await relation.embed(sentences);
    await relation.dispose();
    encoder.dispose();
  },
  "RelationEncoder.with": () =>
    withRelation(async (relation) => {
      const other = relation.with({ markers: "none", readout: "mentions" });
      await other.embed(sentences);
      await other.dispose();
    }),
  "RelationEncoder.encoder": () => withRelation(async (relation) => (await relation.encoder()).config.kind),
  "RelationEncoder.tokenizer": () => withRelation(async (relation) => (await relation.tokenizer()).size),
  "RelationEncoder.train": () =>
    withRelation(async (relation) => {
      await relation.train(sentences, relata.crossEntropy().plus(relata.infoNce(tau)), fast);
      await relation.train(sentences, relata.supCon(tau), { ...fast, clip: null });
    }),
  "RelationEncoder.train, left in the middle": () =>
    withRelation(async (relation) => {
      for await (const _ of relation.train(sentences, relata.crossEntropy(), fast)) break;
    }),
  "RelationEncoder.embed": () => withRelation((relation) => relation.embed(sentences, { batchSize: 3 })),
  "RelationEncoder.predict": () =>
    withRelation(async (relation) => {
      await relation.train(sentences, relata.crossEntropy(), fast);
      return relation.predict(sentences);
    }),
  "RelationEncoder.explain": () => withRelation((relation) => relation.explain()),
  "Training.watch": () =>
    withRelation(async (relation) => await relation.train(sentences, relata.supCon(tau), fast).watch()),
  "RelationVectors.nearest": () =>
    withRelation(async (relation) => (await relation.embed(sentences)).nearest(0, 2).table()),
  "RelationVectors.classifier": () =>
    withRelation(async (relation) => {
      const vectors = await relation.embed(sentences);
      for (const name of ["classwise-knn", "knn", "nearest-centroid", "linear"] as const)
        vectors.classifier(name, { k: 1 }).predict(vectors);
    }),
  "RelationVectors.cluster": () =>
    withRelation(async (relation) =>
      (await relation.embed(sentences)).cluster(relata.kMeans({ clusters: 2 })),
    ),
  "RelationClusters.score": () => withClusters((clusters) => clusters.score()),
  "RelationClusters.assign": () =>
    withRelation(async (relation) => {
      const vectors = await relation.embed(sentences);
      return (await vectors.cluster(relata.hierarchicalPropagation({ layers: 2 }))).assign(vectors);
    }),
  "RelationClusters.table": () => withClusters((clusters) => clusters.table()),
  "RelationClusters.plot": () => withClusters((clusters) => clusters.plot({ method: "pca" })),
  "RelationClusters.tree": () => withClusters((clusters) => clusters.tree()),
  "RelationVectors.project": () =>
    withRelation(async (relation) => (await (await relation.embed(sentences)).project("pca")).plot()),
};

function withClusters(use: (clusters: relata.RelationClusters) => unknown): Promise<unknown> {
  return withRelation(async (relation) =>
    use(await (await relation.embed(sentences)).cluster(relata.hierarchicalPropagation({ layers: 2 }))),
  );
}

/** Functions and classes of those rooms that hold and make no tensor. */
export const WITHOUT_TENSORS = [
  "ExperimentHandle",
  "Explanation",
  "NearestSentences",
  "ObjectiveExplanation",
  "PaperHandle",
  "RelationClassifier",
  "RelationMap",
  "bindLiveCharts",
  "clockText",
  "currentSession",
  "progressBundle",
  "referenceSubsets",
];

/** Methods that the calls above make on the way, or that call one of them. */
export const CALLED_BY_OTHERS = [
  "DropoutStream.plainMask",
  "DropoutStream.restore",
  "RelationEncoder.dispose",
  "RelationEncoder.encode",
  "RelationEncoder.headFor",
  "RelationEncoder.load",
  "RelationEncoder.rows",
  "TransformerEncoder.block",
  "TransformerEncoder.characterWeights",
  "TransformerEncoder.dispose",
  "TransformerEncoder.embedded",
  "TransformerEncoder.extend",
  "TransformerEncoder.momentumCopy",
  "TransformerEncoder.named",
  "TransformerEncoder.normal",
  "TransformerEncoder.pooled",
  "TransformerEncoder.words",
];
