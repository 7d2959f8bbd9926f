// Downloads that can be resumed, are checked by checksum, and are either whole under their name or not there.

import * as fs from "node:fs";
import * as path from "node:path";
import { DataError, messageOf, readBytes, writeFileAtomic, type OnProgress } from "../../core";
import { entryOfArchive } from "./archive";
import type { CardFile } from "./card-file";
import { checksumFault } from "./checksum";

/** How downloads are made. */
export interface DownloadOptions {
  readonly onProgress?: OnProgress;
  /** Milliseconds without any byte after which an address is given up; default 10,000. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /** Other files of the data set: those that lie in the same archive are kept too, so that it is fetched once. */
  readonly others?: readonly CardFile[];
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
      const take = await contentsOf(address, target, file, options);
      keep(take(file, address), file, folder, address);
      for (const other of options.others ?? []) keepIfThere(take, other, folder, address);
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

/** What an address gives: the content of a file of the card, by the address under which the card knows it. */
type Take = (file: CardFile, address: string) => Buffer;

/** Writes a file under its name, if its checksum is right. */
function keep(content: Buffer, file: CardFile, folder: string, address: string): void {
  const fault = checksumFault(content, file);
  if (fault !== undefined) throw new DataError(`what ${address} sends ${fault}`);
  writeFileAtomic(path.join(folder, file.file), content);
}

/** Keeps another file of the archive just fetched, where it is in it and right; else it is left for its own turn. */
function keepIfThere(take: Take, other: CardFile, folder: string, address: string): void {
  const [url] = address.split("!");
  const own = other.addresses.find((one) => one.startsWith(`${url}!`));
  const target = path.join(folder, other.file);
  if (own === undefined || fs.existsSync(target) || fs.existsSync(`${target}.gz`)) return;
  try {
    keep(take(other, own), other, folder, own);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}

async function contentsOf(
  address: string,
  target: string,
  file: CardFile,
  options: DownloadOptions,
): Promise<Take> {
  const [url = "", inner] = address.split("!");
  const name = inner === undefined ? file.file : path.basename(new URL(url).pathname);
  const part = inner === undefined ? `${target}.part` : path.join(path.dirname(target), `${name}.part`);
  await transfer(url, part, name, options);
  try {
    if (inner === undefined) {
      const content = readBytes(part);
      return () => content;
    }
    const archive = fs.readFileSync(part);
    return (_, from) => entryOfArchive(archive, from.slice(url.length + 1), url);
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
