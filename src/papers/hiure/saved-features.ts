// Relation vectors in the folder of a run, for the runs that need them.

import * as path from "node:path";
import { matrix, type Matrix } from "../../core";
import { openSafetensors, writeSafetensors } from "../../encoders/weights";

const FEATURES = "features.safetensors";

/** Writes matrices by name. */
export function saveFeatures(folder: string, features: Readonly<Record<string, Matrix>>): void {
  writeSafetensors(
    path.join(folder, FEATURES),
    Object.entries(features).map(([name, { data, rows, columns }]) => ({
      name,
      shape: [rows, columns],
      data,
    })),
  );
}

/** One of the matrices of a run. */
export function savedFeatures(folder: string, name: string): Matrix {
  const file = openSafetensors(path.join(folder, FEATURES));
  const [rows, columns] = file.shape(name);
  return matrix(file.read(name), rows!, columns!);
}
