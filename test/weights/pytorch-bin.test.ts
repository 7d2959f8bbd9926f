import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { WeightsError } from "../../src/core";
import { openPytorchBin, readWeights } from "../../src/encoders/weights";
import { readPickle } from "../../src/encoders/weights/pytorch-pickle";
import { newFile } from "./folder";

const files = path.join(__dirname, "files");
const file = (name: string): string => path.join(files, name);

interface Expected {
  readonly shape: number[];
  readonly values: (number | null)[];
}

const expected = JSON.parse(fs.readFileSync(file("tensors.json"), "utf8")) as Record<string, Expected>;

describe("openPytorchBin (files written by torch 2.13)", () => {
  const weights = openPytorchBin(file("tensors.bin"));

  it("finds every tensor in order", () => {
    expect(weights.names()).toEqual(Object.keys(expected));
  });

  it.each(Object.keys(expected))("reads %s", (name) => {
    const { shape, values } = expected[name]!;
    expect(weights.shape(name)).toEqual(shape);
    expect([...weights.read(name)]).toEqual(values.map((value) => value ?? Infinity));
  });

  it("finds the state dict inside a training checkpoint", () => {
    expect(openPytorchBin(file("checkpoint.bin")).names()).toEqual(["weight", "bias"]);
  });

  it("is found by readWeights in a folder without safetensors", () => {
    const copy = newFile("pytorch_model.bin", fs.readFileSync(file("tensors.bin")));
    expect([...readWeights(path.dirname(copy)).read("scalar")]).toEqual([3.5]);
  });

  it.each([
    ["module.bin", /holds "torch\.nn\.modules\.linear\.Linear", expected nothing but tensors/],
    ["code.bin", /holds "posix\.system", expected nothing but tensors/],
    ["before-1.6.bin", /holds no zip archive \(PyTorch's form before 1\.6, or another format\)/],
  ])("refuses %s, says why and how to convert it", (name, message) => {
    expect(() => openPytorchBin(file(name))).toThrow(message);
    expect(() => openPytorchBin(file(name))).toThrow(
      /relata runs no code from weights: .*convert it by python3 -c '/,
    );
    expect(() => openPytorchBin(file(name))).toThrow(WeightsError);
  });

  it("refuses a file cut anywhere, in one sentence", () => {
    const whole = fs.readFileSync(file("tensors.bin"));
    for (let length = 0; length < whole.length; length += 97) {
      const cut = newFile("pytorch_model.bin", whole.subarray(0, length));
      expect(() => openPytorchBin(cut)).toThrow(WeightsError);
    }
    expect(() => openPytorchBin("/nowhere/pytorch_model.bin")).toThrow(
      /no such file, expected PyTorch weights/,
    );
  });
});

describe("readPickle", () => {
  const refuse = (what: string): WeightsError => new WeightsError(what);
  const read = (...bytes: (number | string)[]): unknown =>
    readPickle(
      Buffer.concat(bytes.map((one) => (typeof one === "string" ? Buffer.from(one) : Buffer.of(one)))),
      refuse,
    );

  it("reads plain values", () => {
    expect(read(0x80, 2, "(K", 7, 0x88, "NM", 1, 1, "J", 0xff, 0xff, 0xff, 0xff, "t.")).toEqual([
      7,
      true,
      null,
      257,
      -1,
    ]);
    expect(read("}", "X", 1, 0, 0, 0, "a", 0x8a, 2, 0, 1, "s.")).toEqual(new Map([["a", 256]]));
    expect(read("]", 0x94, "K", 1, "a(K", 2, "K", 3, "e.")).toEqual([1, 2, 3]);
    expect(read("G", 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, ".")).toBe(1.5);
  });

  it.each<[string, (number | string)[], RegExp]>([
    ["a function", ["cos\nsystem\n(X", 1, 0, 0, 0, "atR."], /"os\.system"/],
    ["a function named on the stack", [0x8c, 2, "os", 0x8c, 6, "system", 0x93, "."], /"os\.system"/],
    ["a call of a class of storage", ["ctorch\nFloatStorage\n)R."], /a call of "torch\.FloatStorage"/],
    ["a call of a string", ["X", 1, 0, 0, 0, "a)R."], /a call of "nothing"/],
    ["an object built by class", [")", 0x81, "."], /the pickle operation 0x81/],
    ["an object with state", ["K", 1, "}b."], /an object with a state of its own/],
    ["a name like a built-in of JavaScript", ["cObject\nconstructor\n."], /"Object\.constructor"/],
    ["an unknown storage", ["Np", 0, "."], /the pickle operation 0x70/],
    ["a storage without a class", ["NQ."], /an unknown kind of storage/],
    ["no end", ["K", 1], /ends too early/],
    ["half a number", ["J", 1], /ends too early/],
    ["nothing on the stack", ["."], /empty stack/],
    ["an item for nothing", ["K", 1, "K", 2, "K", 3, "s."], /items of something that is no dict/],
    ["an element for nothing", ["K", 1, "K", 2, "a."], /items of something that is no list/],
    ["a short stack", ["K", 1, 0x87, "."], /short stack/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => read(...bytes)).toThrow(message);
  });
});
