// Public calls that fail, with what they say.

import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as relata from "../../../src/index";
import {
  batch,
  fast,
  points,
  sentences,
  square,
  steps,
  task,
  temporary,
  tiny,
  withEncoder,
  withParameter,
  withRelation,
} from "./small-things";

const { Random } = relata;

/** A folder with the tiny encoder, changed. */
function broken(change: (folder: string) => void): string {
  const folder = fs.mkdtempSync(path.join(temporary, "broken-"));
  fs.cpSync(tiny, folder, { recursive: true });
  change(folder);
  return folder;
}

function withConfig(change: Readonly<Record<string, unknown>>): string {
  return broken((folder) => {
    const file = path.join(folder, "config.json");
    const config = JSON.parse(fs.readFileSync(file, "utf8")) as object;
    fs.writeFileSync(file, JSON.stringify({ ...config, ...change }));
  });
}

const opened = async (folder: string): Promise<unknown> => (await relata.open()).encoder(folder);
const nan = (): tf.Scalar => tf.scalar(NaN);

/** Calls that fail, with what they say. */
export const failures: readonly (readonly [name: string, message: RegExp, call: () => unknown])[] = [
  ["an encoder of no known name", /unknown model "minlm": did you mean "minilm"/, () => opened("minlm")],
  [
    "truncated weights",
    /model\.safetensors: is truncated/,
    () =>
      opened(
        broken((folder) => {
          const file = path.join(folder, "model.safetensors");
          fs.truncateSync(file, fs.statSync(file).size - 8);
        }),
      ),
  ],
  [
    "weights of another shape",
    /has shape \[\d+, 32\], expected shape \[7, 32\]/,
    () => opened(withConfig({ max_position_embeddings: 7 })),
  ],
  [
    "weights of a layer too few",
    /"encoder\.layer\.2\..*is missing/,
    () => opened(withConfig({ num_hidden_layers: 3 })),
  ],
  [
    "a tokenizer that does not fit",
    /tokenizer does not fit the weights: it has 200 pieces/,
    () => opened(withConfig({ vocab_size: 100 })),
  ],
  [
    "the same in a relation encoder",
    /tokenizer does not fit the weights: it has 200 pieces/,
    async () => {
      const folder = withConfig({ vocab_size: 100 });
      await new relata.RelationEncoder("broken", folder, new Random(1)).embed(sentences);
    },
  ],
  [
    "ids outside the vocabulary",
    /expected 0 to 199/,
    () => withEncoder((encoder) => encoder.forward({ ...batch(), ids: batch().ids.fill(200) })),
  ],
  [
    "a NaN in the loss",
    /"square" is NaN at step 1/,
    () =>
      withParameter((parameter) =>
        steps(
          relata.train(
            task(parameter, () => tf.tidy(() => square(parameter).add(nan()))),
            { ...fast, random: new Random(1) },
          ),
        ),
      ),
  ],
  [
    "a loss that throws",
    /no such loss/,
    () =>
      withParameter((parameter) =>
        steps(
          relata.train(
            task(parameter, () => {
              square(parameter);
              throw new Error("no such loss");
            }),
            { ...fast, random: new Random(1) },
          ),
        ),
      ),
  ],
  [
    "a loss without parameters",
    /depends on none of the trainable parameters/,
    () => withParameter((parameter) => relata.gradients(() => tf.scalar(1), [parameter])),
  ],
  [
    "a way back that throws",
    /no way back/,
    () =>
      withParameter((parameter) =>
        relata.gradients(
          () =>
            relata
              .differentiable({ x: parameter.value() }, () =>
                relata.withGradient(parameter.value().square(), { kept: tf.ones([2]) }, () => {
                  throw new Error("no way back");
                }),
              )
              .sum(),
          [parameter],
        ),
      ),
  ],
  [
    "training without labels",
    /has no relation/,
    () =>
      withRelation(async (relation) => {
        const unlabelled = sentences.map(({ relation: _, ...rest }) => rest);
        await relation.train(unlabelled, relata.crossEntropy(), fast);
      }),
  ],
  [
    "an input too short for its mentions",
    /maxLength|longer|pieces|window/,
    () => withRelation((relation) => relation.embed(sentences), { maxLength: 4 }),
  ],
  [
    "a callback that throws",
    /not interested/,
    () =>
      withRelation((relation) =>
        relation.embed(sentences, {
          onProgress: () => {
            throw new Error("not interested");
          },
        }),
      ),
  ],
  [
    "a head of another width",
    /linear head/,
    () => {
      const head = relata.linearHead({ inputs: 2, outputs: 3, random: new Random(1) });
      try {
        tf.tidy(() => head.logits(tf.ones([4, 5])));
      } finally {
        head.dispose();
      }
    },
  ],
  ["a classifier with a label too few", /labels/, () => relata.knn({ k: 1 }).fit(points, ["on"])],
  [
    "a parameter of another size",
    /data of "p"/,
    () => relata.createParameter("p", { shape: [3], data: new Float32Array(2) }),
  ],
  [
    "a scope whose work fails",
    /midway/,
    () =>
      relata.withScope(async ({ own }) => {
        own(tf.ones([2]));
        throw new Error("midway");
      }),
  ],
];
