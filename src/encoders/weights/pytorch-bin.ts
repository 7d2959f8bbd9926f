// `pytorch_model.bin`: tensors taken from PyTorch's zip form by a reader that runs no code.

import * as fs from "node:fs";
import * as path from "node:path";
import { WeightsError } from "../../core";
import { BYTES_OF, toFloat32 } from "./number-formats";
import { type Pickled, type PickledTensor, readPickle } from "./pytorch-pickle";
import { readRange } from "./read-range";
import { missingTensor, sizeOf, type WeightFile } from "./weight-file";
import { readZip, readZipEntry, type ZipEntry, zipDataPlace } from "./zip-archive";

/** The command that turns the weights of `file` into safetensors, for those this reader refuses. */
function conversionCommand(file: string): string {
  const target = path.join(path.dirname(file), "model.safetensors");
  const load = `torch.load(${JSON.stringify(file)}, map_location='cpu', weights_only=True)`;
  const save = `save_file({k: v.contiguous().clone() for k, v in w.items()}, ${JSON.stringify(target)}, {'format': 'pt'})`;
  return `python3 -c 'import torch; from safetensors.torch import save_file; w = ${load}; ${save}'`.replace(
    /'(cpu|format|pt)'/g,
    '"$1"',
  );
}

/** Opens a `pytorch_model.bin` (PyTorch 1.6 or later). Refuses, in one sentence, whatever is no tensor in a dict. */
export function openPytorchBin(file: string): WeightFile {
  if (!fs.existsSync(file))
    throw new WeightsError(`${file}: no such file, expected PyTorch weights: check the path`);
  const refuse = (what: string): WeightsError =>
    new WeightsError(
      `${file}: holds ${what}, expected nothing but tensors, and relata runs no code from weights: ` +
        `if you trust the file, convert it by ${conversionCommand(file)}`,
    );
  if (!startsAsZip(file)) throw refuse("no zip archive (PyTorch's form before 1.6, or another format)");
  const entries = readZip(file);
  const pickleName = [...entries.keys()].find((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (pickleName === undefined) throw refuse("no data.pkl");
  const root = pickleName.slice(0, -"data.pkl".length);
  const tensors = tensorsOf(readPickle(readZipEntry(file, entries.get(pickleName)!), refuse), refuse);
  const find = (name: string): PickledTensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw missingTensor(file, name, [...tensors.keys()]);
    return tensor;
  };
  return {
    metadata: {},
    names: () => [...tensors.keys()],
    has: (name) => tensors.has(name),
    shape: (name) => [...find(name).shape],
    read: (name) => readTensor(file, name, find(name), entries.get(`${root}data/${find(name).storage.key}`)),
  };
}

function startsAsZip(file: string): boolean {
  return (
    fs.statSync(file).size > 4 && Buffer.from(readRange(file, 0, 4)).toString("latin1") === "PK\u0003\u0004"
  );
}

function isTensor(value: Pickled | undefined): value is PickledTensor {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";
}

/** The tensors of a state dict, or of the one inside a training checkpoint. */
function tensorsOf(content: Pickled, refuse: (what: string) => WeightsError): Map<string, PickledTensor> {
  if (!(content instanceof Map)) throw refuse("no dict of tensors");
  for (const key of ["state_dict", "model_state_dict", "model"]) {
    const inner = content.get(key);
    if (inner instanceof Map) return tensorsOf(inner, refuse);
  }
  const tensors = new Map<string, PickledTensor>();
  for (const [name, value] of content) if (isTensor(value)) tensors.set(String(name), value);
  if (tensors.size === 0) throw refuse("a dict without tensors");
  return tensors;
}

function readTensor(
  file: string,
  name: string,
  tensor: PickledTensor,
  entry: ZipEntry | undefined,
): Float32Array {
  const { shape, strides, offset, storage } = tensor;
  const count = sizeOf(shape);
  if (count === 0) return new Float32Array(0);
  if (count > LARGEST)
    throw new WeightsError(
      `${file}: tensor "${name}" of shape [${shape.join(", ")}] is larger than ${LARGEST} values: get the file again`,
    );
  const width = BYTES_OF[storage.format]!;
  const last = offset + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  if (entry === undefined || entry.isDeflated || (last + 1) * width > entry.size)
    throw new WeightsError(
      `${file}: tensor "${name}" asks for ${(last + 1) * width} bytes of storage "${storage.key}", ` +
        `got ${entry?.size ?? 0}: get the file again`,
    );
  const first = zipDataPlace(file, entry) + offset * width;
  const values = toFloat32(storage.format, readRange(file, first, (last - offset + 1) * width));
  return isRowMajor(shape, strides) ? values : gather(values, shape, strides, count);
}

/** The most values one tensor may have; a broken file asks for more than any memory holds. */
const LARGEST = 2 ** 32;

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

function gather(
  values: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Float32Array {
  const out = new Float32Array(count);
  const index = shape.map(() => 0);
  let place = 0;
  for (let i = 0; i < count; i++) {
    out[i] = values[place]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      place += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
