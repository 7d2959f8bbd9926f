// A small web server of our own for download tests: ranges, entity tags, and breaking off on request.

import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** How one path answers. */
export interface Answer {
  readonly content: Buffer;
  /** Bytes after which the connection is cut, for the first `cuts` requests. */
  readonly cutAfter?: number;
  /** True to send nothing at all. */
  readonly isSilent?: boolean;
  /** Content-Length to claim instead of the true one. */
  readonly claims?: number;
}

/** A running server; `asked` are the range headers it saw, by path. */
export interface TestServer {
  readonly address: string;
  readonly asked: { path: string; range: string | undefined }[];
  readonly answers: Map<string, Answer>;
  close(): void;
}

/** Starts a server; close it after the tests. */
export async function startServer(): Promise<TestServer> {
  const answers = new Map<string, Answer>();
  const asked: TestServer["asked"] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? "/";
    const { range } = request.headers;
    asked.push({ path, range });
    const answer = answers.get(path);
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (answer.isSilent) return;
    const { content, cutAfter } = answer;
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const body = content.subarray(start);
    const headers = { etag: '"one"', "content-length": answer.claims ?? body.length };
    response.writeHead(start > 0 ? 206 : 200, headers);
    if (cutAfter === undefined) {
      response.end(body);
      return;
    }
    answers.set(path, { content });
    response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 30));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answers, close };
}
