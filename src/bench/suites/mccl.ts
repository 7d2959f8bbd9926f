// `relata bench mccl`: vectors of pairs of documents and classwise kNN beside PyTorch.

import type { RowPlan, Suite } from "../plan";
import type { PairSize, SearchSize } from "../cases/mccl";

const PEER = { name: "PyTorch", package: "torch", script: "mccl.py" } as const;

function pairRow(title: string, size: PairSize): RowPlan {
  const pairs = size.documents * size.entities * (size.entities - 1);
  return {
    name: `${pairs.toLocaleString("en")} pairs with context and gradients, ${title}`,
    unit: "ms",
    goal: 1,
    ours: { module: "mccl", make: "pairStatesCase", needsEngine: true },
    peer: PEER,
    options: { task: "pairs", ...size },
  };
}

/** What the vectors and gradients of 9,024 pairs may hold with the process around them, in MB. */
const MEMORY = 1500;
const MANY: PairSize = { documents: 4, length: 512, hidden: 384, heads: 12, entities: 48, mentions: 60 };

const SEARCH: SearchSize = { points: 22_000, queries: 5_000, dim: 384, relations: 9 };

/** All ordered pairs of a batch by entities and localized context; the search of lazy inference in BioRED's size. */
export const mcclSuite: Suite = {
  name: "mccl",
  summary: "vectors of document pairs with localized context, and classwise kNN, beside PyTorch",
  rows: [
    pairRow("4 documents of 512, MiniLM's size", {
      documents: 4,
      length: 512,
      hidden: 384,
      heads: 12,
      entities: 24,
      mentions: 60,
    }),
    pairRow("16 documents of 136, tiny BERT's size", {
      documents: 16,
      length: 136,
      hidden: 128,
      heads: 4,
      entities: 12,
      mentions: 24,
    }),
    {
      name: "9,024 pairs with context and gradients, 4 documents of 512, MiniLM's size: memory at most",
      unit: "MB",
      goal: MEMORY,
      rounds: 1,
      ours: { module: "mccl", make: "pairMemoryCase", needsEngine: true },
      options: { ...MANY },
    },
    {
      name: "classwise kNN, five k at once, 22,000 pairs in 9 relations, 5,000 queries",
      unit: "s",
      goal: 1,
      ours: { module: "mccl", make: "classwiseCase", needsEngine: true },
      peer: PEER,
      options: { task: "search", ...SEARCH },
    },
  ],
};
