import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { WeightsError } from "../../src/core";
import { longestInput, parseEncoderConfig, readEncoderConfig } from "../../src/encoders/weights";
import { newFile, newFolder } from "./folder";

const BERT = {
  architectures: ["BertModel"],
  model_type: "bert",
  hidden_size: 32,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  intermediate_size: 64,
  max_position_embeddings: 40,
  vocab_size: 200,
};

describe("readEncoderConfig", () => {
  it("reads a BERT configuration with the usual defaults", () => {
    const file = newFile("config.json", JSON.stringify(BERT));
    expect(readEncoderConfig(path.dirname(file))).toMatchObject({
      kind: "bert",
      hiddenSize: 32,
      heads: 4,
      layers: 2,
      intermediateSize: 64,
      activation: "gelu",
      layerNormEpsilon: 1e-12,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
      vocabularySize: 200,
      positions: 40,
      typeVocabulary: 2,
      padId: 0,
      hasMaskedHead: false,
      raw: BERT,
    });
  });

  it("tells RoBERTa, CharacterBERT and masked heads apart", () => {
    const roberta = parseEncoderConfig({
      ...BERT,
      model_type: "roberta",
      architectures: ["RobertaForMaskedLM"],
    });
    expect(roberta).toMatchObject({ kind: "roberta", padId: 1, layerNormEpsilon: 1e-5, hasMaskedHead: true });
    expect(longestInput(roberta)).toBe(38);
    const { vocab_size: _, ...rest } = BERT;
    const cnn = { embedding_dim: 8, filters: [[1, 4]], n_characters: 262, n_highway: 2 };
    expect(parseEncoderConfig({ ...rest, character_cnn: cnn })).toMatchObject({
      kind: "character-bert",
      vocabularySize: 0,
      characterCnn: { embeddingSize: 8, filters: [[1, 4]], characters: 262, maxCharacters: 50, highways: 2 },
    });
  });

  it.each([
    ["gelu", "gelu"],
    ["gelu_new", "gelu_tanh"],
    ["gelu_pytorch_tanh", "gelu_tanh"],
    ["relu", "relu"],
  ])("reads the activation %s as %s", (given, activation) => {
    expect(parseEncoderConfig({ ...BERT, hidden_act: given }).activation).toBe(activation);
  });

  it.each([
    [{ hidden_size: undefined }, /m\.json: "hidden_size" is missing, expected a number/],
    [{ hidden_size: "32" }, /"hidden_size" is "32", expected a number/],
    [{ num_hidden_layers: 2.5 }, /"num_hidden_layers" is 2.5, expected a positive whole number/],
    [{ num_attention_heads: 5 }, /"hidden_size" 32 is no multiple of "num_attention_heads" 5/],
    [{ hidden_act: "swish" }, /"hidden_act" is "swish", expected one of gelu/],
    [{ hidden_act: "constructor" }, /"hidden_act" is "constructor"/],
    [{ hidden_dropout_prob: 1 }, /"hidden_dropout_prob" is 1, expected at least 0 and less than 1/],
    [
      { position_embedding_type: "relative_key" },
      /"position_embedding_type" is "relative_key", expected "absolute"/,
    ],
    [
      { model_type: "t5", architectures: [] },
      /"model_type" is "t5", expected one of bert, roberta, character-bert/,
    ],
    [{ character_cnn: { filters: [[1]] } }, /"character_cnn.filters" is no list of \[width, channels\]/],
  ])("says in one sentence what is wrong with %o", (change, message) => {
    expect(() => parseEncoderConfig({ ...BERT, ...change }, "m.json")).toThrow(message);
    expect(() => parseEncoderConfig({ ...BERT, ...change }, "m.json")).toThrow(WeightsError);
  });

  it("says what a folder lacks, and that a file is not JSON", () => {
    const folder = newFolder();
    expect(() => readEncoderConfig(folder)).toThrow(
      /config\.json: no such file, expected the folder of a Hugging Face/,
    );
    expect(() => readEncoderConfig(path.dirname(newFile("config.json", "{")))).toThrow(
      /config\.json: not JSON \(/,
    );
    expect(() => parseEncoderConfig([])).toThrow("config.json: holds no JSON object");
  });
});
