// EType (Tran et al. 2020): one cluster for each pair of entity types; nothing is trained.

import { DataError } from "../../../core";
import type { Sentence } from "../../../data";

/** Whether every mention has a type. */
export function haveTypes(sentences: readonly Sentence[]): boolean {
  return sentences.every(({ head, tail }) => head.type !== undefined && tail.type !== undefined);
}

/** The types of head and tail by number, `names` in order of first appearance. */
export interface TypedPairs {
  readonly names: readonly string[];
  readonly heads: Int32Array;
  readonly tails: Int32Array;
}

/** Types as numbers; a mention without type is an error. */
export function typedPairs(sentences: readonly Sentence[]): TypedPairs {
  const numbers = new Map<string, number>();
  const numberOf = (id: string, type: string | undefined): number => {
    if (type === undefined)
      throw new DataError(
        `sentence "${id}" has a mention without type: EType and its relatives need types of all mentions`,
      );
    if (!numbers.has(type)) numbers.set(type, numbers.size);
    return numbers.get(type)!;
  };
  const pairs = sentences.map(
    ({ id, head, tail }) => [numberOf(id, head.type), numberOf(id, tail.type)] as const,
  );
  return {
    names: [...numbers.keys()],
    heads: Int32Array.from(pairs, ([head]) => head),
    tails: Int32Array.from(pairs, ([, tail]) => tail),
  };
}

/** The cluster of each sentence: its pair of types. */
export function entityTypePairs(sentences: readonly Sentence[]): Int32Array {
  const { names, heads, tails } = typedPairs(sentences);
  return heads.map((head, index) => head * names.length + tails[index]!);
}
