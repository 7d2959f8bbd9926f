// The tiny BERT made from nothing but text and a seed: vocabulary, weights, and the card that says how.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { OptionError, Random, TrainingError, type OnProgress, writeFileAtomic } from "../../core";
import { newEncoder, saveEncoder, type TransformerEncoder } from "../../encoders";
import { parseEncoderConfig } from "../../encoders/weights";
import { startEngine } from "../../engine";
import { trainWordPieces, type Tokenizer } from "../../text";
import { sha256Of } from "../download";
import { type MaskedScores, maskedScores, pretrain } from "./pretrain";
import { cardText, type TinyCard } from "./tiny-card";
import { DEVIATION, TINY, TINY_THREADS, TOKENS } from "./tiny-settings";

/** What to make, and where. */
export interface MakeTinyOptions {
  /** The texts to learn from, one sentence or document each, and what they are. */
  readonly texts: readonly string[];
  readonly source: string;
  /** Folder of the model. */
  readonly out: string;
  /** Folder of checkpoints: a making that was interrupted goes on from there. */
  readonly work: string;
  readonly seed?: number;
  /** Passes over the texts. */
  readonly passes?: number;
  /** Pieces of the vocabulary. */
  readonly pieces?: number;
  readonly layers?: number;
  readonly hidden?: number;
  readonly heads?: number;
  /** Steps between two checkpoints; default 100. */
  readonly checkpointEvery?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const HELD_OUT = 0.02;

/** The sha256 of texts, by which a card names what its model has learnt from. */
export function textsHash(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text}\n`);
  return hash.digest("hex");
}

const randomOf = (seed: number): Random => new Random(seed).fork("tiny BERT");

/** The texts a tiny BERT of `seed` learns from, and those kept aside for its scores. */
export function tinyTexts(texts: readonly string[], seed: number): { learnt: string[]; heldOut: string[] } {
  const shuffled = randomOf(seed).fork("held out").shuffle(texts);
  const count = Math.ceil(HELD_OUT * texts.length);
  return { learnt: shuffled.slice(count), heldOut: shuffled.slice(0, count) };
}

/** The scores on a card, measured again: of `encoder` on the texts kept aside from `texts`. */
export function tinyScores(
  encoder: TransformerEncoder,
  tokenizer: Tokenizer,
  texts: readonly string[],
  seed: number,
): MaskedScores {
  return maskedScores(encoder, tokenizer, tinyTexts(texts, seed).heldOut, randomOf(seed).fork("scores"));
}

/**
 * Makes a small BERT from `texts` and writes it, with its card, into `out`. Same texts, options and kind of processor:
 * same bytes. An aborted making leaves `out` as it was.
 *
 * @example await makeTiny({ texts, source: "my sentences", out: "models/mine", work: "models/mine.part" });
 */
export async function makeTiny(options: MakeTinyOptions): Promise<TinyCard> {
  const { texts, source, out, work, onProgress, signal } = options;
  const { seed, passes, pieces, layers, hidden, heads } = { ...TINY, ...given(options) };
  const engine = await startEngine({ threads: TINY_THREADS });
  const random = randomOf(seed);
  const { heldOut, learnt } = tinyTexts(texts, seed);
  if (learnt.length === 0) throw new OptionError(`${texts.length} texts are too few: give at least 2`);
  onProgress?.({ label: "vocabulary", done: 0 });
  const tokenizer = trainWordPieces(learnt, { size: pieces });
  const encoder = newTinyEncoder(tokenizer, { layers, hidden, heads }, random.fork("weights"));
  try {
    const steps = pretrain(encoder, tokenizer, learnt, {
      random: random.fork("training"),
      passes,
      rate: TINY.rate,
      packs: { tokens: TOKENS },
      checkpoint: { folder: work, every: options.checkpointEvery ?? 100 },
      ...(signal === undefined ? {} : { signal }),
    });
    let next = await steps.next();
    for (; next.done !== true; next = await steps.next()) {
      const { step, steps: total, loss } = next.value;
      onProgress?.({ label: `pre-training: loss ${loss.toFixed(2)}`, done: step, total, unit: "steps" });
    }
    const { ended, steps: done, losses = [] } = next.value;
    if (ended === "aborted")
      throw new TrainingError(
        `the pre-training was interrupted at step ${done}: run it again, it goes on from there`,
      );
    const scores = tinyScores(encoder, tokenizer, texts, seed);
    fs.mkdirSync(out, { recursive: true });
    tokenizer.save(out);
    saveEncoder(encoder, out);
    const card: TinyCard = {
      name: "tiny",
      seed,
      texts: { source, count: texts.length, sha256: textsHash(texts) },
      training: {
        passes,
        rate: TINY.rate,
        tokens: TOKENS,
        steps: done,
        heldOut: heldOut.length,
        losses: curve(losses),
      },
      scores,
      weights: encoder.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
      config: encoder.config.raw,
      engine: `${engine.name}, ${engine.library} ${engine.version}, ${engine.threads} ${engine.threads === 1 ? "thread" : "threads"}`,
      files: await filesOf(out),
    };
    writeFileAtomic(path.join(out, "card.json"), `${JSON.stringify(card, undefined, 2)}\n`);
    writeFileAtomic(path.join(out, "card.md"), cardText(card));
    fs.rmSync(work, { recursive: true, force: true });
    return card;
  } finally {
    encoder.dispose();
  }
}

/** Options that were given, without those that are undefined. */
function given(options: MakeTinyOptions): Partial<Omit<typeof TINY, "rate">> {
  const { seed, passes, pieces, layers, hidden, heads } = options;
  const entries = Object.entries({ seed, passes, pieces, layers, hidden, heads });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function newTinyEncoder(
  tokenizer: Tokenizer,
  { layers, hidden, heads }: { layers: number; hidden: number; heads: number },
  random: Random,
): TransformerEncoder {
  const config = {
    architectures: ["BertForMaskedLM"],
    model_type: "bert",
    attention_probs_dropout_prob: 0.1,
    hidden_act: "gelu",
    hidden_dropout_prob: 0.1,
    hidden_size: hidden,
    initializer_range: DEVIATION,
    intermediate_size: 4 * hidden,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 512,
    num_attention_heads: heads,
    num_hidden_layers: layers,
    pad_token_id: tokenizer.padId,
    position_embedding_type: "absolute",
    type_vocab_size: 2,
    vocab_size: tokenizer.size,
  };
  return newEncoder(parseEncoderConfig(config), random, { maskedHead: true });
}

/** Means of the loss over twenty stretches of equal length: `[last step, loss]`. */
function curve(losses: readonly number[]): [number, number][] {
  const stretch = Math.ceil(losses.length / 20);
  const points: [number, number][] = [];
  for (let at = 0; at < losses.length; at += stretch) {
    const part = losses.slice(at, at + stretch);
    const mean = part.reduce((sum, loss) => sum + loss, 0) / part.length;
    points.push([at + part.length, Number(mean.toFixed(4))]);
  }
  return points;
}

const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];

async function filesOf(folder: string): Promise<TinyCard["files"]> {
  const files: TinyCard["files"][number][] = [];
  for (const file of FILES) {
    const whole = path.join(folder, file);
    files.push({ file, sha256: await sha256Of(whole), bytes: fs.statSync(whole).size });
  }
  return files;
}
