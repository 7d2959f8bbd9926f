// Downloads that can be resumed, are checked by checksum, and are either whole under their name or not there.

import * as fs from "node:fs";
import * as path from "node:path";
import { DataError, messageOf, readBytes, writeFileAtomic, type OnProgress } from "../../core";
import { entryOfTarGz } from "./archive";
import type { CardFile } from "./card-file";
import { checksumFault } from "./checksum";

/** How downloads are made. */
export interface DownloadOptions {
  readonly onProgress?: OnProgress;
  /** Milliseconds without any byte after which an address is given up; default 10,000. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a file of a card into `folder`, trying its addresses in order. The file appears under its name only when it
 * is whole and its checksum right; an interrupted transfer is continued from its `.part` neighbour. Returns its path.
 */
export async function download(
  file: CardFile,
  folder: string,
  options: DownloadOptions = {},
): Promise<string> {
  const target = path.join(folder, file.file);
  const failures: string[] = [];
  for (const address of file.addresses) {
    try {
      const content = await contentOf(address, target, file, options);
      const fault = checksumFault(content, file);
      if (fault !== undefined) throw new DataError(`what ${address} sends ${fault}`);
      writeFileAtomic(target, content);
      return target;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      failures.push(`${address}: ${messageOf(error)}`);
    }
  }
  const tried = failures.length === 0 ? "no address is known" : failures.join("; ");
  throw new DataError(
    `could not download "${file.file}" (${tried}): try again with a network, or have RELATA_DATA name a folder that holds ${path.basename(folder)}/${file.file}`,
  );
}

async function contentOf(
  address: string,
  target: string,
  file: CardFile,
  options: DownloadOptions,
): Promise<Buffer> {
  const [url = "", inner] = address.split("!");
  if (inner === undefined) {
    const part = `${target}.part`;
    await transfer(url, part, file.file, options);
    const content = readBytes(part);
    fs.rmSync(part);
    return content;
  }
  const part = path.join(path.dirname(target), `${path.basename(new URL(url).pathname)}.part`);
  await transfer(url, part, path.basename(part, ".part"), options);
  try {
    return entryOfTarGz(fs.readFileSync(part), inner, url);
  } finally {
    fs.rmSync(part, { force: true });
  }
}

/** Transfers `url` into `part`, going on where an earlier transfer of the same content broke off. */
async function transfer(url: string, part: string, label: string, options: DownloadOptions): Promise<void> {
  const { onProgress, patience = 10_000, signal } = options;
  fs.mkdirSync(path.dirname(part), { recursive: true });
  const stamp = `${part}.etag`;
  const had = fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  const tag = had > 0 && fs.existsSync(stamp) ? fs.readFileSync(stamp, "utf8") : undefined;
  const control = new AbortController();
  const stop = (): void => control.abort(signal?.reason);
  if (signal?.aborted) throw signal.reason;
  signal?.addEventListener("abort", stop, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const expect = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(new Error(`no answer for ${patience / 1000} s`)), patience);
  };
  try {
    expect();
    const headers = tag === undefined ? {} : { range: `bytes=${had}-`, "if-range": tag };
    const response = await fetch(url, { headers, signal: control.signal, redirect: "follow" });
    if (!response.ok || response.body === null)
      throw new Error(`answer ${response.status} ${response.statusText}`);
    const isResumed = response.status === 206;
    const etag = response.headers.get("etag");
    if (!isResumed) {
      if (etag === null || etag.startsWith("W/")) fs.rmSync(stamp, { force: true });
      else fs.writeFileSync(stamp, etag);
    }
    const isPlain = response.headers.get("content-encoding") === null;
    const length = Number(response.headers.get("content-length") ?? NaN);
    let done = isResumed ? had : 0;
    const total = isPlain && Number.isFinite(length) ? done + length : undefined;
    const handle = fs.openSync(part, isResumed ? "a" : "w");
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        expect();
        fs.writeSync(handle, chunk);
        done += chunk.length;
        onProgress?.({ label, done, unit: "bytes", ...(total === undefined ? {} : { total }) });
      }
    } finally {
      fs.closeSync(handle);
    }
    if (total !== undefined && done !== total) throw new Error(`broke off after ${done} of ${total} bytes`);
    fs.rmSync(stamp, { force: true });
  } catch (error) {
    throw control.signal.aborted && control.signal.reason instanceof Error
      ? control.signal.reason
      : causeOf(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return error;
  return new Error(`${error.message}: ${error.cause.message}`, { cause: error });
}
