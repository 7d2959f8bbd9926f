// One iteration of affinity propagation as a WebAssembly SIMD kernel: four numbers at a time, one sweep over memory.
//
// For each row i of the matrices s, r, a (float32, rows padded to multiples of four):
//   a_ij = keepA a_ij + (1 - keepA) min(0, base_j - max(0, r_ij));  a_ii = keepA a_ii + (1 - keepA) support_i
//   first, second = the two largest a_ij + s_ij
//   r_ij = keepR r_ij + (1 - keepR) (s_ij - first), where a_ij + s_ij = first: - second;  next_j += max(0, r_ij)
// Written out by hand because the engine needs a dozen passes for it: 4 times as long at 4,000 points.

/** An instance's one function; pointers are byte addresses, `stride` is the length of a row in bytes. */
export type Sweep = (
  from: number,
  to: number,
  stride: number,
  s: number,
  r: number,
  a: number,
  base: number,
  support: number,
  next: number,
  keepA: number,
  keepR: number,
) => void;

type Code = readonly (number | Code)[];

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

const simd = (opcode: number, ...rest: number[]): Code => [0xfd, leb(opcode), rest];
const AT_ADDRESS = [2, 0];

// parameters, then locals, by position
const NAMES =
  "from to stride s r a base support next keepA keepR i j own first second value limit kA fA kR fR zero".split(
    " ",
  );
const place = (name: string): number[] => leb(NAMES.indexOf(name));
const get = (name: string): Code => [0x20, place(name)];
const set = (name: string, ...value: Code): Code => [value, 0x21, place(name)];
const int = (value: number): Code => [0x41, value];
const add = (...terms: Code[]): Code => terms.reduce((sum, term) => [sum, term, 0x6a]);
const times = (a: Code, b: Code): Code => [a, b, 0x6c];
const isLess = (a: Code, b: Code): Code => [a, b, 0x48];
const loop = (body: Code, again: Code): Code => [0x03, 0x40, body, again, 0x0d, 0, 0x0b];

const loadFloat = (address: Code): Code => [address, 0x2a, AT_ADDRESS];
const storeFloat = (address: Code, value: Code): Code => [address, value, 0x38, AT_ADDRESS];
const mulFloat = (a: Code, b: Code): Code => [a, b, 0x94];
const addFloat = (a: Code, b: Code): Code => [a, b, 0x92];
const oneMinus = (value: Code): Code => [0x43, 0, 0, 0x80, 0x3f, value, 0x93];

const load = (address: Code): Code => [address, simd(0x00, ...AT_ADDRESS)];
const store = (address: Code, value: Code): Code => [address, value, simd(0x0b, ...AT_ADDRESS)];
const splat = (value: Code): Code => [value, simd(0x13)];
const plus = (a: Code, b: Code): Code => [a, b, simd(0xe4)];
const minus = (a: Code, b: Code): Code => [a, b, simd(0xe5)];
const by = (a: Code, b: Code): Code => [a, b, simd(0xe6)];
const least = (a: Code, b: Code): Code => [a, b, simd(0xea)];
const most = (a: Code, b: Code): Code => [a, b, simd(0xeb)];
/** Lanes turned by `bytes`. */
const turned = (value: Code, bytes: number): Code => [
  value,
  value,
  simd(0x0d, ...Array.from({ length: 16 }, (_, k) => (k + bytes) % 16)),
];

const at = (pointer: string): Code => add(get(pointer), get("j"));
const overRow = (body: Code): Code => [
  set("j", ...int(0)),
  loop([body, set("j", ...add(get("j"), int(16)))], isLess(get("j"), get("stride"))),
];
const insertBest = (candidateFirst: Code, candidateSecond: Code): Code => [
  set("second", ...most(most(get("second"), candidateSecond), least(get("first"), candidateFirst))),
  set("first", ...most(get("first"), candidateFirst)),
];
const diagonal = add(get("a"), times(get("i"), int(4)));

const row: Code = [
  set("own", ...loadFloat(diagonal)),
  overRow(
    store(
      at("a"),
      plus(
        by(get("kA"), load(at("a"))),
        by(get("fA"), least(get("zero"), minus(load(at("base")), most(get("zero"), load(at("r")))))),
      ),
    ),
  ),
  storeFloat(
    diagonal,
    addFloat(
      mulFloat(get("keepA"), get("own")),
      mulFloat(oneMinus(get("keepA")), loadFloat(add(get("support"), times(get("i"), int(4))))),
    ),
  ),
  set("first", ...splat([0x43, 0, 0, 0x80, 0xff])),
  set("second", ...get("first")),
  overRow([set("value", ...plus(load(at("a")), load(at("s")))), insertBest(get("value"), get("second"))]),
  // the best two of four lanes: merge lanes two apart, then one apart
  ...[8, 4].map((bytes): Code => [
    set("value", ...turned(get("first"), bytes)),
    set("limit", ...turned(get("second"), bytes)),
    insertBest(get("value"), get("limit")),
  ]),
  overRow([
    // bitselect(second, first, a + s = first)
    set(
      "limit",
      get("second"),
      get("first"),
      plus(load(at("a")), load(at("s"))),
      get("first"),
      simd(0x41),
      simd(0x52),
    ),
    set("value", ...plus(by(get("kR"), load(at("r"))), by(get("fR"), minus(load(at("s")), get("limit"))))),
    store(at("r"), get("value")),
    store(at("next"), plus(load(at("next")), most(get("zero"), get("value")))),
  ]),
];

const nextRow = (pointer: string): Code => set(pointer, ...add(get(pointer), get("stride")));
const rowStart = (pointer: string): Code =>
  set(pointer, ...add(get(pointer), times(get("from"), get("stride"))));

const body: Code = [
  set("kA", ...splat(get("keepA"))),
  set("fA", ...splat(oneMinus(get("keepA")))),
  set("kR", ...splat(get("keepR"))),
  set("fR", ...splat(oneMinus(get("keepR")))),
  set("zero", ...splat([0x43, 0, 0, 0, 0])),
  set("i", ...get("from")),
  ...["s", "r", "a"].map(rowStart),
  loop(
    [row, ...["s", "r", "a"].map(nextRow), set("i", ...add(get("i"), int(1)))],
    isLess(get("i"), get("to")),
  ),
];

function bytesOf(code: Code): number[] {
  return code.flatMap((part) => (typeof part === "number" ? [part] : bytesOf(part)));
}

function section(id: number, ...content: Code): number[] {
  const bytes = bytesOf(content);
  return [id, ...leb(bytes.length), ...bytes];
}

const text = (name: string): number[] => [name.length, ...Buffer.from(name)];

/** The compiled kernel: imports `env.memory`, exports `sweep`. */
export function compileKernel(): WebAssembly.Module {
  const parameters = [...Array.from({ length: 9 }, () => I32), F32, F32];
  const locals = [3, [2, I32], [1, F32], [NAMES.length - 14, V128]];
  const code = bytesOf([locals, body, 0x0b]);
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, parameters.length, parameters, 0),
      ...section(2, 1, text("env"), text("memory"), 2, 0, 1),
      ...section(3, 1, 0),
      ...section(7, 1, text("sweep"), 0, 0),
      ...section(10, 1, leb(code.length), code),
    ]),
  );
}
