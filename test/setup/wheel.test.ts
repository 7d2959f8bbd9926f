// The zip reader of set-up against archives made by hand.

import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { zip, type ZipFile } from "./zip";

interface Wheel {
  sha256(file: string): Promise<string>;
  unpack(
    file: string,
    folder: string,
    isWanted: (name: string) => boolean,
    hooks?: { onBytes?: (n: number) => void; onTotal?: (n: number) => void },
  ): Promise<number>;
}
const { sha256, unpack } = createRequire(__filename)("../../src/setup/wheel.cjs") as Wheel;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-wheel-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

let made = 0;
function archive(content: readonly ZipFile[] | Buffer): { file: string; out: string } {
  const file = path.join(folder, `${++made}.whl`);
  fs.writeFileSync(file, Buffer.isBuffer(content) ? content : zip(content));
  return { file, out: path.join(folder, `out-${made}`) };
}
const big = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));

describe("unpack", () => {
  it("writes deflated, stored and empty files whole, and only those that are wanted", async () => {
    const { file, out } = archive([
      { name: "a/deflated.bin", content: big },
      { name: "a/stored.bin", content: big, isStored: true },
      { name: "a/empty.h", content: "" },
      { name: "a/folder/", content: "" },
      { name: "b/unwanted", content: "no" },
    ]);
    let bytes = 0;
    let total = 0;
    const hooks = { onBytes: (n: number) => (bytes += n), onTotal: (n: number) => (total = n) };
    expect(await unpack(file, out, (name) => name.startsWith("a/"), hooks)).toBe(3);
    expect(fs.readFileSync(path.join(out, "a", "deflated.bin")).equals(big)).toBe(true);
    expect(fs.readFileSync(path.join(out, "a", "stored.bin")).equals(big)).toBe(true);
    expect(fs.readFileSync(path.join(out, "a", "empty.h"), "utf8")).toBe("");
    expect(fs.readdirSync(out)).toEqual(["a"]);
    expect([bytes, total]).toEqual([600_000, 600_000]);
  });

  const faults: [string, () => readonly ZipFile[] | Buffer, RegExp][] = [
    [
      "a wrong checksum",
      () => [{ name: "x", content: "text", crc: 1 }],
      /"x" in ".*" does not have its checksum: delete the archive/,
    ],
    [
      "an archive cut off at its end",
      () => zip([{ name: "x", content: big }]).subarray(0, -30),
      /is not a whole zip archive: delete it/,
    ],
    ["no archive at all", () => Buffer.from("<html>not found</html>"), /is not a whole zip archive/],
    ["an empty file", () => Buffer.alloc(0), /is not a whole zip archive/],
    [
      "a name that leads out of the folder",
      () => [{ name: "../evil", content: "x" }],
      /holds "\.\.\/evil", which leads out of its folder/,
    ],
    ["an absolute name", () => [{ name: "/tmp/relata-evil", content: "x" }], /leads out of its folder/],
  ];
  for (const [what, content, message] of faults)
    it(`refuses ${what}`, async () => {
      const { file, out } = archive(content());
      await expect(unpack(file, out, () => true)).rejects.toThrow(message);
    });
});

describe("sha256", () => {
  it("is that of the bytes", async () => {
    const { file } = archive(Buffer.from("abc"));
    expect(await sha256(file)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
