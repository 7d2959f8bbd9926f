import { describe, expect, it } from "vitest";
import { jsonErrorOffset } from "../../src/data/input/json-error";

describe("jsonErrorOffset", () => {
  it.each([
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ["[1, 2", 5],
    ["[1 2]", 3],
    ['["a\nb"]', 1],
    ['["a\\x"]', 1],
    ['{"a": [1, {"b": tru}]}', 16],
    ["", 0],
    ["  x", 2],
    ["{}}", 2],
    ["[01]", 2],
    ['{"a": {}, b: 1}', 10],
  ])("finds where %j goes wrong", (text, offset) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it("passes over all of valid JSON", () => {
    const text = JSON.stringify(
      { a: [1, -2.5e3, "x\n\u{1F600}", true, null, {}, [], { b: [[]] }] },
      undefined,
      2,
    );
    expect(jsonErrorOffset(text)).toBe(text.length);
  });
});
