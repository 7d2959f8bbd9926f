// Command-line options: what is read, and what is refused with which words.

import { describe, expect, it } from "vitest";
import { readOptions } from "../../src/cli/options";

const known = { flags: ["--json"], values: ["--out"] };

describe("readOptions", () => {
  it("tells flags, values in both spellings, and the rest apart", () => {
    const { flags, values, rest } = readOptions(["a", "--out", "x", "--json", "b"], known);
    expect([[...flags], [...values], rest]).toEqual([["--json"], [["--out", "x"]], ["a", "b"]]);
    expect(readOptions(["--out=p=q"], known).values.get("--out")).toBe("p=q");
  });

  it("takes everything after -- as it is", () => {
    expect(readOptions(["--json", "--", "--out", "--what"], known).rest).toEqual(["--out", "--what"]);
  });

  it("refuses an unknown option with the nearest known one", () => {
    expect(() => readOptions(["--ot", "x"], known)).toThrow('unknown option "--ot": did you mean "--out"?');
  });

  it("refuses a value that is missing", () => {
    expect(() => readOptions(["--out"], known)).toThrow("--out needs a value: write --out VALUE");
  });
});
