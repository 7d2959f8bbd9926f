import { describe, expect, it } from "vitest";
import { ansiToHtml, stripAnsi } from "../../../src/runner/page/ansi";
import { highlight } from "../../../src/runner/page/highlight";
import { MarkdownRenderer } from "../../../src/runner/page/markdown";
import { formula, takeFormulas } from "../../../src/runner/page/mathematics";
import { HOSTILE } from "./hostile";
import { expectHarmless } from "./harmless";

describe("Markdown cells", () => {
  it("show formulas as MathML, also beside underscores and stars", () => {
    const html = new MarkdownRenderer().render("Let $a_1 * b_2 * c < d$ and\n\n$$\\sum_i x_i$$");
    expect(html).toContain('<annotation encoding="application/x-tex">a_1 * b_2 * c &lt; d</annotation>');
    expect(html).toContain('display="block"');
    expect(html).not.toContain("<em>");
  });

  it.each([
    ["costs $5 and $6", 0],
    ["`$x$`", 0],
    ["```\n$x$\n```", 0],
    ["~~~\n$$x$$\n~~~\n$y$", 1],
    ["\\$x\\$", 0],
    ["$x$, $y$ and \\(z\\)", 3],
    ["\\[x\\] \\begin{align}a&=b\\end{align}", 2],
    ["$$\na\n$$", 1],
    ["a $x\n\ny$ b", 0],
    ["`a` $x$ `b`", 1],
  ])("find the formulas of %j", (source, count) => {
    expect(takeFormulas(source).formulas.size).toBe(count);
  });

  it("show broken LaTeX as it was written", () => {
    expect(formula("\\frac{<b>", false)).toMatch(
      /^<code class="bad-formula" title="[^"]+">\\frac\{&lt;b&gt;<\/code>$/,
    );
  });

  it("write letters of mathematical alphabets in Unicode, because MathML Core has no mathvariant", () => {
    expect(formula("\\mathbb{R}\\mathcal{L}\\mathbf{x}", false)).toMatch(/ℝ.*ℒ.*𝐱/u);
  });

  it("colour code and give headings their own anchors", () => {
    const renderer = new MarkdownRenderer();
    const html = renderer.render("## The loss\n\n```ts\nconst a = 1;\n```\n\n## The loss");
    expect(html).toContain('<span class="hljs-keyword">const</span>');
    expect(renderer.headings.map(({ anchor }) => anchor)).toEqual(["the-loss", "the-loss-2"]);
    expect(html).toContain('<h2 id="the-loss-2">');
  });

  it("take attached pictures, and describe those that cannot be had", () => {
    const html = new MarkdownRenderer().render(
      "![a](attachment:x.png) ![far](https://x.org/y.png) ![gone](z.png)",
      {
        "x.png": { "image/png": "aGk=\n" },
      },
    );
    expect(html).toContain('src="data:image/png;base64,aGk="');
    expect(html).toContain("[picture: far]");
    expect(html).toContain("[picture: gone]");
  });

  it.each(HOSTILE)("make %j harmless", (source) => {
    const render = (text: string): string => new MarkdownRenderer().render(text);
    expectHarmless(render(source));
    expectHarmless(render(`# ${source}`));
    expectHarmless(render(`| a |\n| - |\n| ${source} |`));
    expectHarmless(render(`\`${source}\` [${source}](${source}) ![${source}](${source})`));
  });

  it.each([
    "[x](javascript:hit())",
    "[x]: javascript:hit()\n\n[x]",
    "<javascript:hit()>",
    "![x](javascript:hit())",
    "$\\href{javascript:hit()}{x}$",
  ])("do not link to the script of %j", (source) =>
    expect(new MarkdownRenderer().render(source)).not.toMatch(/(href|src)="[^"]*javascript/i),
  );
});

describe("terminal colours", () => {
  it.each([
    ["\u001b[31mred\u001b[0m plain", '<span class="ansi-red">red</span> plain'],
    [
      "\u001b[1;32mx\u001b[22my",
      '<span class="ansi-bold ansi-green">x</span><span class="ansi-green">y</span>',
    ],
    ["\u001b[38;5;196mx", '<span style="color:#ff0000">x</span>'],
    ["\u001b[48;2;1;2;300mx", '<span style="background:#0102ff">x</span>'],
    ["\u001b[7mx", '<span class="ansi-inverse ansi-back-inverse">x</span>'],
    ["\u001b[2K\u001b[1Ga\u0007\u001b]8;;http://x\u0007b", "ab"],
    ["<b>&\u001b[34m<i>", '&lt;b&gt;&amp;<span class="ansi-blue">&lt;i&gt;</span>'],
  ])("of %j", (text, html) => expect(ansiToHtml(text)).toBe(html));

  it("are gone from plain text", () => {
    expect(stripAnsi("\u001b[31m\u001b[1mTypeError\u001b[0m: x")).toBe("TypeError: x");
  });
});

describe("highlight", () => {
  it("escapes what it colours, and what it does not know", () => {
    expect(highlight("const a = '<script>'", "typescript")).not.toContain("<script");
    expect(highlight("<script>", "klingon")).toBe("&lt;script&gt;");
  });
});
