// A process that does runs one after another: a line of JSON in, lines of JSON out.

import * as fs from "node:fs";
import * as readline from "node:readline";
import { messageOf, OptionError, Random, RelataError, type Rate } from "../core";
import { startEngine } from "../engine";
import type { Run, Work, WorkContext } from "./run";
import type { Json } from "./store";

/** What a worker is asked to do. */
export interface Order {
  readonly run: Run;
  /** The file that exports `works`. */
  readonly file: string;
  readonly folder: string;
  readonly needs: Readonly<Record<string, { readonly value: Json; readonly folder: string }>>;
}

/** What a worker says. */
export type Reply =
  | { readonly share: number; readonly rate?: Rate | undefined }
  | { readonly value: Json }
  | { readonly error: string };

/** A run's lines on stdout begin with this; anything else there is noise of a library. */
export const MARK = "@run ";

/** Does one run in this process. */
export async function perform(
  order: Order,
  signal: AbortSignal,
  onShare: WorkContext["onShare"] = () => undefined,
): Promise<Json> {
  const { run, file, folder, needs } = order;
  const { works } = (await import(file)) as { works?: Readonly<Record<string, Work>> };
  const does = works?.[run.work];
  if (does === undefined)
    throw new OptionError(
      `${file} has no work "${run.work}": it has ${Object.keys(works ?? {}).join(", ") || "none"}`,
    );
  await startEngine();
  fs.mkdirSync(folder, { recursive: true });
  const context: WorkContext = {
    seed: run.seed,
    random: new Random(run.seed).fork(`${run.paper}/${run.work}`),
    folder,
    signal,
    onShare,
    need: (name) => {
      const found = needs[name];
      if (found !== undefined) return found;
      throw new RelataError(
        `the work "${run.work}" asks for "${name}", which its run does not name in needs: add it to the plan`,
      );
    },
  };
  return does(run.settings, context);
}

const say = (reply: Reply): void => void process.stdout.write(`${MARK}${JSON.stringify(reply)}\n`);

async function listen(): Promise<void> {
  const stop = new AbortController();
  // The parent decides when to stop; a Ctrl-C in its terminal reaches us too and is left to it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => stop.abort());
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let told = 0;
    try {
      const value = await perform(JSON.parse(line) as Order, stop.signal, (share, rate) => {
        if (share - told >= 0.01) say({ share: (told = share), rate });
      });
      say({ value });
    } catch (error) {
      const isOurs = error instanceof RelataError;
      say({ error: isOurs || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message) });
    }
  }
}

if (require.main === module)
  listen().then(
    () => process.exit(0),
    (error: unknown) => {
      say({ error: messageOf(error) });
      process.exit(1);
    },
  );
