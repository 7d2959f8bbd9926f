// The part of Python's pickle that tensors need, and nothing else: it builds values and never runs code.

import type { WeightsError } from "../../core";

/** A tensor as the pickle describes it: a strided look at a storage. */
export interface PickledTensor {
  readonly kind: "tensor";
  readonly storage: PickledStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A named run of numbers beside the pickle; `format` is the safetensors name of its numbers. */
export interface PickledStorage {
  readonly kind: "storage";
  readonly key: string;
  readonly format: string;
}

interface Global {
  readonly kind: "global";
  readonly name: string;
}

/** What the pickle may hold: plain values, lists, maps (Python dicts) and tensors. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledTensor
  | PickledStorage
  | Global;

const STORAGES: Readonly<Record<string, string>> = {
  "torch.DoubleStorage": "F64",
  "torch.FloatStorage": "F32",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
};

const FUNCTIONS = new Set([
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
  "collections.OrderedDict",
]);

/** The safetensors name of a storage class, for entries that name the class. */
function storageFormat(name: string): string | undefined {
  return Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
}

/** Reads one pickle (protocol 2 to 5). Anything but tensors in plain containers is refused by `refuse(what)`. */
export function readPickle(bytes: Uint8Array, refuse: (what: string) => WeightsError): Pickled {
  try {
    return interpret(bytes, refuse);
  } catch (error) {
    if (error instanceof RangeError) throw refuse("a pickle that ends too early");
    throw error;
  }
}

/** The machine itself: a stack, marks in it, and a memo. A read past the end is a `RangeError`. */
function interpret(bytes: Uint8Array, refuse: (what: string) => WeightsError): Pickled {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (start: number, length: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("utf8");
  const stack: Pickled[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Pickled>();
  let at = 0;

  const pop = (): Pickled => {
    if (stack.length === 0) throw refuse("a broken pickle (empty stack)");
    return stack.pop()!;
  };
  const top = (): Pickled => stack[stack.length - 1] ?? null;
  const popMark = (): Pickled[] => stack.splice(marks.pop() ?? 0);
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw refuse("a broken pickle (open line)");
    const found = text(at, end - at);
    at = end + 1;
    return found;
  };
  const global = (name: string): Global => {
    if (FUNCTIONS.has(name) || storageFormat(name) !== undefined) return { kind: "global", name };
    throw refuse(`"${name}"`);
  };
  const setItems = (items: readonly Pickled[]): void => {
    const target = top();
    if (!(target instanceof Map)) throw refuse("items of something that is no dict");
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i]!, items[i + 1]!);
  };
  const push = (value: Pickled, advance = 0): void => {
    at += advance;
    stack.push(value);
  };
  const appendAll = (items: readonly Pickled[]): void => {
    const target = top();
    if (!Array.isArray(target)) throw refuse("items of something that is no list");
    target.push(...items);
  };
  const lastOf = (count: number): Pickled[] => {
    if (stack.length < count) throw refuse("a broken pickle (short stack)");
    return stack.splice(stack.length - count);
  };

  for (;;) {
    const code = bytes[at++];
    switch (code) {
      case 0x80: // PROTO
        at += 1;
        break;
      case 0x95: // FRAME
        at += 8;
        break;
      case 0x2e: // STOP
        return pop();
      case 0x28: // MARK
        marks.push(stack.length);
        break;
      case 0x4e: // NONE
        push(null);
        break;
      case 0x88: // NEWTRUE
        push(true);
        break;
      case 0x89: // NEWFALSE
        push(false);
        break;
      case 0x4b: // BININT1
        push(data.getUint8(at), 1);
        break;
      case 0x4d: // BININT2
        push(data.getUint16(at, true), 2);
        break;
      case 0x4a: // BININT
        push(data.getInt32(at, true), 4);
        break;
      case 0x47: // BINFLOAT
        push(data.getFloat64(at, false), 8);
        break;
      case 0x8a: // LONG1
        push(longOf(bytes.subarray(at + 1, at + 1 + data.getUint8(at))), 1 + data.getUint8(at));
        break;
      case 0x58: // BINUNICODE
        push(text(at + 4, data.getUint32(at, true)), 4 + data.getUint32(at, true));
        break;
      case 0x8c: // SHORT_BINUNICODE
        push(text(at + 1, data.getUint8(at)), 1 + data.getUint8(at));
        break;
      case 0x7d: // EMPTY_DICT
        push(new Map());
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        push([]);
        break;
      case 0x74: // TUPLE
        push(popMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        push(lastOf(code - 0x84));
        break;
      case 0x61: // APPEND
        appendAll([pop()]);
        break;
      case 0x65: // APPENDS
        appendAll(popMark());
        break;
      case 0x73: // SETITEM
        setItems(lastOf(2));
        break;
      case 0x75: // SETITEMS
        setItems(popMark());
        break;
      case 0x71: // BINPUT
        memo.set(data.getUint8(at++), top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(data.getUint32(at, true), top());
        at += 4;
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, top());
        break;
      case 0x68: // BINGET
        push(memo.get(data.getUint8(at)) ?? null, 1);
        break;
      case 0x6a: // LONG_BINGET
        push(memo.get(data.getUint32(at, true)) ?? null, 4);
        break;
      case 0x63: // GLOBAL
        push(global(`${line()}.${line()}`));
        break;
      case 0x93: // STACK_GLOBAL
        push(global(lastOf(2).join(".")));
        break;
      case 0x51: // BINPERSID
        push(storageOf(pop(), refuse));
        break;
      case 0x52: {
        // REDUCE
        const [callee, given] = lastOf(2);
        push(reduce(callee!, given!, refuse));
        break;
      }
      case 0x62: // BUILD: attributes of a dict (the version notes of a state dict), which carry no tensor
        pop();
        if (!(top() instanceof Map)) throw refuse("an object with a state of its own");
        break;
      default:
        throw refuse(
          code === undefined ? "a pickle that ends too early" : `the pickle operation 0x${code.toString(16)}`,
        );
    }
  }
}

function longOf(bytes: Uint8Array): number {
  let value = 0n;
  bytes.forEach((byte, index) => (value |= BigInt(byte) << BigInt(8 * index)));
  return Number(BigInt.asIntN(Math.max(8, 8 * bytes.length), value));
}

function storageOf(reference: Pickled, refuse: (what: string) => WeightsError): PickledStorage {
  const [what, type, key] = Array.isArray(reference) ? reference : [];
  const isClass = typeof type === "object" && type !== null && "kind" in type && type.kind === "global";
  const format = isClass ? storageFormat(type.name) : undefined;
  if (what !== "storage" || format === undefined || typeof key !== "string")
    throw refuse("an unknown kind of storage");
  return { kind: "storage", key, format };
}

function reduce(callee: Pickled, given: Pickled, refuse: (what: string) => WeightsError): Pickled {
  const name = typeof callee === "object" && callee !== null && "name" in callee ? callee.name : "nothing";
  const values = Array.isArray(given) ? given : [];
  if (name === "collections.OrderedDict") {
    const pairs = Array.isArray(values[0]) ? values[0] : [];
    return new Map(
      pairs.map((pair) => (Array.isArray(pair) ? [pair[0] ?? null, pair[1] ?? null] : [pair, null])),
    );
  }
  if (name === "torch._utils._rebuild_parameter") return values[0] ?? null;
  const [storage, offset, shape, strides] = values;
  const isStorage =
    typeof storage === "object" && storage !== null && "kind" in storage && storage.kind === "storage";
  if (name !== "torch._utils._rebuild_tensor_v2" || !isStorage || typeof offset !== "number")
    throw refuse(`a call of "${name}"`);
  const [sizes, steps] = [numbers(shape), numbers(strides)];
  if (offset < 0 || sizes === undefined || steps === undefined || sizes.length !== steps.length)
    throw refuse("a tensor of an impossible shape");
  return { kind: "tensor", storage, offset, shape: sizes, strides: steps };
}

/** A list of whole numbers, none below zero, or undefined. */
function numbers(value: Pickled | undefined): number[] | undefined {
  const isSize = (one: Pickled): one is number =>
    typeof one === "number" && Number.isSafeInteger(one) && one >= 0;
  return Array.isArray(value) && value.every(isSize) ? value : undefined;
}
