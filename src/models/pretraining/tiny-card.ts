// The card of a tiny BERT: what it is, what it was made from, how well it guesses, and what its files must be.

import type { PinnedFile } from "../registry";
import type { MaskedScores } from "./pretrain";

/** card.json of a tiny BERT. */
export interface TinyCard {
  readonly name: string;
  readonly seed: number;
  /** What it has learnt from: the sha256 is that of `textsHash`. */
  readonly texts: { readonly source: string; readonly count: number; readonly sha256: string };
  readonly training: {
    readonly passes: number;
    readonly rate: number;
    /** Most tokens of a step. */
    readonly tokens: number;
    readonly steps: number;
    /** Texts kept aside, that the scores are measured on. */
    readonly heldOut: number;
    /** `[step, mean loss since the point before]`. */
    readonly losses: readonly (readonly [number, number])[];
  };
  readonly scores: MaskedScores;
  readonly weights: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly engine: string;
  readonly files: readonly PinnedFile[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const whole = (count: number): string => count.toLocaleString("en");

/** card.md: the same for people. */
export function cardText(card: TinyCard): string {
  const { texts, training, scores, config, files } = card;
  const most = Math.max(...training.losses.map(([, loss]) => loss));
  const curve = training.losses.map(
    ([step, loss]) =>
      `${String(step).padStart(6)}  ${loss.toFixed(2)}  ${"#".repeat(Math.round((40 * loss) / most))}`,
  );
  const table = files.map(({ file, sha256, bytes }) => `| ${file} | ${whole(bytes)} | ${sha256} |`);
  return `# tiny

A small BERT for quick experiments: ${config["num_hidden_layers"]} layers, ${config["hidden_size"]} wide, ${config["num_attention_heads"]} heads, ${config["max_position_embeddings"]} positions,
${whole(Number(config["vocab_size"]))} lower-case WordPieces, ${whole(card.weights)} weights, with its masked-language head. \`lab.encoder("tiny")\` opens it.

## What it is for

A beginning for the experiments of the \`quick\` profile, in minutes and without a network. It knows the language of the
built-in world and no other: on real text it is hardly better than random weights, and nothing measured with it says
how large a gain would be with a real encoder.

## How it was made

\`relata model make tiny --seed ${card.seed}\` makes it again: the same bytes on the same kind of processor and engine
(${card.engine}). The number of cores does not matter, because it always takes one
thread; another processor or another version of the library adds up in another order and gives weights that differ in
their last digits. A making that was interrupted, even killed, goes on from its last checkpoint to the same bytes.

- Text: ${texts.source}, ${whole(texts.count)} texts, sha256 \`${texts.sha256}\`.
- Vocabulary: byte-pair merges within words, by frequency.
- Training: masked language alone, 15 % of the tokens (80 % hidden, 10 % swapped, 10 % left), ${training.passes} passes in
  ${whole(training.steps)} steps of at most ${whole(training.tokens)} tokens, AdamW at ${training.rate} with linear warm-up and decay, no dropout; nearly all texts
  alone in their row, the others packed into rows of up to 512 tokens, so that every position is trained.

## How well it guesses

${whole(training.heldOut)} texts were kept aside. Of ${whole(scores.count)} hidden tokens in them it guesses ${percent(scores.accuracy)} (mean loss ${scores.loss.toFixed(2)});
always guessing the commonest token reaches ${percent(scores.commonest)}.

The loss while training, means over stretches of steps:

\`\`\`
${curve.join("\n")}
\`\`\`

## Files

| file | bytes | sha256 |
| --- | --- | --- |
${table.join("\n")}
`;
}
