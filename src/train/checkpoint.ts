// Checkpoints: weights, optimiser and position in one file, written whole, checked when read, the last two kept.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { CheckpointError, messageOf } from "../core";
import type { OptimiserState, Parameter } from "../engine";
import { openSafetensors, writeSafetensors } from "../encoders/weights";

/** One tensor of a checkpoint, row-major. */
export interface SavedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by parameter name. */
export type SavedTensors = ReadonlyMap<string, SavedTensor>;

/** Where a run stands, beside its weights and optimiser. */
export interface RunPosition {
  /** Optimiser steps done. */
  readonly step: number;
  /** Development measurements since the best. */
  readonly stale: number;
  readonly best?: { readonly step: number; readonly score: number };
  readonly ended?: "finished" | "early";
  /** Loss of every step so far. */
  readonly losses: readonly number[];
}

/** Everything a run needs to go on exactly where it stopped. */
export interface Checkpoint {
  /** Digest of what defines the run: options, items, parameters. */
  readonly run: string;
  readonly position: RunPosition;
  readonly weights: SavedTensors;
  readonly optimiser?: OptimiserState;
  /** What the task keeps beside its parameters. */
  readonly state?: SavedTensors;
}

/** The numbers of parameters, as a checkpoint holds them. */
export const weightsOf = (parameters: readonly Parameter[]): SavedTensors =>
  new Map(
    parameters.map((parameter) => {
      const { name, shape } = parameter;
      return [name, { name, shape, data: parameter.data() }];
    }),
  );

/** Puts saved numbers into parameters of the same name; a parameter that was not saved stays as it is. */
export function putBack(parameters: readonly Parameter[], weights: SavedTensors): void {
  for (const parameter of parameters) {
    const saved = weights.get(parameter.name);
    if (saved !== undefined) parameter.assign(saved.data);
  }
}

const KEPT = 2;
const NAME = /^step-(\d{8})\.safetensors$/;

/** Checkpoints of steps in a folder, newest first. */
function stepFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => NAME.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => path.join(folder, name));
}

/** Removes the checkpoints of steps from a folder, for a run that nobody goes on with; the best weights stay. */
export function dropSteps(folder: string): void {
  for (const file of stepFiles(folder)) fs.rmSync(file, { force: true });
}

function* tensorsOf({ weights, optimiser, state }: Checkpoint): Iterable<SavedTensor> {
  for (const { name, shape, data } of state?.values() ?? []) yield { name: `state/${name}`, shape, data };
  for (const { name, shape, data } of weights.values()) yield { name: `weight/${name}`, shape, data };
  for (const [name, { first, second }] of Object.entries(optimiser?.moments ?? {})) {
    yield { name: `first/${name}`, shape: [first.length], data: first };
    yield { name: `second/${name}`, shape: [second.length], data: second };
  }
}

function digestOf(tensors: Iterable<SavedTensor>): string {
  const hash = createHash("sha256");
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, data } of sorted) {
    hash.update(name);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** Writes `file` whole or not at all. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  const { run, position, optimiser } = checkpoint;
  const tensors = [...tensorsOf(checkpoint)];
  const relata = JSON.stringify({ run, position, optimiserStep: optimiser?.step, digest: digestOf(tensors) });
  try {
    writeSafetensors(file, tensors, { relata });
  } catch (cause) {
    throw new CheckpointError(
      `cannot write checkpoint ${file} at step ${position.step} (${messageOf(cause)}); earlier checkpoints are whole: ` +
        `make room or choose another folder, then start again to go on from there`,
      { cause },
    );
  }
}

/** Reads and checks `file`; a truncated or altered one is a `CheckpointError`. */
export function readCheckpoint(file: string): Checkpoint {
  try {
    const source = openSafetensors(file);
    const about = JSON.parse(source.metadata["relata"] ?? "null") as {
      run: string;
      position: RunPosition;
      optimiserStep?: number;
      digest: string;
    } | null;
    if (about === null) throw new Error("it holds weights, but no training state");
    const tensors = source
      .names()
      .map((name) => ({ name, shape: source.shape(name), data: source.read(name) }));
    if (digestOf(tensors) !== about.digest) throw new Error("its numbers do not match its checksum");
    const weights = new Map<string, SavedTensor>();
    const state = new Map<string, SavedTensor>();
    const moments: Record<string, { first: Float32Array; second: Float32Array }> = {};
    for (const { name, shape, data } of tensors) {
      const slash = name.indexOf("/");
      const [kind, key] = [name.slice(0, slash), name.slice(slash + 1)];
      if (kind === "weight") weights.set(key, { name: key, shape, data });
      else if (kind === "state") state.set(key, { name: key, shape, data });
      else (moments[key] ??= { first: data, second: data })[kind as "first" | "second"] = data;
    }
    const base = { run: about.run, position: about.position, weights, state };
    return about.optimiserStep === undefined
      ? base
      : { ...base, optimiser: { step: about.optimiserStep, moments } };
  } catch (cause) {
    throw new CheckpointError(`checkpoint ${file} cannot be used: ${messageOf(cause)}`, { cause });
  }
}

/** The checkpoints of one run in one folder. */
export class CheckpointFolder {
  readonly folder: string;
  readonly run: string;

  constructor(folder: string, run: string) {
    this.folder = folder;
    this.run = run;
  }

  /** Files of finished writes, newest first. */
  files(): string[] {
    return stepFiles(this.folder);
  }

  /** Saves, then removes all but the last two and what a killed write left behind. */
  save(checkpoint: Omit<Checkpoint, "run">): void {
    const name = `step-${String(checkpoint.position.step).padStart(8, "0")}.safetensors`;
    writeCheckpoint(path.join(this.folder, name), { ...checkpoint, run: this.run });
    for (const file of this.files().slice(KEPT)) fs.rmSync(file, { force: true });
    for (const left of fs.readdirSync(this.folder))
      if (left.startsWith("step-") && left.endsWith(".tmp"))
        fs.rmSync(path.join(this.folder, left), { force: true });
  }

  /** The newest whole checkpoint of this run; a corrupt one is passed over with a notice. */
  latest(onNotice: (notice: string) => void): Checkpoint | undefined {
    for (const file of this.files()) {
      let checkpoint: Checkpoint;
      try {
        checkpoint = readCheckpoint(file);
      } catch (error) {
        onNotice(`${messageOf(error)}; going on from the one before it`);
        continue;
      }
      if (checkpoint.run !== this.run)
        throw new CheckpointError(
          `checkpoint ${file} belongs to a run with other options, data or model: choose another folder, or pass fresh: true`,
        );
      return checkpoint;
    }
    return undefined;
  }

  /** Removes every checkpoint of the folder. */
  clear(): void {
    dropSteps(this.folder);
    fs.rmSync(this.bestFile, { force: true });
  }

  /** The weights of the best development score. */
  get bestFile(): string {
    return path.join(this.folder, "best.safetensors");
  }
}
