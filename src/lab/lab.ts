// The laboratory: the way in to data, encoders, and everything built on them.

import {
  DISPLAY,
  escapeHtml,
  OptionError,
  progressLine,
  Random,
  WorkClock,
  type Displayable,
  type MimeBundle,
  type OnProgress,
} from "../core";
import { openDataset, openDocuments, type SentenceSet } from "../data";
import { currentEngine, startEngine, type Engine, type EngineName } from "../engine";
import { getModel } from "../models";
import { readyToDraw } from "../plots/vega";
import { findPaper } from "../papers";
import { LabEncoder } from "./lab-encoder";
import { PaperHandle } from "./paper-handle";
import {
  profileOf,
  remember,
  type Json,
  type Profile,
  type ProfileName,
  type StoredResult,
} from "../experiments";
import { bindLiveCharts, currentSession } from "./session";

export interface LabOptions {
  /** Default: `RELATA_PROFILE`, else `quick`. */
  readonly profile?: ProfileName;
  /** The one seed everything forks from; default `RELATA_SEED` (the kernel's `%seed` sets it), else 42. */
  readonly seed?: number;
  /** Default: `RELATA_ENGINE`, else the fastest that is ready. */
  readonly engine?: EngineName;
  /** Threads of the engine; default: all cores. Takes effect when the engine starts. */
  readonly threads?: number;
}

/** An open laboratory. Make one with `open()`. */
export class Lab implements Displayable {
  readonly engine: Engine;
  readonly profile: Profile;
  readonly seed: number;
  readonly random: Random;

  constructor(engine: Engine, profile: Profile, seed: number) {
    this.engine = engine;
    this.profile = profile;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** A laboratory with another seed, on the same engine. */
  withSeed(seed: number): Lab {
    return new Lab(this.engine, this.profile, seed);
  }

  /** A data set by name, from `RELATA_DATA`, the cache or its public address; `.source` says which. */
  data(...options: Parameters<typeof openDataset>): ReturnType<typeof openDataset> {
    return openDataset(...options);
  }

  /** Documents of a data set by name (`"biored"`, `"re-docred"`, `"scierc"`, `"ade"`), looked for in the same places. */
  documents(...options: Parameters<typeof openDocuments>): ReturnType<typeof openDocuments> {
    return openDocuments(...options);
  }

  /**
   * Train and test split of a data set. Where one of them cannot be had, both come from `fallback` (default the
   * built-in sentences); `.source` of each says which.
   */
  async splits(
    name: string,
    { fallback = "first-steps" }: { fallback?: string } = {},
  ): Promise<{ readonly train: SentenceSet; readonly test: SentenceSet }> {
    const both = async (of: string): Promise<{ train: SentenceSet; test: SentenceSet }> => ({
      train: await openDataset(of, { split: "train", ...(of === fallback ? {} : { fallback }) }),
      test: await openDataset(of, { split: "test", ...(of === fallback ? {} : { fallback }) }),
    });
    const found = await both(name);
    const isMixed = nameOf(found.train) !== nameOf(found.test);
    return isMixed ? both(fallback) : found;
  }

  /**
   * An encoder by name (`"tiny"`, `"minilm"`), folder or hub id; fetched and checked on first use. Default: that of the
   * profile.
   */
  async encoder(name: string = this.profile.encoder): Promise<LabEncoder> {
    const folder = await getModel(name, { onProgress: progressInNotebook() });
    return LabEncoder.open(name, folder, this.random);
  }

  /** A paper by its short name: `lab.paper("hiure").table("T1a").reproduce()`. */
  paper(short: string): PaperHandle {
    return new PaperHandle(findPaper(short), this.profile, () => {
      const signal = currentSession()?.signal?.();
      return { onProgress: progressInNotebook(), ...(signal === undefined ? {} : { signal }) };
    });
  }

  /** A result computed once and kept for this engine, source and key; see `remember`. */
  remember<T extends Json>(key: Json, compute: () => Promise<T>): Promise<StoredResult<T>> {
    return remember(key, compute);
  }

  [DISPLAY](): MimeBundle {
    const { name, library, version, device, threads, notice } = currentEngine();
    const line = `engine ${name} (${library} ${version}) on ${device}, ${threads} threads · profile ${this.profile.name} · seed ${this.seed}`;
    const noticeHtml =
      notice === undefined ? "" : `<br><span style="color:#b45309">${escapeHtml(notice)}</span>`;
    return {
      "text/plain": `relata: ${line}${notice === undefined ? "" : `\n${notice}`}`,
      "text/html": `<div style="font-family:system-ui,sans-serif;font-size:13px"><b>relata</b> ${escapeHtml(line)}${noticeHtml}</div>`,
    };
  }
}

const nameOf = (set: SentenceSet): string => set.name.split("/")[0]!;

let bars = 0;

/** Shows progress events as one line that changes in place; without a notebook nothing is shown. */
function progressInNotebook(): OnProgress {
  const id = `relata-progress-${++bars}`;
  let isShown = false;
  const clock = new WorkClock();
  return (event) => {
    const text = progressLine(event, clock.elapsed(event, performance.now()));
    currentSession()?.display?.({ "text/plain": text }, { id, update: isShown });
    isShown = true;
  };
}

function usualSeed(): number {
  const given = process.env["RELATA_SEED"];
  if (given === undefined || given === "") return 42;
  const seed = Number(given);
  if (!Number.isInteger(seed))
    throw new OptionError(`RELATA_SEED is "${given}": expected a whole number, such as 42`);
  return seed;
}

/**
 * Opens the laboratory: starts the engine and chooses profile and seed. Same seed, same numbers.
 *
 * @example const lab = await open({ profile: "quick", seed: 42 });
 */
export async function open({ profile, seed = usualSeed(), engine, threads }: LabOptions = {}): Promise<Lab> {
  const chosen = profileOf(profile);
  bindLiveCharts();
  const [started] = await Promise.all([
    startEngine({ ...(engine ? { engine } : {}), ...(threads ? { threads } : {}) }),
    currentSession() === undefined ? undefined : readyToDraw(),
  ]);
  return new Lab(started, chosen, seed);
}
