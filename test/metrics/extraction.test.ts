import { describe, expect, it } from "vitest";
import {
  chunksOf,
  scoreDocRed,
  scoreExtractions,
  scoreTags,
  type DocRedDocument,
  type DocRedPrediction,
  type Extraction,
  type ExtractionScores,
} from "../../src/metrics";
import { eachCase, fixtureEntry, worstError } from "../support/fixtures";

interface StoredScores {
  readonly per_type: Record<string, Record<string, number>>;
  readonly micro: Record<string, number>;
  readonly macro: Record<string, number>;
}

interface Case {
  readonly inputs: {
    entity_types: string[];
    relation_types: string[];
    sentences: { gold: Extraction; predicted: Extraction }[];
  };
  readonly expected: Record<"ner_strict" | "re_strict" | "re_boundaries", StoredScores>;
}

function expectScores(got: ExtractionScores, wanted: StoredScores): void {
  for (const [type, scores] of Object.entries(wanted.per_type))
    for (const [name, value] of Object.entries(scores))
      expect(got.perType[type]![name as "f1"], `${type} ${name}`).toBeCloseTo(value, 7);
  for (const [name, value] of Object.entries(wanted.micro))
    expect(got.micro[name as "f1"]).toBeCloseTo(value, 7);
  for (const [name, value] of Object.entries(wanted.macro))
    expect(got.macro[name as "f1"]).toBeCloseTo(value, 7);
}

const FILE = "clustering_metrics/ner_re_strict.json";

eachCase<Case>(FILE, ({ inputs: { sentences }, expected }) => {
  const scores = scoreExtractions(
    sentences.map(({ gold }) => gold),
    sentences.map(({ predicted }) => predicted),
  );
  expectScores(scores.entities, expected.ner_strict);
  expectScores(scores.relations, expected.re_strict);
  expectScores(scores.relationsByBoundaries, expected.re_boundaries);
});

interface ChunkCase {
  readonly tags: string[];
  readonly paper_003: [string, number, number][];
  readonly conll_default: [string, number, number][];
  readonly strict_iob2: [string, number, number][];
}

const sorted = (chunks: readonly (readonly [string, number, number])[]) =>
  [...chunks].map((chunk) => chunk.join(" ")).sort();

eachCase<ChunkCase>(
  FILE,
  ({ tags, ...wanted }) => {
    const read = (reading: "strict" | "conll") =>
      sorted(chunksOf(tags, reading).map(({ type, start, end }) => [type, start, end] as const));
    expect(read("strict")).toEqual(sorted(wanted.paper_003));
    expect(read("strict")).toEqual(sorted(wanted.strict_iob2));
    expect(read("conll")).toEqual(sorted(wanted.conll_default));
  },
  "bio_chunks",
);

interface TagScores {
  readonly gold: string[][];
  readonly predicted: string[][];
  readonly expected: Record<
    "conll_default" | "strict_iob2",
    Record<"micro_precision" | "micro_recall" | "micro_f1" | "macro_f1", number>
  >;
}

describe("BIO tags", () => {
  it.each([
    ["conll", "conll_default"],
    ["strict", "strict_iob2"],
  ] as const)("are scored as seqeval scores them (%s)", (reading, field) => {
    const { gold, predicted, expected } = fixtureEntry<TagScores>(FILE, "bio_scores");
    const { micro, macro } = scoreTags(gold, predicted, reading);
    const wanted = expected[field];
    expect(
      worstError(
        [micro.precision, micro.recall, micro.f1, macro.f1],
        [wanted.micro_precision, wanted.micro_recall, wanted.micro_f1, wanted.macro_f1],
      ),
    ).toBeLessThan(1e-6);
  });

  it("are refused when they are none", () => {
    expect(() => chunksOf(["O", "DRUG"])).toThrow('tag 1 is "DRUG": expected O, or B- or I- and a type');
    expect(() => scoreTags([["O"]], [])).toThrow("expected [1]");
  });
});

interface DocRedCase {
  readonly inputs: {
    documents: DocRedDocument[];
    train_annotated: DocRedDocument[];
    train_distant: DocRedDocument[];
    predictions: DocRedPrediction[];
  };
  readonly expected: Record<string, number>;
}

eachCase<DocRedCase>("clustering_metrics/docred.json", ({ inputs, expected }) => {
  const scores = scoreDocRed(inputs.documents, inputs.predictions, {
    annotated: inputs.train_annotated,
    distant: inputs.train_distant,
  });
  const { annotated, distant } = scores.ign;
  const got: Record<string, number> = {
    correct: scores.correct,
    predicted: scores.predicted,
    gold: scores.gold,
    correct_in_train_annotated: annotated!.known,
    correct_in_train_distant: distant!.known,
    precision: scores.precision,
    recall: scores.recall,
    f1: scores.f1,
    ign_f1_annotated: annotated!.f1,
    ign_f1_distant: distant!.f1,
    evidence_f1: scores.evidenceF1,
    ign_precision_annotated: annotated!.precision,
  };
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, wanted] of Object.entries(expected))
    expect(worstError([got[name]!], [wanted]), name).toBeLessThan(1e-6);
});

describe("extraction scores", () => {
  it("name what is not there", () => {
    const broken: Extraction = { entities: [], relations: [{ head: 0, tail: 1, type: "r" }] };
    expect(() => scoreExtractions([broken], [broken])).toThrow(
      "a relation of gold text 0 names entity 0, but there are 0",
    );
    const fact = { title: "x", h_idx: 0, t_idx: 1, r: "P1" };
    expect(() => scoreDocRed([], [fact])).toThrow(
      'about the document "x", which is not among the 0 documents',
    );
    expect(() => scoreDocRed([{ title: "x", vertexSet: [[]] }], [fact])).toThrow(
      "names entities 0 and 1, but there are 1",
    );
  });

  it("are 0 when nothing is predicted", () => {
    expect(scoreDocRed([], [])).toMatchObject({ f1: 0, evidenceF1: 0 });
  });
});
