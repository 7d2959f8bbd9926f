// Candidate pairs of entities in documents: the pairs that hold a relation, and those that hold none.

import { OptionError, Random } from "../../core";
import type { Document } from "../document";
import type { DocumentSet } from "../sets/document-set";
import { PairSet, type EntityPair } from "../sets/pair-set";

/** Which pairs are candidates. */
export interface PairOptions {
  /** True for (a, b) and (b, a) as two pairs; default: true unless all relations of the set are undirected. */
  readonly isOrdered?: boolean;
  /** "all" entity types (default), or "related": only the combinations of types that some relation of the set joins. */
  readonly types?: "all" | "related";
  /** At most this many pairs without relation for each pair with one, drawn by seed; default: all. */
  readonly noneRatio?: number;
  /** Default 0. */
  readonly seed?: number | string;
}

/**
 * The candidate pairs of every document, in the order of its entities. An entity is never paired with itself; an
 * unordered pair names the entity that comes first as its head.
 */
export function candidatePairs(documents: DocumentSet, options: PairOptions = {}): PairSet {
  const isUndirected = documents.items.every(({ relations }) =>
    relations.every((relation) => relation.isUndirected),
  );
  const { isOrdered = !isUndirected, types = "all", noneRatio = Infinity, seed = 0 } = options;
  const allowed = types === "related" ? relatedTypes(documents, isOrdered) : undefined;
  const pairs = documents.items.flatMap((document) => pairsOf(document, isOrdered, allowed));
  const { provenance } = documents;
  const steps = [...provenance.steps, `candidatePairs(${isOrdered ? "ordered" : "unordered"})`];
  const facts = { provenance: { ...provenance, steps } };
  if (noneRatio === Infinity) return new PairSet(pairs, facts);
  if (!(noneRatio >= 0)) throw new OptionError(`noneRatio ${noneRatio}: give a number from 0`);
  const none = pairs.filter((pair) => pair.relations.length === 0);
  const kept = Math.round(noneRatio * (pairs.length - none.length));
  const chosen = new Set(new Random(seed).fork("candidate-pairs").sample(none, kept));
  const drawn = pairs.filter((pair) => pair.relations.length > 0 || chosen.has(pair));
  return new PairSet(drawn, facts);
}

function pairsOf(
  document: Document,
  isOrdered: boolean,
  allowed: ReadonlySet<string> | undefined,
): EntityPair[] {
  const count = document.entities.length;
  const relations = relationsByPair(document, isOrdered);
  const pairs: EntityPair[] = [];
  for (let at = 0; at < count * count; at++) {
    const [head, tail] = [Math.floor(at / count), at % count];
    if (head === tail || (!isOrdered && tail < head)) continue;
    const found = relations.get(`${head} ${tail}`);
    const isCandidate = allowed === undefined || allowed.has(typesOf(document, head, tail, isOrdered));
    if (found === undefined && !isCandidate) continue;
    const id = `${document.id}:${head}-${tail}`;
    pairs.push({ id, document, head, tail, relations: found ?? [] });
  }
  return pairs;
}

const keyOf = (head: number, tail: number, isOrdered: boolean): string =>
  isOrdered || head < tail ? `${head} ${tail}` : `${tail} ${head}`;

function relationsByPair(
  { relations }: Document,
  isOrdered: boolean,
): ReadonlyMap<string, readonly string[]> {
  const byPair = new Map<string, string[]>();
  for (const { head, tail, relation } of relations) {
    const key = keyOf(head, tail, isOrdered);
    const names = byPair.get(key) ?? [];
    byPair.set(key, names);
    if (!names.includes(relation)) names.push(relation);
  }
  return byPair;
}

function typesOf({ entities }: Document, head: number, tail: number, isOrdered: boolean): string {
  const types = [entities[head]!.type ?? "", entities[tail]!.type ?? ""];
  return (isOrdered ? types : types.sort()).join("\t");
}

function relatedTypes(documents: DocumentSet, isOrdered: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const document of documents)
    for (const { head, tail } of document.relations) found.add(typesOf(document, head, tail, isOrdered));
  return found;
}
