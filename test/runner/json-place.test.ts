import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../src/runner/json-place";

describe("findJsonFault", () => {
  it.each(['{"a": [1, -2.5e3, "x\\n\\u00e9", true, null, {}], "b": []}', "  3 ", '"only a text"', "[]"])(
    "finds nothing in %s",
    (text) => {
      expect(JSON.parse(text)).toBeDefined();
      expect(findJsonFault(text)).toBeUndefined();
    },
  );

  it.each([
    ["{\n  'a': 1}", 2, 3, "a name in double quotes"],
    ['{"a" 1}', 1, 6, '":" after a name'],
    ["[1,\n 2,\n]", 3, 1, "a value"],
    ['{"cells": [', 1, 12, "a value"],
    ["[1\n 2]", 2, 2, '"," or "]" after an element'],
    ['{"a": 1} x', 1, 10, "nothing after the value"],
    ["<html>", 1, 1, "a value"],
    ['{"a": "line\nbreak"}', 1, 7, "a value"],
    ["[01]", 1, 3, '"," or "]" after an element'],
  ])("places the fault of %j", (text, line, column, expected) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(findJsonFault(text)).toEqual({ line, column, expected });
  });
});
