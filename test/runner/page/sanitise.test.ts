import { describe, expect, it } from "vitest";
import { isSafeAddress, sanitise } from "../../../src/runner/page/sanitise";
import { expectHarmless } from "./harmless";
import { HOSTILE } from "./hostile";

describe("sanitise", () => {
  it.each(HOSTILE)("makes %j harmless", (html) => expectHarmless(sanitise(html)));

  it.each([
    ["<p>a <b>b</b></p>", "<p>a <b>b</b></p>"],
    ["<table><tr><td colspan=2>1</td></tr></table>", '<table><tr><td colspan="2">1</td></tr></table>'],
    ["1 < 2 & 3 > 2", "1 &lt; 2 & 3 > 2"],
    ["<b>open", "<b>open</b>"],
    ["</div></section>text", "text"],
    ["<b><i>x</b>", "<b><i>x</i></b>"],
    ["<unknown>x</unknown>", "x"],
    ["a<!-- secret -->b", "ab"],
    ['<a href="https://x.org/?a=1&amp;b=2">l</a>', '<a href="https://x.org/?a=1&amp;b=2">l</a>'],
    ['<span style="color:red">x</span>', '<span style="color:red">x</span>'],
    [
      '<SVG viewbox="0 0 1 1"><lineargradient id="g"/></SVG>',
      '<svg viewBox="0 0 1 1"><linearGradient id="g"></linearGradient></svg>',
    ],
    ["<style>td{color:red}</style>", "<style>td{color:red}</style>"],
  ])("keeps what is good of %j", (html, wanted) => expect(sanitise(html)).toBe(wanted));

  it("gives each piece its own ids, so that clip paths of two charts do not meet", () => {
    const svg =
      '<svg><clipPath id="c1"><rect width="1"/></clipPath><g clip-path="url(#c1)"><use href="#c1"/></g></svg>';
    expect(sanitise(svg, { idPrefix: "a-" })).toBe(
      '<svg><clipPath id="a-c1"><rect width="1"></rect></clipPath><g clip-path="url(#a-c1)"><use href="#a-c1"></use></g></svg>',
    );
  });

  it("changes nothing when run again", () => {
    for (const html of HOSTILE) expect(sanitise(sanitise(html))).toBe(sanitise(html));
  });

  it.each([
    ["https://x.org", false, true],
    ["page.html#a", false, true],
    ["javascript:alert(1)", false, false],
    ["java\tscript:alert(1)", false, false],
    [" JAVASCRIPT:alert(1)", false, false],
    ["data:text/html,x", false, false],
    ["//evil.org/x.png", true, false],
    ["https://evil.org/x.png", true, false],
    ["data:image/png;base64,aa", true, true],
    ["data:image/svg+xml,x", true, true],
    ["figure.png", true, true],
  ])("judges the address %j (picture: %j) as %j", (address, isPicture, isSafe) => {
    expect(isSafeAddress(address, isPicture)).toBe(isSafe);
  });
});
