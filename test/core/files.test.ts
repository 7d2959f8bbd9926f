import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DataError, escapeHtml, escapeMarkdown, readText, writeFileAtomic } from "../../src/core";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-files-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("files", () => {
  it("are read plain, gzipped under their own name, and without a byte-order mark", () => {
    fs.writeFileSync(path.join(folder, "a.txt"), "\uFEFFplain");
    fs.writeFileSync(path.join(folder, "b.txt.gz"), gzipSync("packed"));
    expect(readText(path.join(folder, "a.txt"))).toBe("plain");
    expect(readText(path.join(folder, "b.txt"))).toBe("packed");
  });
  it("that are missing or broken say which", () => {
    expect(() => readText(path.join(folder, "none"))).toThrow(DataError);
    fs.writeFileSync(path.join(folder, "c.gz"), gzipSync("packed").subarray(0, 15));
    expect(() => readText(path.join(folder, "c.gz"))).toThrow(/c\.gz: broken gzip .*fetch the file again/);
  });
  it("are written whole, over the old one, with nothing left beside", () => {
    const file = path.join(folder, "deep", "d.txt");
    writeFileAtomic(file, "one");
    writeFileAtomic(file, "two");
    expect(fs.readFileSync(file, "utf8")).toBe("two");
    expect(fs.readdirSync(path.dirname(file))).toEqual(["d.txt"]);
  });
  it("that cannot be written leave nothing beside", () => {
    fs.mkdirSync(path.join(folder, "e"));
    expect(() => writeFileAtomic(path.join(folder, "e"), "text")).toThrow();
    expect(fs.readdirSync(folder)).toEqual(["e"]);
  });
});

describe("escaping", () => {
  const hostile = `<script>alert("1")</script><img src=x onerror='1'>`;
  it("leaves no tag in HTML or Markdown", () => {
    for (const safe of [escapeHtml(hostile), escapeMarkdown(hostile)]) expect(safe).not.toMatch(/[<>"']/);
  });
  it("leaves no markup in Markdown", () => {
    expect(escapeMarkdown("*a* [b](c) `d` $e$")).toBe("\\*a\\* \\[b\\]\\(c\\) \\`d\\` \\$e\\$");
  });
});
