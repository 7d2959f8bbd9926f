// An encoder from the folder of a Hugging Face model.

import { WeightsError } from "../core";
import { createParameter, type Parameter, startEngine } from "../engine";
import { TransformerEncoder } from "./transformer-encoder";
import {
  blockSpecs,
  embeddingSpecs,
  isDecayed,
  maskedHeadSpecs,
  poolerSpecs,
  type WeightSpec,
} from "./weight-names";
import { type EncoderConfig, readEncoderConfig, readWeights, type WeightFile } from "./weights";

/**
 * Loads `config.json` and the weights of `folder`, starting the engine when none runs. Weights may carry the prefix
 * `bert.` or `roberta.` and the old names `gamma` and `beta`; pooler and masked-language head are optional. A weight
 * that is missing or has another shape is a `WeightsError`.
 *
 * @example const encoder = await loadEncoder("models/minilm");
 */
export async function loadEncoder(folder: string): Promise<TransformerEncoder> {
  await startEngine();
  const config = readEncoderConfig(folder);
  const source = new WeightSource(folder, config, readWeights(folder));
  const parameters: Parameter[] = [];
  try {
    for (const spec of source.specs()) parameters.push(source.parameter(spec));
    return new TransformerEncoder(config, parameters);
  } catch (error) {
    for (const parameter of parameters) parameter.dispose();
    throw error;
  }
}

class WeightSource {
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly folder: string,
    private readonly config: EncoderConfig,
    private readonly file: WeightFile,
  ) {
    this.known = new Set(file.names());
  }

  specs(): WeightSpec[] {
    const { config } = this;
    const layers = Array.from({ length: config.layers }, (_, index) => blockSpecs(config, index)).flat();
    const optional = [poolerSpecs(config), config.characterCnn === undefined ? maskedHeadSpecs(config) : []];
    const present = optional.filter(
      (specs) => specs.length > 0 && specs.every(({ name }) => this.find(name) !== undefined),
    );
    return [...embeddingSpecs(config), ...layers, ...present.flat()];
  }

  parameter({ name, shape }: WeightSpec): Parameter {
    const found = this.find(name);
    if (found === undefined) throw this.fault(name, "is missing", shape);
    const got = this.file.shape(found);
    if (got.join() !== shape.join()) throw this.fault(found, `has shape [${got.join(", ")}]`, shape);
    const initial = { shape, data: this.file.read(found) };
    return createParameter(name, initial, { isDecayed: isDecayed(name) });
  }

  private fault(name: string, got: string, shape: readonly number[]): WeightsError {
    return new WeightsError(
      `${this.folder}: tensor "${name}" ${got}, expected shape [${shape.join(", ")}] by config.json: ` +
        `take config.json and weights of the same model`,
    );
  }

  /** The name in the file: as it is, with the model's prefix, or in TensorFlow's old spelling of LayerNorm. */
  private find(name: string): string | undefined {
    const old = name
      .replace(/(LayerNorm|layer_norm)\.weight$/, "$1.gamma")
      .replace(/(LayerNorm|layer_norm)\.bias$/, "$1.beta");
    const spellings = old === name ? [name] : [name, old];
    const prefixes = ["", "bert.", "roberta.", "character_bert.", "encoder.", "model."];
    for (const prefix of prefixes)
      for (const spelling of spellings) if (this.known.has(prefix + spelling)) return prefix + spelling;
    return undefined;
  }
}
