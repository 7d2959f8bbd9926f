import { describe, expect, it } from "vitest";
import { DocumentSet, openDocuments } from "../../../src/data";
import { readReference, type WorkContext } from "../../../src/experiments";
import { goldCount } from "../../../src/papers/clgs/probes";
import { properPairs, splitValidation, taggedSentences, TAGS } from "../../../src/papers/clgs/corpus";
import { works } from "../../../src/papers/clgs/works";
import { skipUnless } from "../../support/skips";
import { documentOf, drugSentences } from "./drug-sentences";

const read = (...documents: ReturnType<typeof documentOf>[]) => taggedSentences(DocumentSet.from(documents));

describe("sentences", () => {
  it("have lower-case words, tags, and relations as last word of the drug and last word of the effect", () => {
    const words = ["Severe", "skin", "Rash", "after", "New", "Xan", "."];
    const [sentence] = read(
      documentOf(
        "a",
        words,
        [
          ["Adverse-Effect", 0, 3],
          ["Drug", 4, 6],
        ],
        [[0, 1]],
      ),
    );
    expect(sentence).toMatchObject({
      words: ["severe", "skin", "rash", "after", "new", "xan", "."],
      tags: ["B-AE", "I-AE", "I-AE", "O", "B-DRUG", "I-DRUG", "O"],
      pairs: [[5, 2]],
    });
  });

  it("let a later mention overwrite the tags of an earlier one, and keep all relations", () => {
    const [sentence] = read(
      documentOf(
        "a",
        ["xan", "rash"],
        [
          ["Adverse-Effect", 0, 2],
          ["Drug", 0, 1],
          ["Drug", 1, 2],
        ],
        [
          [0, 1],
          [0, 2],
        ],
      ),
    );
    expect(sentence!.tags).toEqual(["B-DRUG", "B-DRUG"]);
    expect(sentence!.pairs).toEqual([
      [0, 1],
      [1, 1],
    ]);
    // a word related to itself can be found by no probe, but is gold
    expect(properPairs(sentence!)).toEqual([[0, 1]]);
    expect(goldCount([sentence!])).toBe(2);
  });

  it("refuse other types and relations of another kind", () => {
    expect(() => read(documentOf("a", ["x"], [["Gene", 0, 1]], []))).toThrow(
      'document "a" has a mention of type "Gene": this paper knows Drug and Adverse-Effect',
    );
    expect(() =>
      read(
        documentOf(
          "a",
          ["x", "y"],
          [
            ["Drug", 0, 1],
            ["Drug", 1, 2],
          ],
          [[0, 1]],
        ),
      ),
    ).toThrow("has a relation that does not join a drug and an effect");
  });

  it("give a tenth to validation, always the same", () => {
    const all = taggedSentences(drugSentences(50));
    const { train, validation } = splitValidation(all);
    expect([train.length, validation.length]).toEqual([45, 5]);
    expect([...train, ...validation].map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    expect(splitValidation(all)).toEqual({ train, validation });
  });
});

/** A work without random numbers or needs. */
const facts = (settings: object) => works["facts"]!(settings as never, {} as WorkContext);

const onAde = skipUnless(Boolean(process.env["RELATA_DATA"]), "RELATA_DATA is not set");

describe("ADE", () => {
  onAde("has the sentences, entities, relations and tags that the notes count", async () => {
    const all = await openDocuments("ade", { split: "all" });
    const sentences = taggedSentences(all);
    expect(sentences).toHaveLength(4272);
    expect(all.tally()).toMatchObject({
      "Adverse-Effect entities": 5776,
      "Drug entities": 5063,
      relations: 6821,
    });
    expect(sentences.reduce((sum, { pairs }) => sum + pairs.length, 0)).toBe(6821);
    expect(Math.max(...sentences.map(({ words }) => words.length))).toBe(97);
    expect(sentences.filter(({ pairs }) => pairs.some(([a, b]) => a === b))).toHaveLength(5);
    expect(sentences.flatMap(({ pairs }) => pairs).filter(([drug, effect]) => drug < effect)).toHaveLength(
      3021,
    );
    const counts = (await facts({})) as Record<string, number>;
    expect(TAGS.map((tag) => counts[tag])).toEqual([5039, 1063, 5701, 7053, 71858]);
    const printed = readReference("clgs").tables.find(({ id }) => id === "T5")!.rows;
    for (const { method, values } of printed)
      expect(Math.abs(counts[`${method} a batch`]! - Number(values[0])), method).toBeLessThan(1.5);
  });

  onAde("has the folds of Table 1", async () => {
    const rows = readReference("clgs").tables.find(({ id }) => id === "T1")!.rows;
    for (let fold = 1; fold <= 10; fold++)
      expect(Object.values((await facts({ fold })) as object), `fold ${fold}`).toEqual(
        rows[fold - 1]!.values,
      );
  });

  it("that is not here is no failure", async () => {
    const before = [process.env["RELATA_DATA"], process.env["RELATA_CACHE"]];
    delete process.env["RELATA_DATA"];
    process.env["RELATA_CACHE"] = "/nowhere";
    try {
      expect(await facts({})).toBeNull();
      expect(await facts({ fold: 3 })).toBeNull();
    } finally {
      for (const [at, name] of ["RELATA_DATA", "RELATA_CACHE"].entries())
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
    }
  });
});
