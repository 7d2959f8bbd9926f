import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as classify from "../../src/classify";
import * as contrast from "../../src/contrast";
import * as encoders from "../../src/encoders";
import * as engine from "../../src/engine";
import * as relata from "../../src/index";
import * as lab from "../../src/lab";
import * as training from "../../src/train";
import { importsOf, projectFiles, roomOf } from "../house/sources";
import { calls, CALLED_BY_OTHERS, WITHOUT_TENSORS } from "./leaks/calls";
import { failures } from "./leaks/failures";
import { temporary } from "./leaks/small-things";

/** Tensors anywhere in what a call gave back. */
function tensorsIn(made: unknown): tf.Tensor[] {
  if (made instanceof tf.Tensor) return [made];
  if (made instanceof Map) return [...made.values()].flatMap(tensorsIn);
  if (Array.isArray(made)) return made.flatMap(tensorsIn);
  const isPlain =
    typeof made === "object" && made !== null && Object.getPrototypeOf(made) === Object.prototype;
  return isPlain ? Object.values(made).flatMap(tensorsIn) : [];
}

/** Tensors that a call left behind. */
async function leftBy(call: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  tf.dispose(tensorsIn(await call()));
  return tf.memory().numTensors - before;
}

const resultsBefore = process.env["RELATA_RESULTS"];
beforeAll(async () => {
  process.env["RELATA_RESULTS"] = path.join(temporary, "results");
  await relata.startEngine();
});
afterAll(() => {
  if (resultsBefore === undefined) delete process.env["RELATA_RESULTS"];
  else process.env["RELATA_RESULTS"] = resultsBefore;
  fs.rmSync(temporary, { recursive: true, force: true });
});

/** Rooms in which some file reaches tfjs, itself or through a room that does. */
function tensorRooms(): Set<string> {
  const files = projectFiles(/^src\/.*\.ts$/).filter((file) => roomOf(file) !== undefined);
  const imports = files.map((file) => ({ room: roomOf(file)!, imports: importsOf(file) }));
  const rooms = new Set<string>();
  for (const { room, imports: targets } of imports)
    if (targets.some((target) => target.startsWith("@tensorflow/"))) rooms.add(room);
  return rooms;
}

describe("the public surface", () => {
  it("is known to this test wherever it reaches tensors", () => {
    const known: Readonly<Record<string, object>> = { classify, contrast, engine, lab, train: training };
    const elsewhere = ["bench", "cluster", "encoders", "papers", "relations", "setup"];
    expect([...tensorRooms()].filter((room) => !elsewhere.includes(room)).sort()).toEqual(
      Object.keys(known).sort(),
    );
    const published = new Map<unknown, string>(Object.entries(relata).map(([name, value]) => [value, name]));
    const mentioned = Object.keys(calls).map((name) => name.split(/[.,]/)[0]!);
    const inContrast = new Set<unknown>(Object.values(contrast));
    const missing = Object.values(known)
      .flatMap((room) => Object.values(room) as unknown[])
      .filter((value) => typeof value === "function" && published.has(value))
      .map((value) => ({ value, name: published.get(value)! }))
      .filter(({ value, name }) => !(inContrast.has(value) && !/^[A-Z]/.test(name)))
      .filter(({ name }) => !mentioned.includes(name))
      .map(({ name }) => name);
    expect(missing.sort()).toEqual(WITHOUT_TENSORS);
  });

  it("has every method of its tensor-making classes called here", () => {
    const classes = [
      relata.Objective,
      relata.Lab,
      relata.RelationEncoder,
      relata.RelationVectors,
      relata.DropoutStream,
      encoders.TransformerEncoder,
    ];
    const isMethod = (of: { prototype: object }, name: string): boolean =>
      typeof Object.getOwnPropertyDescriptor(of.prototype, name)?.value === "function";
    const missing = classes.flatMap((of) =>
      Object.getOwnPropertyNames(of.prototype)
        .filter((name) => name !== "constructor" && isMethod(of, name))
        .map((name) => `${of.name}.${name}`)
        .filter((name) => !(name in calls)),
    );
    expect(missing.sort()).toEqual(CALLED_BY_OTHERS);
  });

  it.each(Object.keys(calls))("leaks no tensor in %s", async (name) => {
    expect(await leftBy(calls[name]!)).toBe(0);
  });
});

describe("a call that fails", () => {
  it.each(failures)("leaves no tensor behind: %s", async (_, message, call) => {
    const before = tf.memory().numTensors;
    await expect((async () => call())()).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
