// The names of an encoder's weights as Hugging Face spells them, and their shapes.

import type { EncoderConfig } from "./weights";

/** A weight that an encoder has: name without model prefix, and shape. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The names of a linear layer or LayerNorm. */
const pair = (name: string, weight: readonly number[]): WeightSpec[] => [
  { name: `${name}.weight`, shape: weight },
  { name: `${name}.bias`, shape: [weight[0]!] },
];

/** The weights before the blocks. */
export function embeddingSpecs(config: EncoderConfig): WeightSpec[] {
  const { hiddenSize, positions, typeVocabulary } = config;
  const names = "embeddings";
  return [
    ...wordSpecs(config),
    { name: `${names}.position_embeddings.weight`, shape: [positions, hiddenSize] },
    { name: `${names}.token_type_embeddings.weight`, shape: [typeVocabulary, hiddenSize] },
    ...pair(`${names}.LayerNorm`, [hiddenSize]),
  ];
}

/** The prefix of what makes word vectors. */
export const WORDS = "embeddings.word_embeddings";

function wordSpecs({ characterCnn, vocabularySize, hiddenSize }: EncoderConfig): WeightSpec[] {
  if (characterCnn === undefined) return [{ name: `${WORDS}.weight`, shape: [vocabularySize, hiddenSize] }];
  const { characters, embeddingSize, filters, highways } = characterCnn;
  const width = filters.reduce((sum, [, channels]) => sum + channels, 0);
  return [
    { name: `${WORDS}._char_embedding_weights`, shape: [characters + 1, embeddingSize] },
    ...filters.flatMap(([size, channels], i) =>
      pair(`${WORDS}.char_conv_${i}`, [channels, embeddingSize, size]),
    ),
    ...Array.from({ length: highways }, (_, i) =>
      pair(`${WORDS}._highways._layers.${i}`, [2 * width, width]),
    ).flat(),
    ...pair(`${WORDS}._projection`, [hiddenSize, width]),
  ];
}

/** The prefix of block `index`. */
export const blockPrefix = (index: number): string => `encoder.layer.${index}`;

/** The weights of block `index`. */
export function blockSpecs({ hiddenSize, intermediateSize }: EncoderConfig, index: number): WeightSpec[] {
  const prefix = blockPrefix(index);
  const square = [hiddenSize, hiddenSize];
  return [
    ...["query", "key", "value"].flatMap((name) => pair(`${prefix}.attention.self.${name}`, square)),
    ...pair(`${prefix}.attention.output.dense`, square),
    ...pair(`${prefix}.attention.output.LayerNorm`, [hiddenSize]),
    ...pair(`${prefix}.intermediate.dense`, [intermediateSize, hiddenSize]),
    ...pair(`${prefix}.output.dense`, [hiddenSize, intermediateSize]),
    ...pair(`${prefix}.output.LayerNorm`, [hiddenSize]),
  ];
}

/** The pooler over the first token; many files leave it out. */
export function poolerSpecs({ hiddenSize }: EncoderConfig): WeightSpec[] {
  return pair("pooler.dense", [hiddenSize, hiddenSize]);
}

/** Names of the masked-language head by model: they lie outside the encoder's prefix. */
export function maskedHeadNames(config: EncoderConfig): Record<"dense" | "norm" | "bias", string> {
  return config.kind === "roberta"
    ? { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias" }
    : {
        dense: "cls.predictions.transform.dense",
        norm: "cls.predictions.transform.LayerNorm",
        bias: "cls.predictions.bias",
      };
}

/** The weights of the masked-language head; its decoder is the word embeddings. */
export function maskedHeadSpecs(config: EncoderConfig): WeightSpec[] {
  const { dense, norm, bias } = maskedHeadNames(config);
  const { hiddenSize, vocabularySize } = config;
  return [
    ...pair(dense, [hiddenSize, hiddenSize]),
    ...pair(norm, [hiddenSize]),
    { name: bias, shape: [vocabularySize] },
  ];
}

/** Whether weight decay leaves the weight out by the usual rule: biases and LayerNorm. */
export function isDecayed(name: string): boolean {
  return !name.endsWith("bias") && !/layer_?norm/i.test(name);
}
