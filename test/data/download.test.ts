import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
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

/** The head of a tar entry that claims a length, with too little after it. */
function tarHead(name: string, length: number): Buffer {
  const head = Buffer.alloc(1024);
  head.write(name, 0);
  head.write(length.toString(8).padStart(11, "0"), 124);
  return head;
}

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

/** A zip archive with these files, each packed or stored, as the format's own tools write it. */
function zip(files: Readonly<Record<string, Buffer>>, { isStored = false } = {}): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, body] of Object.entries(files)) {
    const packed = isStored ? body : deflateRawSync(body);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(isStored ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(body), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(body.length, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), facts, Buffer.from(name), packed]);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    const version = Buffer.from([20, 0]);
    entries.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), version, facts, offset, Buffer.from(name)]));
    bodies.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(entries).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...entries, end]);
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

  it("takes files out of a zip archive, packed or stored, and all of them at once", async () => {
    const others = { "x/a.txt": Buffer.from("first"), "x/z.txt": content, "x/b.txt": Buffer.from("second") };
    for (const isStored of [false, true]) {
      server.answers.set("/all.zip", { content: zip(others, { isStored }) });
      const folder = temporaryFolder();
      const of = (file: string): { file: string; addresses: string[] } => ({
        file,
        addresses: [at("none"), `${at("all.zip")}!x/${file}`],
      });
      const wrong = { ...of("b.txt"), bytes: 3 };
      const asked = server.asked.length;
      const file = await download({ ...of("z.txt"), sha256 }, folder, {
        others: [of("a.txt"), wrong, of("c.txt")],
      });
      expect(fs.readFileSync(file).equals(content)).toBe(true);
      expect(fs.readdirSync(folder).sort()).toEqual(["a.txt", "z.txt"]);
      expect(server.asked.slice(asked).filter(({ path }) => path === "/all.zip")).toHaveLength(1);
    }
  });

  it("refuses archives that are cut, changed, encrypted or packed in another way", async () => {
    const whole = zip({ "x/z.txt": content });
    const changed = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(whole);
      change(copy);
      return copy;
    };
    const entry = whole.indexOf(Buffer.from("PK\u0001\u0002"));
    const broken: [Buffer, string][] = [
      [whole.subarray(0, whole.length - 30), "its table of contents is missing"],
      [changed((copy) => copy.writeUInt32LE(7, whole.length - 6)), "its table of contents is broken"],
      [changed((copy) => copy.writeUInt32LE(1, entry + 16)), "is not what its checksum says"],
      [changed((copy) => copy.writeUInt16LE(1, entry + 8)), "is encrypted"],
      [changed((copy) => copy.writeUInt16LE(9, entry + 10)), "is packed by unknown method 9"],
      [changed((copy) => copy.writeUInt32LE(1e9, entry + 20)), "is cut off"],
      [tarGz({ "x/z.txt": content }).subarray(0, 300), "broken archive (unexpected end of file)"],
      [gzipSync(Buffer.from(tarHead("x/z.txt", 9_999))), "is cut off"],
    ];
    for (const [archive, reason] of broken) {
      server.answers.set("/broken", { content: archive });
      const folder = temporaryFolder();
      const file = { file: "z.txt", addresses: [`${at("broken")}!x/z.txt`] };
      await expect(download(file, folder), reason).rejects.toThrow(reason);
      expect(fs.readdirSync(folder)).toEqual([]);
    }
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
