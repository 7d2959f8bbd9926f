// `relata model make tiny`: pre-trains the tiny BERT on the text of the built-in world.

import * as path from "node:path";
import { OptionError, projectFolder, unknownName } from "../../core";
import { buildWorld } from "../../data";
import { BUILT_IN } from "../../models";
import { makeTiny, textsHash } from "../../models/pretraining/make-tiny";
import { TINY } from "../../models/pretraining/tiny-settings";
import type { Output } from "../command";
import type { Options } from "../options";

/** Makes the model `name` and tells its scores. An interrupt stops it within a step; the next call goes on from there. */
export async function makeModel(name: string, options: Options, out: Output): Promise<number> {
  const tiny = BUILT_IN.find((model) => model.name === "tiny")!;
  if (name !== tiny.name) throw unknownName("model to make", name, [tiny.name]);
  const seed = wholeNumber(options, "--seed", TINY.seed, 0);
  const passes = wholeNumber(options, "--passes", TINY.passes, 1);
  const folder = path.resolve(options.values.get("--out") ?? tiny.folder);
  const texts = buildWorld().text();
  const work = path.join(
    projectFolder,
    ".relata",
    "making",
    `tiny-${seed}-${passes}-${textsHash(texts).slice(0, 12)}`,
  );
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  try {
    const card = await makeTiny({
      texts,
      source: "the built-in world",
      out: folder,
      work,
      seed,
      passes,
      onProgress: (event) => out.progress(event),
      signal: stop.signal,
    });
    if (options.flags.has("--json")) out.json({ folder, ...card });
    else {
      const { accuracy, commonest } = card.scores;
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      out.text(
        `${name} is in ${folder}: guesses ${percent(accuracy)} of hidden words, ${percent(commonest)} are the commonest word`,
      );
    }
    return 0;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  }
}

function wholeNumber(options: Options, name: string, absent: number, least: number): number {
  const given = options.values.get(name);
  const value = given === undefined ? absent : Number(given);
  if (Number.isInteger(value) && value >= least && given !== "") return value;
  throw new OptionError(`${name} is "${given}", expected a whole number from ${least}, such as ${absent}`);
}
