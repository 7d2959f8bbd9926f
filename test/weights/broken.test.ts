import * as fs from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { Random, WeightsError } from "../../src/core";
import {
  openPytorchBin,
  openSafetensors,
  writeSafetensors,
  type WeightFile,
} from "../../src/encoders/weights";
import { newFolder } from "./folder";

/** Opens a file and reads everything; what is thrown, or undefined. */
function faultOf(open: (file: string) => WeightFile, file: string): unknown {
  try {
    const weights = open(file);
    for (const name of weights.names()) weights.read(name);
    return undefined;
  } catch (error) {
    return error;
  }
}

it.each(["safetensors", "bin"] as const)(
  "a .%s file with changed bytes is read or refused in one sentence",
  (kind) => {
    const folder = newFolder();
    const source = path.join(folder, "model.safetensors");
    if (kind === "safetensors")
      writeSafetensors(
        source,
        ["a", "b", "c"].map((name) => ({ name, shape: [2, 3], data: new Float32Array(6) })),
      );
    const whole = fs.readFileSync(kind === "bin" ? path.join(__dirname, "files", "tensors.bin") : source);
    const random = new Random(`broken ${kind}`);
    const target = path.join(folder, `broken.${kind}`);
    let refused = 0;
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i <= random.integer(3); i++) bytes[random.integer(bytes.length)] = random.integer(256);
      fs.writeFileSync(target, bytes);
      const fault = faultOf(kind === "bin" ? openPytorchBin : openSafetensors, target);
      if (fault !== undefined) expect(fault).toBeInstanceOf(WeightsError);
      refused += fault === undefined ? 0 : 1;
    }
    expect(refused).toBeGreaterThan(25);
  },
);
