import { describe, expect, it } from "vitest";
import { pack } from "../../../kernel-ext/bridge/packed";

const packed = (data: { readonly [mime: string]: unknown }): unknown => {
  const content = { data, metadata: { m: 1 }, transient: { display_id: "7" } };
  const { content: result, move } = pack(content, data);
  if (!(result instanceof Uint8Array)) return move.length === 0 ? result : "moves nothing packed";
  expect(move).toEqual([result.buffer]);
  return JSON.parse(Buffer.from(result).toString("utf8"));
};

describe("content on its way between the threads", () => {
  it.each([
    ["small", { "text/plain": "x" }],
    ["plain", { "text/html": "<b>x</b>\n".repeat(100_000), "text/plain": "[text/html]" }],
    ["full of quotes and controls", { "text/html": '"\\\u0000\u2028'.repeat(200_000) }],
    ["of wide characters, none cut in two", { "text/html": `a${"🦊ß中".repeat(200_000)}` }],
    ["with halves of characters", { "text/html": "x\ud83ey\udd8a".repeat(100_000) }],
    [
      "in several parts",
      { a: "1".repeat(300_000), b: { c: [1, "2".repeat(300_000)] }, d: "3".repeat(70_000) },
    ],
  ])("is the same on the other side: %s", (_, data) => {
    expect(packed(data)).toEqual({ data, metadata: { m: 1 }, transient: { display_id: "7" } });
  });

  it("is moved as bytes only where it is large", () => {
    expect(pack({}, { "text/plain": "x".repeat(1000) }).content).toEqual({});
    expect(pack({}, { "text/plain": "x".repeat(1_000_000) }).content).toBeInstanceOf(Uint8Array);
    const numbers = { "application/json": Array.from({ length: 100_000 }, (_, k) => k) };
    expect(pack({ data: numbers }, numbers).content).toBeInstanceOf(Uint8Array);
  });
});
