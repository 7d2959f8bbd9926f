// What harmless HTML looks like, said once for all tests of pages.

import { expect } from "vitest";

const FORBIDDEN = /<\s*\/?\s*(script|iframe|object|embed|link|meta|base|form|foreignobject|animate|set)\b/i;

/** Fails unless every `<` begins a well-formed element without handlers, scripts, or addresses of scripts. */
export function expectHarmless(html: string): void {
  expect(html).not.toMatch(FORBIDDEN);
  for (const [tag] of html.matchAll(/<[^>]*>/g)) {
    expect(tag).toMatch(/^<\/?[a-zA-Z0-9]+( [a-zA-Z-]+="[^"<>]*")*>$/);
    expect(tag.replace(/"[^"]*"/g, "")).not.toMatch(/\son[a-z]+\s*=/i);
    // eslint-disable-next-line no-control-regex
    expect(tag.replace(/[\u0000-\u0020]/g, "")).not.toMatch(
      /(href|src|style)="[^"]*(javascript|vbscript|data:text)/i,
    );
  }
  expect(html.replace(/<[^>]*>/g, "")).not.toContain("<");
}
