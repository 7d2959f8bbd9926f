import { describe, expect, it } from "vitest";
import { PAPERS, targetsOf } from "../../src/papers";
import { relata } from "../cli/relata";

const idsOf = (...asked: Parameters<typeof targetsOf>) =>
  targetsOf(...asked).map(({ paper, experiment }) => `${paper.short}/${experiment.id}`);

describe("targetsOf", () => {
  it("is every experiment of a paper, or of all papers, without a profile", () => {
    for (const { short, experiments } of PAPERS)
      expect(idsOf(short)).toEqual(experiments.map(({ id }) => `${short}/${id}`));
    expect(idsOf("all")).toEqual(PAPERS.flatMap(({ short }) => idsOf(short)));
  });

  it("leaves out of a profile what it reproduces by id alone, never a table or figure of a paper in quick", () => {
    expect(idsOf("mccl", "small")).toEqual(["mccl/T1", "mccl/T2", "mccl/T3", "mccl/F3"]);
    expect(idsOf("mccl/T4", "small")).toEqual(["mccl/T4"]);
    for (const { short, reference } of PAPERS) {
      const left = idsOf(short).filter((id) => !idsOf(short, "quick").includes(id));
      const own = [...reference.tables, ...reference.figures].map(({ id }) => `${short}/${id}`);
      expect(left.filter((id) => own.includes(id))).toEqual([]);
    }
    expect(idsOf("hiclre", "quick")).not.toContain("hiclre/T3-code");
  });
});

describe("relata reproduce", () => {
  const left = "left out in small unless named: mccl/T1-order, mccl/T4, mccl/T5,";
  const listed = async (...more: readonly string[]) =>
    (await relata(["reproduce", "--profile", "small", "--seeds", "1", "--list", ...more])).stdout;

  it("says last what it leaves out of a paper, and leaves out nothing that was named", async () => {
    const [whole, named] = await Promise.all([listed("mccl"), listed("mccl", "mccl/T4")]);
    expect(whole.trim().split("\n").at(-1)).toContain(left);
    expect(whole).not.toContain("pre-training (vanilla");
    expect(named).toContain("pre-training (vanilla");
    expect(named.trim().split("\n").at(-1)).not.toContain("mccl/T4");
  });
});
