// Exemplars as tensors of a checkpoint, and back, so that a run killed in the middle of an epoch goes on with its own.

import type { FixedLayer } from "../../cluster";
import type { Matrix } from "../../core";
import type { SavedTensor, SavedTensors } from "../../train";
import type { ExemplarLayer, Exemplars } from "./exemplars";

/** The layers of exemplars by name; nothing where there are none yet. */
export function savedExemplars(exemplars: Exemplars | undefined): SavedTensor[] {
  if (exemplars === undefined) return [];
  const table = (name: string, { data, rows, columns }: Matrix): SavedTensor => ({
    name,
    shape: [rows, columns],
    data,
  });
  const list = (name: string, values: ArrayLike<number>): SavedTensor => ({
    name,
    shape: [values.length],
    data: Float32Array.from(values),
  });
  return exemplars.layers.flatMap(({ vectors, labels, temperatures }, l) => {
    const fixed = exemplars.fixed?.[l];
    return [
      table(`exemplars/${l}/vectors`, vectors),
      list(`exemplars/${l}/labels`, labels),
      ...(temperatures === undefined ? [] : [list(`exemplars/${l}/temperatures`, temperatures)]),
      ...(fixed === undefined ? [] : [table(`exemplars/${l}/origins`, fixed.origins)]),
      ...(fixed?.above ?? []).map((labelsAbove, m) => list(`exemplars/${l}/above/${m}`, labelsAbove)),
    ];
  });
}

/** The exemplars of a checkpoint, for the rest of their epoch; the clusterings behind them are gone. */
export function exemplarsOf(state: SavedTensors): Exemplars | undefined {
  const matrixOf = ({ shape, data }: SavedTensor): Matrix => ({
    data: data.slice(),
    rows: shape[0]!,
    columns: shape[1]!,
  });
  const layers: ExemplarLayer[] = [];
  const fixed: FixedLayer[] = [];
  for (let l = 0; state.has(`exemplars/${l}/vectors`); l++) {
    const temperatures = state.get(`exemplars/${l}/temperatures`);
    layers.push({
      vectors: matrixOf(state.get(`exemplars/${l}/vectors`)!),
      labels: Int32Array.from(state.get(`exemplars/${l}/labels`)!.data),
      ...(temperatures === undefined ? {} : { temperatures: Float64Array.from(temperatures.data) }),
    });
    const origins = state.get(`exemplars/${l}/origins`);
    if (origins === undefined) continue;
    const above = Array.from({ length: l }, (_, m) =>
      Int32Array.from(state.get(`exemplars/${l}/above/${m}`)!.data),
    );
    fixed.push({ origins: matrixOf(origins), above });
  }
  if (layers.length === 0) return undefined;
  return { layers, clusterings: [], ...(fixed.length === 0 ? {} : { fixed }) };
}
