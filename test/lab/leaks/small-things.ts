// Small things to call the public surface with: sentences, vectors, a parameter, encoders on the tiny weights.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as encoders from "../../../src/encoders";
import * as relata from "../../../src/index";
import { fixtureFolder } from "../../support/fixtures";

const { Random } = relata;
export const tiny = path.join(fixtureFolder, "encoders", "bert");
export const masked = path.join(fixtureFolder, "encoders", "bert_mlm");
export const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "relata-leaks-"));
export const sentences = relata.sentencesFrom(
  [
    ["the cat sat on the mat", "cat", "mat", "on"],
    ["a dog was in the house", "dog", "house", "in"],
    ["the bird sat on a house", "bird", "house", "on"],
    ["one fox in one house", "fox", "house", "in"],
  ].map(([text, head, tail, relation]) => ({ text, head, tail, relation })),
);
export const relations = sentences.items.map(({ relation }) => relation!);
export const points = { data: Float32Array.of(1, 2, 0, -1, 0.5, 1, 0.3, -2), rows: 4, columns: 2 };
export const initial = (length = 2) => ({ shape: [length], data: new Float32Array(length).fill(1) });
export const tau = { temperature: 0.5 };
export const fast = { epochs: 2, batchSize: 2, rate: 1e-3 };
export const square = (parameter: relata.Parameter): tf.Scalar =>
  tf.tidy(() => parameter.value().square().sum());

/** A parameter for the time of `work`. */
export async function withParameter<T>(work: (parameter: relata.Parameter) => T | Promise<T>): Promise<T> {
  const parameter = relata.createParameter("p", initial());
  try {
    return await work(parameter);
  } finally {
    parameter.dispose();
  }
}

/** A relation encoder on the tiny weights for the time of `work`. */
export async function withRelation<T>(
  work: (relation: relata.RelationEncoder) => T | Promise<T>,
  options: relata.RelationOptions = {},
): Promise<T> {
  const relation = new relata.RelationEncoder("tiny", tiny, new Random(1), { maxLength: 16, ...options });
  try {
    return await work(relation);
  } finally {
    await relation.dispose();
  }
}

export async function withEncoder<T>(
  work: (encoder: encoders.TransformerEncoder) => T | Promise<T>,
  folder = tiny,
): Promise<T> {
  const encoder = await encoders.loadEncoder(folder);
  try {
    return await work(encoder);
  } finally {
    encoder.dispose();
  }
}

export const batch = () => {
  const tokenizer = relata.loadTokenizer(tiny);
  return relata.encodeSentences(tokenizer, sentences.items, { markers: "none", maxLength: 16 });
};
export const gradientsOf = (parameter: relata.Parameter) =>
  relata.gradients(() => square(parameter), [parameter]);
export const task = (parameter: relata.Parameter, value = () => square(parameter)) => ({
  parameters: [parameter],
  size: 4,
  terms: () => [{ name: "square", value: value(), weight: 1 }],
});
export const steps = async (run: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of run);
};
export const fitted = async (recipe: relata.ClassifierRecipe): Promise<void> => {
  const classifier = recipe.fit(points, relations);
  classifier.predict(points);
  classifier.score(points, relations);
};
