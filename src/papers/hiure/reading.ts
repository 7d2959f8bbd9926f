// Which sentences a run reads: a data set's split, or a fixed part of it, with the relations for scoring alone.

import { readFileSync } from "node:fs";
import * as path from "node:path";
import { DataError } from "../../core";
import { buildWorld, openDataset, type Sentence } from "../../data";

/** A set of sentences by name, as plain data. */
export interface Reading {
  /** Name of the data set, with its view where it has several. */
  readonly set: string;
  readonly split: string;
  /** `fewrel-rows`: 100 fixed sentences of each of 16 relations; `undirected`: without direction and without Other. */
  readonly part: "all" | "fewrel-rows" | "undirected";
}

/** Sentences without their relations, and the relations apart: what trains never holds what scores. */
export interface ReadSentences {
  readonly sentences: readonly Sentence[];
  readonly relations: readonly string[];
}

/** The name under which a reading's content counts for a run. */
export function inputOf({ set }: Reading): string {
  return set;
}

function withoutRelation({
  relation: _relation,
  truth: _truth,
  ...rest
}: Sentence & { truth?: unknown }): Sentence {
  return rest;
}

/** The rows of FewRel's validation relations that the comparison with PyTorch uses. */
function fewrelRows(): Readonly<Record<string, readonly number[]>> {
  return JSON.parse(readFileSync(path.join(__dirname, "fewrel-rows.json"), "utf8")) as Record<
    string,
    number[]
  >;
}

function chosenRows(items: readonly Sentence[]): Sentence[] {
  const byRelation = new Map<string, Sentence[]>();
  for (const sentence of items) {
    const own = byRelation.get(sentence.relation ?? "") ?? [];
    own.push(sentence);
    byRelation.set(sentence.relation ?? "", own);
  }
  return Object.entries(fewrelRows()).flatMap(([relation, rows]) =>
    rows.map((row) => {
      const sentence = byRelation.get(relation)?.[row];
      if (sentence !== undefined) return sentence;
      throw new DataError(
        `FewRel has no sentence ${row} of ${relation}: the rows belong to the published validation relations`,
      );
    }),
  );
}

async function open(set: string, split: string): Promise<readonly Sentence[]> {
  const world = /^world(-control)?\/unlabelled$/.exec(set);
  if (world !== null) return buildWorld({ control: world[1] !== undefined }).unlabelled({ split }).items;
  return (await openDataset(set as Parameters<typeof openDataset>[0], { split })).items;
}

/** Opens what a reading names; sentences without a relation are left out [R18]. */
export async function read({ set, split, part }: Reading): Promise<ReadSentences> {
  const items = await open(set, split);
  const kept =
    part === "fewrel-rows"
      ? chosenRows(items)
      : items.filter(
          ({ relation }) => relation !== undefined && !(part === "undirected" && relation === "Other"),
        );
  return {
    sentences: kept.map(withoutRelation),
    relations: kept.map(({ relation }) =>
      part === "undirected" ? relation!.replace(/\(.*\)$/, "") : relation!,
    ),
  };
}
