import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { ShapeError, WeightsError } from "../../src/core";
import { openSafetensors, readWeights, writeSafetensors } from "../../src/encoders/weights";
import { newFile, newFolder } from "./folder";

type Header = Record<string, unknown>;

/** A safetensors file put together by hand. */
function bytesOf(header: Header | string, data: ArrayBufferView): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

function tensor(dtype: string, shape: number[], begin: number, end: number): Header {
  return { dtype, shape, data_offsets: [begin, end] };
}

const FOUR = Float32Array.of(1, -2, 3.5, 4);

describe("openSafetensors", () => {
  it("reads names, shapes, metadata and values", () => {
    const header = {
      __metadata__: { format: "pt" },
      b: tensor("F32", [2], 8, 16),
      a: tensor("F32", [1, 2], 0, 8),
    };
    const weights = openSafetensors(newFile("model.safetensors", bytesOf(header, FOUR)));
    expect(weights.names()).toEqual(["b", "a"]);
    expect(weights.shape("a")).toEqual([1, 2]);
    expect([...weights.read("b")]).toEqual([3.5, 4]);
    expect(weights.metadata).toEqual({ format: "pt" });
    expect([weights.has("a"), weights.has("c")]).toEqual([true, false]);
  });

  it.each<[string, ArrayBufferView, number[]]>([
    ["F64", Float64Array.of(1.5, -2.5), [1.5, -2.5]],
    ["F16", Uint16Array.of(0x3800, 0xc080, 0x0001, 0x7bff, 0x8000), [0.5, -2.25, 2 ** -24, 65504, -0]],
    ["BF16", Uint16Array.of(0x3fc0, 0xc000), [1.5, -2]],
    ["I64", BigInt64Array.of(5n, -6n, 2n ** 40n), [5, -6, 2 ** 40]],
    ["I32", Int32Array.of(5, -6), [5, -6]],
    ["I16", Int16Array.of(5, -6), [5, -6]],
    ["I8", Int8Array.of(5, -6), [5, -6]],
    ["U8", Uint8Array.of(5, 250), [5, 250]],
    ["BOOL", Uint8Array.of(1, 0), [1, 0]],
  ])("widens or narrows %s to float32", (dtype, data, values) => {
    const header = { x: tensor(dtype, [values.length], 0, data.byteLength) };
    const read = openSafetensors(newFile("x.safetensors", bytesOf(header, data))).read("x");
    expect(read).toBeInstanceOf(Float32Array);
    expect([...read]).toEqual(values);
  });

  it("reads infinities and no-numbers of float16", () => {
    const header = { x: tensor("F16", [3], 0, 6) };
    const data = Uint16Array.of(0x7c00, 0xfc00, 0x7e00);
    expect([...openSafetensors(newFile("x.safetensors", bytesOf(header, data))).read("x")]).toEqual([
      Infinity,
      -Infinity,
      NaN,
    ]);
  });

  it.each<[string, Buffer, RegExp]>([
    ["a file of nothing", Buffer.alloc(3), /is 3 bytes long, too short for safetensors/],
    [
      "a page of HTML",
      Buffer.from("<!DOCTYPE html><html>..."),
      /announces a header of \d+ bytes, expected at most/,
    ],
    [
      "half a header",
      bytesOf({ a: tensor("F32", [4], 0, 16) }, FOUR).subarray(0, 20),
      /is truncated, got 20 bytes, expected \d+/,
    ],
    [
      "half the data",
      bytesOf({ a: tensor("F32", [4], 0, 16) }, FOUR.subarray(0, 3)),
      /is truncated, got \d+ bytes, expected \d+/,
    ],
    [
      "data after the last tensor",
      bytesOf({ a: tensor("F32", [2], 0, 8) }, FOUR),
      /has 8 bytes after its last tensor/,
    ],
    ["a header that is no JSON", bytesOf("{nix", FOUR), /its header is not JSON/],
    ["a header that is no object", bytesOf("[]", FOUR), /its header is no JSON object/],
    [
      "an entry without a shape",
      bytesOf({ a: { dtype: "F32" } }, FOUR),
      /gives tensor "a" no dtype, shape and data_offsets/,
    ],
    ["a negative size", bytesOf({ a: tensor("F32", [-4], 0, 16) }, FOUR), /gives tensor "a" no dtype, shape/],
    [
      "another size than the shape's",
      bytesOf({ a: tensor("F32", [3], 0, 16) }, FOUR),
      /tensor "a" of shape \[3\] and F32 has 16 bytes, expected 12/,
    ],
    [
      "tensors that overlap",
      bytesOf({ a: tensor("F32", [3], 0, 12), b: tensor("F32", [2], 8, 16) }, FOUR),
      /tensor "b" overlaps "a" \(starts at byte 8 of the data, expected 12\)/,
    ],
    [
      "a hole",
      bytesOf({ a: tensor("F32", [1], 0, 4), b: tensor("F32", [2], 8, 16) }, FOUR),
      /tensor "b" leaves a hole after "a"/,
    ],
  ])("refuses %s in one sentence", (_, bytes, message) => {
    const file = newFile("model.safetensors", bytes);
    expect(() => openSafetensors(file)).toThrow(message);
    expect(() => openSafetensors(file)).toThrow(WeightsError);
    expect(() => openSafetensors(file)).toThrow(file);
  });

  it("says which number formats it reads when it meets another", () => {
    const file = newFile("model.safetensors", bytesOf({ a: tensor("F8_E4M3", [16], 0, 16) }, FOUR));
    expect(() => openSafetensors(file).read("a")).toThrow(
      /"a" is stored as F8_E4M3, expected one of F64, F32, F16, BF16/,
    );
  });

  it("names the nearest tensor when one is missing", () => {
    const file = newFile("model.safetensors", bytesOf({ "pooler.weight": tensor("F32", [4], 0, 16) }, FOUR));
    expect(() => openSafetensors(file).shape("pooler.weigth")).toThrow(
      /no tensor "pooler.weigth" \(did you mean "pooler.weight"\?\)/,
    );
  });

  it("takes a tensor called __proto__ for a tensor", () => {
    const header = `{"__proto__":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`;
    expect([...openSafetensors(newFile("x.safetensors", bytesOf(header, FOUR))).read("__proto__")]).toEqual([
      ...FOUR,
    ]);
  });
});

describe("readWeights", () => {
  it("joins shards by their index", () => {
    const folder = newFolder();
    const write = (name: string, key: string, value: number): void =>
      writeSafetensors(path.join(folder, name), [{ name: key, shape: [1], data: Float32Array.of(value) }]);
    write("model-00001-of-00002.safetensors", "a", 1);
    write("model-00002-of-00002.safetensors", "b", 2);
    const map = { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" };
    const index = path.join(folder, "model.safetensors.index.json");
    fs.writeFileSync(index, JSON.stringify({ weight_map: map }));
    const weights = readWeights(folder);
    expect(weights.names().map((name) => [name, ...weights.read(name)])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(() => weights.read("c")).toThrow(/no tensor "c"/);
    fs.writeFileSync(index, JSON.stringify({ weight_map: { ...map, c: "../secret.safetensors" } }));
    expect(() => readWeights(folder)).toThrow(
      /"c" lies in "\.\.\/secret\.safetensors", expected a file beside the index/,
    );
    fs.writeFileSync(
      index,
      JSON.stringify({ weight_map: { ...map, b: "model-00003-of-00003.safetensors" } }),
    );
    expect(() => readWeights(folder)).toThrow(/model-00003-of-00003\.safetensors: this shard is missing/);
    fs.writeFileSync(index, JSON.stringify({ weight_map: { ...map, c: map.a } }));
    expect(() => readWeights(folder)).toThrow(/no tensor "c"/);
    fs.writeFileSync(index, "{}");
    expect(() => readWeights(folder)).toThrow(/has no "weight_map"/);
  });

  it("says what a folder without weights should hold", () => {
    expect(() => readWeights(newFolder())).toThrow(/: no weights, expected model\.safetensors, its shards/);
    expect(() => openSafetensors("/nowhere/model.safetensors")).toThrow(/no such file, expected safetensors/);
  });
});

describe("writeSafetensors", () => {
  it("writes what it reads, with aligned data and the format that transformers asks for", () => {
    const file = path.join(newFolder(), "deep", "model.safetensors");
    const large = Float32Array.from({ length: 1000 }, (_, i) => Math.fround(Math.sin(i)));
    writeSafetensors(
      file,
      [
        { name: "a", shape: [2, 2], data: FOUR },
        { name: "late", shape: [1000], data: () => large },
        { name: "scalar", shape: [], data: Float32Array.of(7) },
        { name: "none", shape: [0, 3], data: new Float32Array(0) },
      ],
      { made: "by relata" },
    );
    const weights = readWeights(file);
    expect(weights.names()).toEqual(["a", "late", "scalar", "none"]);
    expect(weights.read("late")).toEqual(large);
    expect([...weights.read("scalar"), ...weights.read("none")]).toEqual([7]);
    expect(weights.metadata).toEqual({ format: "pt", made: "by relata" });
    expect((8 + Number(fs.readFileSync(file).readBigUInt64LE(0))) % 8).toBe(0);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["model.safetensors"]);
  });

  it("leaves the file that was there when writing fails", () => {
    const file = path.join(newFolder(), "model.safetensors");
    writeSafetensors(file, [{ name: "a", shape: [1], data: Float32Array.of(1) }]);
    const wrong = [{ name: "a", shape: [3], data: Float32Array.of(1) }];
    expect(() => writeSafetensors(file, wrong)).toThrow(ShapeError);
    const twice = [1, 2].map((value) => ({ name: "a", shape: [1], data: Float32Array.of(value) }));
    expect(() => writeSafetensors(file, twice)).toThrow(/two tensors are named "a"/);
    expect([...readWeights(file).read("a")]).toEqual([1]);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["model.safetensors"]);
  });

  it("says in one sentence that the place cannot be written", () => {
    const blocker = newFile("file", "");
    const target = path.join(path.dirname(blocker), "folder");
    fs.mkdirSync(target);
    fs.writeFileSync(path.join(target, "keep"), "");
    expect(() => writeSafetensors(target, [])).toThrow(
      /folder: cannot be written \(.+\), nothing was changed: free some space/,
    );
    expect(fs.readdirSync(path.dirname(blocker)).sort()).toEqual(["file", "folder"]);
  });
});
