import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checksumFault, download } from "../../src/data";
import { startServer, type TestServer } from "./server";
import { temporaryFolder } from "./temporary";

const content = Buffer.from("one line of our own\n".repeat(20_000));
const sha256 = createHash("sha256").update(content).digest("hex");
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
const at = (name: string): string => `${server.address}/${name}`;

/** A tar archive with these files, packed. */
function tarGz(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, body]) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(body.length.toString(8).padStart(11, "0"), 124);
    return [head, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe("download", () => {
  it("fetches, checks and names a file, with progress", async () => {
    server.answers.set("/good", { content });
    const folder = temporaryFolder();
    const seen: number[] = [];
    const file = await download(
      { file: "a/b.txt", sha256, bytes: content.length, addresses: [at("good")] },
      folder,
      {
        onProgress: ({ done, total }) => {
          expect(total).toBe(content.length);
          seen.push(done);
        },
      },
    );
    expect(file).toBe(path.join(folder, "a/b.txt"));
    expect(fs.readFileSync(file).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    expect(fs.readdirSync(path.join(folder, "a"))).toEqual(["b.txt"]);
  });

  it("unpacks gzip and takes a file out of an archive", async () => {
    server.answers.set("/packed.gz", { content: gzipSync(content) });
    server.answers.set("/all.tar.gz", {
      content: tarGz({ "x/y.txt": Buffer.from("no"), "x/z.txt": content }),
    });
    for (const address of [at("packed.gz"), `${at("all.tar.gz")}!x/z.txt`]) {
      const file = await download({ file: "z.txt", sha256, addresses: [address] }, temporaryFolder());
      expect(fs.readFileSync(file).equals(content)).toBe(true);
    }
    const missing = download(
      { file: "z.txt", addresses: [`${at("all.tar.gz")}!x/w.txt`] },
      temporaryFolder(),
    );
    await expect(missing).rejects.toThrow('no entry "x/w.txt" in the archive');
  });

  it("goes on where it broke off", async () => {
    server.answers.set("/cut", { content, cutAfter: 100_000 });
    const folder = temporaryFolder();
    const file = { file: "b.txt", sha256, addresses: [at("cut")] };
    await expect(download(file, folder)).rejects.toThrow('could not download "b.txt"');
    expect(fs.existsSync(path.join(folder, "b.txt"))).toBe(false);
    const had = fs.statSync(path.join(folder, "b.txt.part")).size;
    expect(had).toBeGreaterThan(0);
    await download(file, folder);
    expect(server.asked.at(-1)!.range).toBe(`bytes=${had}-`);
    expect(fs.readFileSync(path.join(folder, "b.txt")).equals(content)).toBe(true);
  });

  it("tries the next address when one sends something else, and leaves nothing behind that looks whole", async () => {
    server.answers.set("/wrong", { content: Buffer.from("<html>moved</html>") });
    const folder = temporaryFolder();
    const wrong = { file: "b.txt", sha256, addresses: [at("wrong"), at("none")] };
    await expect(download(wrong, folder)).rejects.toThrow(
      /has sha256 [0-9a-f]{64}, expected .*none: answer 404/,
    );
    expect(fs.existsSync(path.join(folder, "b.txt"))).toBe(false);
    const file = await download({ ...wrong, addresses: [at("wrong"), at("good")] }, folder);
    expect(fs.readFileSync(file).equals(content)).toBe(true);
  });

  it("does not believe a length that is not kept", async () => {
    server.answers.set("/lies", { content: content.subarray(0, 1000), claims: 5000, cutAfter: 1000 });
    const folder = temporaryFolder();
    const lied = download({ file: "b.txt", addresses: [at("lies")] }, folder, { patience: 300 });
    await expect(lied).rejects.toThrow('could not download "b.txt"');
    expect(fs.existsSync(path.join(folder, "b.txt"))).toBe(false);
  });

  it("gives up an address that sends nothing", async () => {
    server.answers.set("/silent", { content, isSilent: true });
    const silent = download({ file: "b.txt", addresses: [at("silent")] }, temporaryFolder(), {
      patience: 100,
    });
    await expect(silent).rejects.toThrow("no answer for 0.1 s");
  });

  it("stops when told to", async () => {
    server.answers.set("/silent", { content, isSilent: true });
    const control = new AbortController();
    setTimeout(() => control.abort(new Error("enough")), 50);
    const stopped = download({ file: "b.txt", addresses: [at("silent")] }, temporaryFolder(), {
      signal: control.signal,
    });
    await expect(stopped).rejects.toThrow("enough");
  });

  it("knows git's checksum too", () => {
    const hello = Buffer.from("hello\n");
    expect(checksumFault(hello, { gitBlob: "ce013625030ba8dba906f756967f9e9ca394464a" })).toBeUndefined();
    expect(checksumFault(hello, { md5: "b1946ac92492d2347c6235b4d2611184" })).toBeUndefined();
    expect(checksumFault(hello, { bytes: 7 })).toBe("has 6 bytes, expected 7");
  });
});
