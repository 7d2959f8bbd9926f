// One file from the hub: streamed, resumed where it stopped, checked, and only then under its name.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, type OnProgress, type Progress, WeightsError } from "../core";

/** How long the hub may take to answer, and to send the next piece. */
const ANSWER_MS = 10_000;
const SILENCE_MS = 30_000;

/** A file to fetch; without `sha256` or `bytes` that check is left out. */
export interface Download {
  readonly url: string;
  readonly target: string;
  readonly sha256?: string;
  readonly bytes?: number;
}

/** The sha256 of a file as hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The answer to a GET, or one sentence; gives up when the hub does not answer within `patience` ms (10 s). */
export async function ask(
  url: string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
  patience = ANSWER_MS,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience);
  try {
    const signals = signal === undefined ? [late.signal] : [late.signal, signal];
    return await fetch(url, { headers, signal: AbortSignal.any(signals) });
  } catch (cause) {
    const why = late.signal.aborted ? `no answer in ${patience / 1000} s` : reasonOf(cause);
    throw new WeightsError(`${new URL(url).origin} cannot be reached (${why})`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? cause.message : messageOf(thrown);
}

/** Progress in megabytes. */
export function megabytes(label: string, done: number, total?: number): Progress {
  const rounded = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  return {
    label,
    done: rounded(done),
    unit: "MB",
    ...(total === undefined ? {} : { total: rounded(total) }),
  };
}

/** Fetches a file. What came before an interruption stays as `target.part`, and the next call goes on from there. */
export async function download(
  { url, target, sha256, bytes }: Download,
  onProgress?: OnProgress,
): Promise<void> {
  const part = `${target}.part`;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const have = fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === undefined || have < bytes)
    await fetchRest(url, part, have, bytes, path.basename(target), onProgress);
  const got = fs.statSync(part).size;
  const hash = sha256 === undefined ? undefined : await sha256Of(part);
  if ((bytes !== undefined && got !== bytes) || hash !== sha256) {
    if (bytes === undefined || got >= bytes) fs.rmSync(part, { force: true });
    throw new WeightsError(
      `${url}: got ${got} bytes${hash === undefined ? "" : ` with sha256 ${hash}`}, expected ${bytes ?? "any number of"} ` +
        `bytes${sha256 === undefined ? "" : ` with sha256 ${sha256}`}: nothing was kept, try again or take another source`,
    );
  }
  fs.renameSync(part, target);
}

async function fetchRest(
  url: string,
  part: string,
  have: number,
  bytes: number | undefined,
  label: string,
  onProgress?: OnProgress,
): Promise<void> {
  const silence = new AbortController();
  const response = await ask(url, have > 0 ? { range: `bytes=${have}-` } : {}, silence.signal);
  if (response.status === 416) {
    fs.rmSync(part, { force: true });
    throw new WeightsError(
      `${url}: the piece fetched before does not fit the file: it was deleted, try again`,
    );
  }
  if (!response.ok || response.body === null)
    throw new WeightsError(`${url}: the hub answered ${response.status} ${response.statusText}`.trimEnd());
  const isRest = response.status === 206;
  let done = isRest ? have : 0;
  const length = Number(response.headers.get("content-length") ?? NaN);
  const total = bytes ?? (Number.isNaN(length) ? undefined : done + length);
  const handle = fs.openSync(part, isRest ? "a" : "w");
  const guard = (): NodeJS.Timeout => setTimeout(() => silence.abort(), SILENCE_MS);
  let timer = guard();
  try {
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      clearTimeout(timer);
      fs.writeSync(handle, next.value);
      done += next.value.length;
      onProgress?.(megabytes(label, done, total));
      timer = guard();
    }
    fs.fsyncSync(handle);
  } catch (cause) {
    const why = silence.signal.aborted ? `silent for ${SILENCE_MS / 1000} s` : reasonOf(cause);
    throw new WeightsError(
      `${url}: broke off after ${done} bytes (${why}): run it again, it goes on from there`,
      {
        cause,
      },
    );
  } finally {
    clearTimeout(timer);
    fs.closeSync(handle);
  }
}
