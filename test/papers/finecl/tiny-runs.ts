// The runs of this paper with little of everything: 16 documents, two epochs, a few steps. The same run is done once.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { Random } from "../../../src/core";
import type { Json, Run, WorkContext } from "../../../src/experiments";
import { works } from "../../../src/papers/finecl/works";

/** What a run gave, and its folder. */
export interface TinyResult {
  readonly value: Json;
  readonly folder: string;
}

/** A place for runs; `remove` deletes it. */
export class TinyRuns {
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-finecl-tiny-"));
  private folders = 0;
  private readonly done = new Map<string, Promise<TinyResult>>();

  /** Does a run after what it needs; no tensor stays behind. */
  do(run: Run): Promise<TinyResult> {
    const key = JSON.stringify(run);
    const known = this.done.get(key);
    if (known !== undefined) return known;
    const found = this.perform(run, path.join(this.root, String(this.folders++)));
    this.done.set(key, found);
    return found;
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }

  private async perform(run: Run, folder: string): Promise<TinyResult> {
    fs.mkdirSync(folder, { recursive: true });
    const needs = new Map<string, TinyResult>();
    for (const [name, own] of Object.entries(run.needs ?? {})) needs.set(name, await this.do(own));
    const given = run.settings as Record<string, Record<string, Json>>;
    const loop = { ...given["loop"], epochs: 2, batchSize: 8, steps: null, leastSteps: 1 };
    const most = (part: string): object =>
      given[part] === undefined ? {} : { [part]: { ...given[part], most: 16 } };
    // a hundredth of 16 documents is none
    const share = typeof given["share"] === "number" ? { share: Math.max(0.5, given["share"]) } : {};
    const settings = { ...given, loop, ...share, ...most("data"), ...most("sentences") } as unknown as Json;
    const before = tf.memory().numTensors;
    const context: WorkContext = {
      seed: run.seed,
      random: new Random(run.seed),
      folder,
      signal: new AbortController().signal,
      onShare: (share, rate) => {
        expect(share).toBeLessThanOrEqual(1);
        expect(rate).toMatchObject({ unit: "tokens" });
        expect(rate!.perSecond).toBeGreaterThan(0);
      },
      need: (name) => needs.get(name)!,
    };
    const value = await works[run.work]!(settings, context);
    expect(tf.memory().numTensors, run.label).toBe(before);
    return { value: JSON.parse(JSON.stringify(value)) as Json, folder };
  }
}
