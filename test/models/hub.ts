// A hub on this machine for tests: the answers of the real one for one small model, and its ways to fail.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeSafetensors } from "../../src/encoders/weights";
import { newFolder } from "../weights/folder";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

/** What the hub has: file name to content. */
export type HubFiles = Readonly<Record<string, Buffer>>;

const CONFIG = {
  model_type: "bert",
  hidden_size: 4,
  num_attention_heads: 1,
  num_hidden_layers: 1,
  intermediate_size: 4,
  max_position_embeddings: 8,
  vocab_size: 2,
};

/** A model of one tensor, with files beside it that no one wants. */
export function tinyModel(): HubFiles {
  const file = path.join(newFolder(), "model.safetensors");
  writeSafetensors(file, [{ name: "w", shape: [5000], data: new Float32Array(5000).fill(0.5) }]);
  return {
    "README.md": Buffer.from("not wanted"),
    "config.json": Buffer.from(JSON.stringify(CONFIG)),
    "model.safetensors": fs.readFileSync(file),
    "pytorch_model.bin": Buffer.from("not wanted"),
  };
}

/** A running hub, and the requests it has seen as `METHOD path range`. */
export interface TestHub {
  readonly requests: string[];
  /** Breaks off every answer for a file after this many bytes, until set back to Infinity. */
  breakAfter: number;
  readonly address: string;
}

/** The sha256 of bytes as hex. */
export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The name that git gives to content. */
function gitName(bytes: Buffer): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/**
 * Starts a hub with the model `id` until the test ends, and points HF_ENDPOINT at it. `told` is what the hub says that
 * the files are, `revision` the commit it says it is at.
 */
export async function startHub(
  id: string,
  files: HubFiles,
  { told = files, revision = "main" }: { told?: HubFiles; revision?: string } = {},
): Promise<TestHub> {
  const hub = { requests: [] as string[], breakAfter: Infinity, address: "" };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://hub");
    const range = request.headers.range;
    hub.requests.push(`${url.pathname}${range === undefined ? "" : ` ${range}`}`);
    if ([`/api/models/${id}`, `/api/models/${id}/revision/${revision}`].includes(url.pathname)) {
      const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
        rfilename,
        size: bytes.length,
        ...(/\.(json|txt|md)$/.test(rfilename)
          ? { blobId: gitName(told[rfilename]!) }
          : { lfs: { sha256: sha256(told[rfilename]!), size: told[rfilename]!.length } }),
      }));
      response.end(JSON.stringify({ sha: revision, siblings }));
      return;
    }
    const content =
      files[
        url.pathname.replace(
          `/${id}/resolve/${url.pathname.includes("/resolve/main/") ? "main" : revision}/`,
          "",
        )
      ];
    if (content === undefined) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const start = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)![1]);
    response.statusCode = start >= content.length ? 416 : range === undefined ? 200 : 206;
    response.setHeader("content-length", Math.max(0, content.length - start));
    const end = start + hub.breakAfter;
    if (end >= content.length) response.end(content.subarray(start));
    else response.write(content.subarray(start, end), () => setTimeout(() => response.destroy(), 20));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  hub.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("HF_ENDPOINT", hub.address);
  onTestFinished(() => void vi.unstubAllEnvs());
  return hub;
}
