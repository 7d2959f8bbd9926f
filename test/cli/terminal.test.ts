// The terminal: progress with the time left, and a stdout that stays clean under --json.

import { describe, expect, it } from "vitest";
import { type Streams, terminalOutput } from "../../src/cli/terminal";
import { progressLine } from "../../src/core";

/** Streams that keep what was written, with a clock that the test moves. */
function kept(isTerminal: boolean): Streams & { out: string; err: string; time: number } {
  return {
    out: "",
    err: "",
    time: 0,
    isTerminal,
    stdout(text) {
      this.out += text;
    },
    stderr(text) {
      this.err += text;
    },
    now() {
      return this.time;
    },
  };
}

describe("progressLine", () => {
  it("shows share, amount and time left", () => {
    const line = progressLine({ label: "train", done: 10, total: 40, unit: "steps" }, 20_000);
    expect(line).toBe("train  ██████░░░░░░░░░░░░░░░░░░  10 of 40 steps, 1 min 0 s left");
  });

  it("shows what is done where the total is unknown", () => {
    expect(progressLine({ label: "read", done: 3, unit: "files" }, 4000)).toBe("read  3 files, 4 s");
  });

  it("shows how fast it goes where that is told", () => {
    const told = (perSecond: number): string =>
      progressLine({ label: "runs", done: 1, total: 2, rate: { perSecond, unit: "tokens" } }, 1000);
    expect(told(5214.3)).toMatch(/ {2}1 of 2, 1 s left, 5\.2k tokens\/s$/);
    expect(told(87.654)).toMatch(/, 87\.7 tokens\/s$/);
  });

  it("shows no time left at the start and at the end", () => {
    expect(progressLine({ label: "x", done: 0, total: 2 }, 10)).toMatch(/ {2}0 of 2$/);
    expect(progressLine({ label: "x", done: 2, total: 2 }, 10)).toMatch(/█{24} {2}2 of 2$/);
  });
});

describe("terminalOutput", () => {
  it("counts the time left from the start of the work, whatever its label says after a colon", () => {
    const streams = kept(true);
    const out = terminalOutput(streams, { isJson: false });
    const tell = (time: number, label: string, done: number): void => {
      streams.time = time;
      out.progress({ label, done, total: 4 });
    };
    tell(0, "runs", 0);
    tell(60_000, "runs: first", 1);
    tell(61_000, "runs", 1);
    expect(streams.err).toMatch(/1 of 4, 3 min 3 s left$/);
  });

  it("counts it anew where less is done than before: the same work with more seeds", () => {
    const streams = kept(true);
    const out = terminalOutput(streams, { isJson: false });
    const tell = (time: number, done: number): void => {
      streams.time = time;
      out.progress({ label: "runs", done, total: 10 });
    };
    tell(0, 0);
    tell(600_000, 10);
    tell(601_000, 0);
    tell(631_000, 1);
    expect(streams.err).toMatch(/1 of 10, 4 min 30 s left$/);
  });

  it("sends text to stdout, and under --json only the object", () => {
    const plain = kept(false);
    terminalOutput(plain, { isJson: false }).text("hello");
    expect([plain.out, plain.err]).toEqual(["hello\n", ""]);
    const streams = kept(false);
    const out = terminalOutput(streams, { isJson: true });
    out.text("hello");
    out.progress({ label: "x", done: 1, total: 1 });
    out.json({ a: 1 });
    expect(JSON.parse(streams.out)).toEqual({ a: 1 });
    expect(streams.err).toContain("hello\n");
  });

  it("redraws progress in place on a terminal and clears it before a line", () => {
    const streams = kept(true);
    const out = terminalOutput(streams, { isJson: false });
    out.progress({ label: "x", done: 1, total: 4 });
    streams.time = 50;
    out.progress({ label: "x", done: 2, total: 4 });
    streams.time = 200;
    out.progress({ label: "x", done: 3, total: 4 });
    out.error("broke");
    const drawn = streams.err.split("\r\x1b[2K").filter(Boolean);
    expect(drawn.map((line) => line.trim())).toEqual([
      expect.stringContaining("1 of 4"),
      expect.stringContaining("3 of 4"),
      "relata: broke",
    ]);
  });

  it("reminds every ten seconds where there is no terminal, and always at the end", () => {
    const streams = kept(false);
    const out = terminalOutput(streams, { isJson: false });
    for (let done = 0; done <= 30; done++) {
      streams.time = done * 1000;
      out.progress({ label: "x", done, total: 30 });
    }
    const shown = streams.err.split("\n").filter(Boolean);
    expect(shown.map((line) => /(\d+) of/.exec(line)![1])).toEqual(["0", "10", "20", "30"]);
  });

  it("goes on counting when only what follows the colon of the label changes", () => {
    const streams = kept(false);
    const out = terminalOutput(streams, { isJson: false });
    for (let second = 0; second <= 20; second++) {
      streams.time = second * 1000;
      out.progress({ label: `notebook: cell 2 ${second} s`, done: 5, total: 10 });
    }
    const shown = streams.err.split("\n").filter(Boolean);
    expect(shown.map((line) => /[\d]+ s left|$/.exec(line)![0])).toEqual([
      "0 s left",
      "10 s left",
      "20 s left",
    ]);
  });
});
