// Set-up killed with SIGKILL at each of its steps, then started again; and several set-ups at once.

import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Clone } from "./clone";

const clones: Clone[] = [];
function clone(options?: ConstructorParameters<typeof Clone>[0]): Clone {
  const made = new Clone(options);
  clones.push(made);
  return made;
}
afterEach(() => clones.splice(0).forEach((made) => made.dispose()));

/** Whether a file whose path matches is in the cache now; set-up renames folders while we look, so a look may fail. */
function inCache(made: Clone, pattern: RegExp): boolean {
  try {
    return fs
      .readdirSync(made.cache, { recursive: true, encoding: "utf8" })
      .some((name) => pattern.test(name));
  } catch {
    return false;
  }
}
const called = (made: Clone, call: string): boolean => made.calls().includes(call);

const points: [string, (made: Clone) => boolean][] = [
  [
    "while npm installs",
    (made) => called(made, "npm ci") && fs.existsSync(path.join(made.root, "node_modules")),
  ],
  ["while pip downloads", (made) => called(made, "pip download")],
  ["with half a wheel on disk", (made) => inCache(made, /scratch\/.*\.whl$/)],
  ["while the wheel is unpacked", (made) => inCache(made, /\.part\/.*\.h$/)],
  ["between download and build", (made) => inCache(made, /-cpu-[^.]*$/) && !called(made, "g++")],
  ["while the compiler runs", (made) => called(made, "g++")],
  ["while the addon is put in place", (made) => inCache(made, /tfjs_binding\.node$/)],
];

async function killedAt(
  made: Clone,
  isThere: (made: Clone) => boolean,
  isGroup: boolean,
  slow: number,
): Promise<boolean> {
  const child = made.spawn({ SLOW: String(slow) });
  const closed = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  while (child.exitCode === null && !isThere(made)) await new Promise((resolve) => setImmediate(resolve));
  const wasRunning = child.exitCode === null;
  if (wasRunning) process.kill(isGroup ? -child.pid! : child.pid!, "SIGKILL");
  await closed;
  return wasRunning;
}

/** A clone whose set-up was killed at that step; a busy machine may miss a step, then the next clone takes it slower. */
async function killedClone(isThere: (made: Clone) => boolean, isGroup: boolean): Promise<Clone> {
  for (const [slow, headers] of [
    [120, 400],
    [400, 2000],
    [1200, 8000],
    [2500, 20000],
  ] as const) {
    const made = clone({ headers });
    if (await killedAt(made, isThere, isGroup, slow)) return made;
  }
  throw new Error("set-up was over before it was seen at this step, four times");
}

describe("set-up that is killed", () => {
  for (const [when, isThere] of points)
    for (const isGroup of [true, false])
      it(`${when}${isGroup ? "" : ", its children living on"}: the next one ends with a working engine`, async () => {
        const made = await killedClone(isThere, isGroup);
        const { code } = await made.run();
        expect(code).toBe(0);
        expect(made.record()).toMatchObject({ version: "2.21.0" });
        const calls = made.calls();
        expect(await made.run()).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(made.calls()).toEqual(calls);
      });
});

describe("a killed set-up's npm that lives on", () => {
  it("is waited for, and what it installed is kept", async () => {
    const made = clone();
    const child = made.spawn({ SLOW: "500" });
    const closed = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    while (!called(made, "npm ci")) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(child.pid!, "SIGKILL");
    await closed;
    const { code, stderr } = await made.run();
    expect(code).toBe(0);
    expect(stderr).toMatch(/another set-up is at work \(process \d+\): waiting for it/);
    expect(made.calls().filter((call) => call === "npm ci")).toHaveLength(1);
  });
});

describe("set-ups at the same time", () => {
  it("in one clone wait for each other and do the work once", async () => {
    const made = clone();
    const runs = await Promise.all([
      made.run({ SLOW: "100" }),
      made.run({ SLOW: "100" }),
      made.run({ SLOW: "100" }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(made.calls().sort()).toEqual(["g++", "npm ci", "pip download"]);
    expect(runs.map(({ stderr }) => stderr).join("")).toMatch(
      /another set-up is at work \(process \d+\): waiting for it/,
    );
  });

  it("in two clones with one cache download and compile once", async () => {
    const one = clone();
    const two = clone({ shared: one });
    const runs = await Promise.all([one.run({ SLOW: "100" }), two.run({ SLOW: "100" })]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const calls = [...one.calls(), ...two.calls()].sort();
    expect(calls).toEqual(["g++", "npm ci", "npm ci", "pip download"]);
  });

  it("take over the lock of a process that is gone", async () => {
    const made = clone();
    const lock = path.join(made.root, ".relata", "setup.lock");
    fs.mkdirSync(path.dirname(lock));
    fs.writeFileSync(
      lock,
      JSON.stringify({
        host: (await import("node:os")).hostname(),
        processes: [{ pid: process.pid, start: "1" }],
      }),
    );
    expect((await made.run()).code).toBe(0);
  });

  it("take over a lock that was only half written", async () => {
    const made = clone();
    const lock = path.join(made.root, ".relata", "setup.lock");
    fs.mkdirSync(path.dirname(lock));
    fs.writeFileSync(lock, '{"host":');
    expect((await made.run()).code).toBe(0);
  });
});
