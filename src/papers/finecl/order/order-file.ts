// The learning order as a file: JSON of a format of its own, with provenance, written whole or not at all.

import { DataError, readText, writeFileAtomic } from "../../../core";
import type { LearnedInstance, LearningOrder, OrderProvenance } from "./learning-order";

const FORMAT = "relata-learning-order";
const VERSION = 1;

/** Writes an order; a reader never sees half of it. */
export function writeOrder(file: string, { epochs, instances, provenance }: LearningOrder): void {
  const lines = instances.map(({ id, relation, epoch }) => JSON.stringify([id, relation, epoch]));
  const head = { format: FORMAT, version: VERSION, epochs, provenance };
  const start = JSON.stringify(head).slice(0, -1);
  writeFileAtomic(file, `${start},"instances":[\n${lines.join(",\n")}\n]}\n`);
}

function isInstance(value: unknown, epochs: number): value is [string, string, number | null] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [id, relation, epoch] = value as unknown[];
  const isEpoch = typeof epoch === "number" && Number.isInteger(epoch) && epoch >= 1 && epoch <= epochs;
  return typeof id === "string" && typeof relation === "string" && (epoch === null || isEpoch);
}

function isProvenance(value: unknown): value is OrderProvenance {
  if (typeof value !== "object" || value === null) return false;
  const { data, encoder, form, seed, steps } = value as Record<string, unknown>;
  const isList = Array.isArray(steps) && steps.every((step) => typeof step === "string");
  const isNamed = typeof data === "string" && typeof encoder === "string" && typeof seed === "number";
  return isNamed && isList && (form === "batch" || form === "epoch");
}

/**
 * Reads an order that `writeOrder` wrote.
 *
 * @throws DataError for a file of another format or version, an epoch out of bounds, or an instance that comes twice
 */
export function readOrder(file: string): LearningOrder {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(readText(file)) as Record<string, unknown>;
  } catch (cause) {
    throw new DataError(
      `no learning order can be read: expected JSON as writeOrder writes it (${String(cause)})`,
      {
        file,
      },
    );
  }
  const { format, version, epochs, instances, provenance } = content;
  if (format !== FORMAT || version !== VERSION)
    throw new DataError(
      `the format is "${String(format)}" ${String(version)}, expected "${FORMAT}" ${VERSION}: write it again by writeOrder`,
      { file },
    );
  if (typeof epochs !== "number" || !Array.isArray(instances) || !isProvenance(provenance))
    throw new DataError(
      "a learning order needs epochs, instances and its provenance: write it again by writeOrder",
      { file },
    );
  const seen = new Set<string>();
  const read = instances.map((value: unknown, at): LearnedInstance => {
    if (!isInstance(value, epochs))
      throw new DataError(
        `instance ${at} is ${JSON.stringify(value)}, expected [id, relation, epoch from 1 to ${epochs} or null]`,
        { file },
      );
    const [id, relation, epoch] = value;
    if (seen.has(id)) throw new DataError(`instance "${id}" comes twice: keep one of them`, { file });
    seen.add(id);
    return { id, relation, epoch };
  });
  return { epochs, instances: read, provenance };
}
