// An encoder with new weights, to be trained from nothing.

import type { Random } from "../core";
import { createParameter, initialConstant, initialNormal, type Parameter } from "../engine";
import { TransformerEncoder } from "./transformer-encoder";
import {
  blockSpecs,
  embeddingSpecs,
  isDecayed,
  maskedHeadSpecs,
  poolerSpecs,
  type WeightSpec,
} from "./weight-names";
import type { EncoderConfig } from "./weights";

/** What a new encoder has beside embeddings and blocks. */
export interface NewEncoderOptions {
  /** Default false. */
  readonly pooler?: boolean;
  /** Default: what the configuration says. */
  readonly maskedHead?: boolean;
}

/**
 * Weights normal with the configuration's deviation, biases 0, LayerNorm 1 and 0, as `transformers` begins. Each weight
 * depends on its name alone, so that an encoder with more layers has the same lower ones. The engine must run.
 *
 * @example const encoder = newEncoder(parseEncoderConfig(json), new Random(1), { maskedHead: true });
 */
export function newEncoder(
  config: EncoderConfig,
  random: Random,
  options: NewEncoderOptions = {},
): TransformerEncoder {
  const { pooler = false, maskedHead = config.hasMaskedHead } = options;
  const specs = [
    ...embeddingSpecs(config),
    ...Array.from({ length: config.layers }, (_, index) => blockSpecs(config, index)).flat(),
    ...(pooler ? poolerSpecs(config) : []),
    ...(maskedHead ? maskedHeadSpecs(config) : []),
  ];
  return new TransformerEncoder(
    config,
    specs.map((spec) => newParameter(spec, config.initialDeviation, random)),
  );
}

/**
 * The encoder with a masked-language head: itself where it has one, else one that shares its weights and has a new head,
 * for models whose published weights left it out. The result takes the encoder's place; dispose of it alone.
 *
 * @example const encoder = withMaskedHead(await loadEncoder(folder), random);
 */
export function withMaskedHead(encoder: TransformerEncoder, random: Random): TransformerEncoder {
  if (encoder.hasMaskedHead) return encoder;
  const { config } = encoder;
  const head = maskedHeadSpecs(config).map((spec) => newParameter(spec, config.initialDeviation, random));
  return new TransformerEncoder(config, [...encoder.parameters, ...head]);
}

function newParameter({ name, shape }: WeightSpec, deviation: number, random: Random): Parameter {
  const options = { isDecayed: isDecayed(name) };
  if (options.isDecayed)
    return createParameter(name, initialNormal(random.fork(name), shape, deviation), options);
  return createParameter(name, initialConstant(shape, name.endsWith("bias") ? 0 : 1), options);
}
