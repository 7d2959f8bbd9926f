import { describe, expect, it } from "vitest";
import { editDistance, nearestName, unknownName } from "../../src/core";

describe("unknown names", () => {
  it.each([
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["minilm", "minilm", 0],
  ])("%s and %s are %d edits apart", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
  it("point at the nearest known one, by letters or by beginning", () => {
    expect(nearestName("tensorflo", ["wasm", "tensorflow"])).toBe("tensorflow");
    expect(nearestName("classwise", ["knn", "classwise-knn"])).toBe("classwise-knn");
    expect(nearestName("zzzzz", ["wasm", "tensorflow"])).toBeUndefined();
  });
  it("list what is known", () => {
    expect(unknownName("engine", "wasn", ["wasm", "cpu"]).message).toBe(
      'unknown engine "wasn": did you mean "wasm"? known: wasm, cpu',
    );
    expect(unknownName("engine", "x", []).message).toBe('unknown engine "x": known: none');
  });
});
