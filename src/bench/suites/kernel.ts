// `relata bench kernel`: our kernel against stock tslab and ipykernel, and the promises that are ours alone.

import type { BenchOptions, PeerSide, RowPlan, Suite } from "../plan";

const kernelCase = { module: "kernel", make: "kernelCase" } as const;

const tslab: PeerSide = { name: "tslab", package: "tslab", options: { kernel: "tslab" } };
const ipykernel: PeerSide = {
  name: "ipykernel",
  package: "ipykernel",
  options: { kernel: "ipykernel" },
  python: "ipykernel",
};

type More = Partial<Pick<RowPlan, "unit" | "goal" | "rounds" | "peer">>;

function row(name: string, options: BenchOptions, more: More = {}): RowPlan {
  return { unit: "ms", ...more, name, ours: kernelCase, options: { kernel: "relata", ...options } };
}

/** A row against each of some peers: the goal is for the peer that has one. */
function beside(name: string, options: BenchOptions, peers: readonly [PeerSide, More][]): RowPlan[] {
  return peers.map(([peer, more]) => row(`${name}, beside ${peer.name}`, options, { ...more, peer }));
}

/** The longest that an editor may wait for an answer: the median, in milliseconds. */
const ANSWER = 100;

function completion(what: string, code: string, wanted: string): RowPlan {
  const options = { task: "complete", setUp: "relata", code, wanted };
  return row(`completion of ${what}`, options, { goal: ANSWER });
}

const LIBRARIES = { setUp: "libraries" };
const MEMBERS = { code: "const x% = tf.onesL|", wanted: "onesLike" };
const HOVER = { task: "hover", code: "const x% = tf.matM|ul", wanted: "matMul" };
const LOOP = { task: "loop", form: "top", rounds: 1e8 };

function another(form: string, name: string): PeerSide {
  return { name, package: "relata", options: { form } };
}

/** Start, round trip, output, displays, editor's help, memory and loops. */
export const kernelSuite: Suite = {
  name: "kernel",
  summary: "the kernel against stock tslab and ipykernel: start, output, completion, memory, loops",
  notes: [
    "tslab is missing where it cannot do the work: it loses output past 512 messages and such a cell never ends",
  ],
  rows: [
    ...beside("start to first result", { task: "start" }, [
      [tslab, { goal: 1 / 1.3, rounds: 9 }],
      [ipykernel, { rounds: 9 }],
    ]),
    row("round trip of 1+1", { task: "roundTrip" }, { goal: 15 }),
    ...beside("round trip of 1+1", { task: "roundTrip" }, [
      [tslab, {}],
      [ipykernel, {}],
    ]),
    row("100,000 lines, beside ipykernel", { task: "lines" }, { peer: ipykernel, goal: 1, rounds: 11 }),
    ...beside("10 MB display", { task: "display" }, [
      [ipykernel, { goal: 1, rounds: 15 }],
      [tslab, { rounds: 9 }],
    ]),
    completion("members", MEMBERS.code, MEMBERS.wanted),
    completion("members of relata", "const x% = lab.supC|", "supCon"),
    completion("names", "const x% = Arra|", "Array"),
    completion("import paths", 'import * as x% from "node:f|"', "node:fs"),
    completion("object keys", "const x% = new dfd.DataFrame([[1]], { colu| })", "columns"),
    completion("string unions", 'const x% = tf.tensor([1], [1], "int|")', "int32"),
    completion("data sets", 'const x% = (await open()).data("fir|")', "first-steps"),
    ...beside("completion of members", { task: "complete", ...LIBRARIES, ...MEMBERS }, [[tslab, {}]]),
    row("hover", { ...HOVER, setUp: "relata" }, { goal: ANSWER }),
    ...beside("hover", { ...HOVER, ...LIBRARIES }, [[tslab, {}]]),
    row(
      "is_complete",
      { task: "isComplete", code: "function f%(x: number) {", wanted: "incomplete" },
      { goal: ANSWER },
    ),
    ...beside("memory after the start", { task: "memory" }, [
      [tslab, { unit: "MB", rounds: 1 }],
      [ipykernel, { unit: "MB", rounds: 1 }],
    ]),
    ...beside("memory with tfjs and danfojs", { task: "memory", ...LIBRARIES }, [
      [tslab, { unit: "MB", rounds: 1 }],
    ]),
    row("growth over 1,000 cells", { task: "growth", cells: 1000 }, { unit: "%", goal: 20, rounds: 3 }),
    row("top-level loop of 1e8, beside a function", LOOP, {
      peer: another("function", "the same loop in a function"),
      goal: 1 / 1.5,
    }),
    row("top-level loop of 1e6, beside tslab", { ...LOOP, rounds: 1e6 }, { peer: tslab, goal: 50 }),
    row("loop of 1e8 that runs once, beside unguarded", LOOP, {
      peer: another("unguarded", "the same loop without guard"),
      goal: 0.95,
    }),
  ],
};
