// An encoder into a folder that `transformers` loads.

import * as path from "node:path";
import { writeFileAtomic } from "../core";
import type { TransformerEncoder } from "./transformer-encoder";
import { writeSafetensors } from "./weights";

/**
 * Writes `config.json` and `model.safetensors` into `folder`. The tokenizer has a `save` of its own. With a
 * masked-language head the encoder's names get the model's prefix, as `BertForMaskedLM` and `RobertaForMaskedLM` do.
 */
export function saveEncoder(encoder: TransformerEncoder, folder: string): void {
  const { config, hasMaskedHead } = encoder;
  const prefix = hasMaskedHead ? (config.kind === "roberta" ? "roberta." : "bert.") : "";
  const isHead = (name: string): boolean => name.startsWith("cls.") || name.startsWith("lm_head.");
  const tensors = encoder.parameters.map((parameter) => ({
    name: isHead(parameter.name) ? parameter.name : prefix + parameter.name,
    shape: parameter.shape,
    data: () => parameter.data(),
  }));
  writeSafetensors(path.join(folder, "model.safetensors"), tensors, { format: "pt" });
  writeFileAtomic(path.join(folder, "config.json"), `${JSON.stringify(config.raw, null, 2)}\n`);
}
