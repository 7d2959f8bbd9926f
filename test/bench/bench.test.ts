import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { inventedSentences } from "../../src/bench/cases/invented-sentences";
import { measureRow, rowsOf } from "../../src/bench/measure-row";
import { pinnedVersions } from "../../src/bench/peer-python";
import type { RowPlan, Suite } from "../../src/bench/plan";
import { isReached, resultTable, runSuite, suites } from "../../src/bench";
import { startSide, type Side, type SideCommand } from "../../src/bench/side";
import { figures } from "../../src/bench/statistics";
import { skipUnless } from "../support/skips";

const PLAN: RowPlan = {
  name: "row",
  unit: "ms",
  goal: 1,
  memoryGoal: 0.5,
  ours: { module: "none", make: "none" },
  peer: { name: "Peer", package: "peer", script: "none.py" },
  options: {},
};

/** A side whose runs take the given seconds, in order; `log` gets its letter at each run. */
function fakeSide(letter: string, seconds: readonly number[], log: string[], peak = 100): Side {
  let at = 0;
  return {
    versions: { peer: "1.2.3" },
    run: () => {
      log.push(letter);
      return Promise.resolve(seconds[at++ % seconds.length]!);
    },
    end: () => Promise.resolve(peak),
    kill: () => undefined,
  };
}

const PATIENCE = { warmUp: 1, leastRounds: 3, mostRounds: 3, seconds: 0 };

describe("a row", () => {
  it("lets both sides take turns, neither always first, and counts no warm-up", async () => {
    const log: string[] = [];
    const times = await measureRow(
      fakeSide("A", [9, 1, 3, 2], log),
      fakeSide("B", [9, 4, 6, 5], log),
      PATIENCE,
    );
    expect(log.join("")).toBe("ABABBAAB");
    expect(times).toEqual({ ours: [1, 3, 2], peer: [4, 6, 5], peakMemory: { ours: 100, peer: 100 } });
  });

  it("goes on until it has worked long enough, within bounds", async () => {
    const log: string[] = [];
    const patience = { warmUp: 0, leastRounds: 2, mostRounds: 100, seconds: 10 };
    const { ours } = await measureRow(fakeSide("A", [1], log), fakeSide("B", [1], log), patience);
    expect(ours).toHaveLength(5);
    const slow = await measureRow(fakeSide("A", [100], log), null, patience);
    expect(slow.ours).toHaveLength(2);
    expect(slow.peer).toBeNull();
  });

  it("becomes median, minimum, ratio and a memory row, in its unit", () => {
    const times = { ours: [0.001, 0.003, 0.002], peer: [0.004, 0.006], peakMemory: { ours: 2e8, peer: 1e8 } };
    expect(rowsOf(PLAN, times, "1.2.3")).toEqual([
      {
        name: "row",
        unit: "ms",
        ours: { median: 2, min: 1 },
        peer: { name: "Peer", version: "1.2.3", median: 5, min: 4 },
        ratio: 2.5,
        goal: 1,
        peakMemory: times.peakMemory,
      },
      {
        name: "row, memory",
        unit: "MB",
        ours: { median: 200, min: 200 },
        peer: { name: "Peer", version: "1.2.3", median: 100, min: 100 },
        ratio: 0.5,
        goal: 0.5,
        peakMemory: times.peakMemory,
      },
    ]);
  });

  it("without its peer keeps our figures and claims nothing", () => {
    const [row] = rowsOf(PLAN, { ours: [1], peer: null, peakMemory: { ours: null, peer: null } }, "");
    expect(row).toMatchObject({ peer: null, ratio: null, goal: null });
    expect(isReached(row!)).toBeUndefined();
  });

  it("that has no peer by plan has a limit as goal", () => {
    const { peer: _, memoryGoal: __, ...alone } = PLAN;
    const [row] = rowsOf(
      { ...alone, goal: 3 },
      { ours: [0.002], peer: null, peakMemory: { ours: 1, peer: null } },
      "",
    );
    expect(row).toMatchObject({ peer: null, ratio: null, goal: 3, ours: { median: 2 } });
    expect(isReached(row!)).toBe(true);
    expect(isReached({ ...row!, ours: { median: 4, min: 4 } })).toBe(false);
  });

  it("takes the mean of the middle two as median of an even number", () => {
    expect(figures([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1 });
  });
});

describe("a suite", () => {
  const suite: Suite = {
    name: "fake",
    summary: "",
    rows: [
      { ...PLAN, name: "first" },
      { ...PLAN, name: "second", prepare: () => Promise.resolve("there is no data") },
      { ...PLAN, name: "third", prepare: (folder) => Promise.resolve({ folder }) },
    ],
  };

  it("gives the documented shape, prepares rows and says what it leaves out", async () => {
    const notes: string[] = [];
    const commands: SideCommand[] = [];
    const result = await runSuite(suite, {
      isQuick: true,
      threads: 2,
      withoutPeers: true,
      onNote: (text) => notes.push(text),
      start: (command) => {
        commands.push(command);
        return Promise.resolve(fakeSide("A", [1], []));
      },
    });
    expect(Object.keys(result)).toEqual(["suite", "machine", "versions", "rows"]);
    expect(result.rows.map(({ name }) => name)).toEqual(["first", "first, memory", "third", "third, memory"]);
    for (const row of result.rows)
      expect(Object.keys(row)).toEqual(["name", "unit", "ours", "peer", "ratio", "goal", "peakMemory"]);
    expect(notes).toContain("second: left out, there is no data");
    expect(result.machine.threads).toBe(2);
    expect(commands[0]!.environment).toMatchObject({
      OMP_NUM_THREADS: "2",
      TF_NUM_INTRAOP_THREADS: "2",
      CUDA_VISIBLE_DEVICES: "",
    });
    const { folder } = (JSON.parse(commands[1]!.args.at(-1)!) as { options: { folder: string } }).options;
    expect(fs.existsSync(folder)).toBe(false);
    expect(resultTable(result).text()).toContain("third, memory");
  });

  it("says when a side was unsteady", async () => {
    const notes: string[] = [];
    await runSuite(
      { ...suite, rows: [PLAN] },
      {
        isQuick: true,
        withoutPeers: true,
        onNote: (text) => notes.push(text),
        start: () => Promise.resolve(fakeSide("A", [1, 3], [])),
      },
    );
    expect(notes.join()).toContain("row: unsteady, a median is 3.0 times its minimum");
  });

  it("ends the processes of a row that fails", async () => {
    let killed = 0;
    const broken = {
      ...fakeSide("A", [1], []),
      run: () => Promise.reject(new Error("no")),
      kill: () => void killed++,
    };
    const run = runSuite(suite, { withoutPeers: true, start: () => Promise.resolve(broken) });
    await expect(run).rejects.toThrow("no");
    expect(killed).toBe(1);
  });

  it("of ours names cases that exist", async () => {
    expect(suites.map(({ name }) => name)).toContain("engine");
    for (const { ours, peer } of suites.flatMap(({ rows }) => rows)) {
      const file = path.join(__dirname, "..", "..", "src", "bench", "cases", `${ours.module}.ts`);
      expect(fs.readFileSync(file, "utf8")).toMatch(new RegExp(`export (async )?function ${ours.make}\\b`));
      if (peer?.script !== undefined)
        expect(fs.existsSync(path.join(__dirname, "..", "..", "src", "bench", "peers", peer.script))).toBe(
          true,
        );
    }
  });
});

describe("a side", () => {
  const script = (body: string): SideCommand => ({
    name: "the side",
    program: process.execPath,
    args: ["-e", body],
    environment: process.env,
  });
  const ANSWERS = `
    const say = (answer) => console.log("@bench " + JSON.stringify(answer));
    console.log("a library says hello");
    say({ versions: { lib: "1" } });
    require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
      if (line === "end") { say({ peak: 5 }); process.exit(0); }
      say({ seconds: 0.25 });
    });`;

  it("answers over its own lines and ignores what libraries print", async () => {
    const side = await startSide(script(ANSWERS));
    expect(side.versions).toEqual({ lib: "1" });
    expect(await side.run()).toBe(0.25);
    expect(await side.end()).toBe(5);
  });

  it("that cannot start, fails or dies is named with its reason", async () => {
    await expect(
      startSide({ ...script(""), program: path.join(os.tmpdir(), "no-such-program") }),
    ).rejects.toThrow(/the side failed: .*ENOENT/);
    await expect(startSide(script(`console.log('@bench {"error":"no memory"}')`))).rejects.toThrow(
      "the side failed: no memory",
    );
    await expect(startSide(script(`console.error("bad luck"); process.exit(3)`))).rejects.toThrow(
      "the side failed: ended with code 3: bad luck",
    );
    const side = await startSide(
      script(`console.log('@bench {}'); process.stdin.on("data", () => process.exit(9))`),
    );
    await expect(side.run()).rejects.toThrow("code 9");
    await expect(side.run()).rejects.toThrow("code 9");
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe("the Python side", () => {
  const folder = path.join(__dirname, "..", "..", "src", "bench", "peers");
  const python = (body: string): SideCommand => ({
    name: "the Python side",
    program: "python3",
    args: [
      "-c",
      `import sys\nsys.path.insert(0, sys.argv.pop(1))\nfrom side import serve\n${body}`,
      folder,
      '{"n": 3}',
    ],
    environment: process.env,
  });
  const test = skipUnless(hasPython, "there is no Python");

  test("speaks the same language: ready, times, peak", async () => {
    const side = await startSide(
      python("serve(lambda options: lambda: sum(range(options['n'])), {'a': '1'})"),
    );
    expect(side.versions).toEqual({ a: "1" });
    const seconds = await side.run();
    expect(seconds).toBeGreaterThan(0);
    expect(await side.end()).toBeGreaterThan(1e6);
  });

  test("tells what went wrong in it", async () => {
    const body = "def make(options):\n    raise ValueError('no such size')\nserve(make, {})";
    await expect(startSide(python(body))).rejects.toThrow("the Python side failed: ValueError: no such size");
  });
});

describe("our side", () => {
  const worker = (task: object): SideCommand => ({
    name: "our side",
    program: process.execPath,
    args: [
      "-r",
      "ts-node/register/transpile-only",
      path.join(__dirname, "..", "..", "src", "bench", "worker.ts"),
      JSON.stringify(task),
    ],
    environment: process.env,
  });

  it("makes its case in a process of its own, times it and tells its peak", async () => {
    const options = { hidden: 8, layers: 1, heads: 2, batch: 2, length: 8 };
    const environment = { ...process.env, RELATA_ENGINE: "cpu" };
    const task = { module: "engine", make: "trainStepCase", needsEngine: true, options, threads: 1 };
    const side = await startSide({ ...worker(task), environment });
    expect(side.versions["engine"]).toMatch(/^cpu /);
    expect(await side.run()).toBeGreaterThan(0);
    expect(await side.end()).toBeGreaterThan(1e6);
  });

  it("names a case that does not exist", async () => {
    await expect(
      startSide(worker({ module: "engine", make: "none", options: {}, threads: 1 })),
    ).rejects.toThrow('src/bench/cases/engine.ts has no function "none"');
  });
});

describe("what both sides are given", () => {
  it("is the same on every machine", () => {
    const sentences = inventedSentences(200);
    expect(sentences).toEqual(inventedSentences(200));
    expect(new Set(sentences).size).toBe(200);
    const words = (of: readonly string[]): Set<string> => new Set(of.flatMap((text) => text.split(" ")));
    const early = words(sentences.slice(0, 100));
    expect([...words(sentences.slice(100))].some((word) => !early.has(word))).toBe(true);
    expect(sentences.every((text) => /^[A-Z0-9].*[.?]$/.test(text))).toBe(true);
  });

  it.each(["torch", "ipykernel"] as const)("pins the packages of %s to one version each", (packages) => {
    const pinned = Object.entries(pinnedVersions(packages));
    for (const [name, version] of pinned) expect(`${name} ${version}`).toMatch(/^[\w-]+ \d+\.\d+\.\d+$/);
    expect(pinned.map(([name]) => name)).toContain(packages);
  });
});
