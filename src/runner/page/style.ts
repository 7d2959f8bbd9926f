// The look of all pages: one style sheet, light and dark, for screen and print.

/** CSS of notebook pages and of the index. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2430; --soft: #5b6675; --faint: #e3e7ec; --wash: #f6f8fa; --accent: #0b6e75; --wash-accent: #e6f3f3;
  --good: #1a7f4b; --bad: #b42335; --wash-bad: #fdf1f2; --warn: #8a5a00; --wash-warn: #fdf7e8;
  --keyword: #8a2be2; --string: #0a6b3d; --number: #b0470c; --comment: #74808f; --name: #0b5cad; --type: #0b6e75;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #dbe2ea; --soft: #93a0af; --faint: #2b333d; --wash: #1b2027; --accent: #5cc4c9; --wash-accent: #17312f;
    --good: #5fd095; --bad: #ff8a94; --wash-bad: #2e191d; --warn: #e5b866; --wash-warn: #2a2416;
    --keyword: #c99bff; --string: #8fd6a8; --number: #f0a878; --comment: #7f8b99; --name: #82b8f5; --type: #6fd0d5;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.62 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre, .number { font-family: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-variant-ligatures: none; }
header.bar { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; padding: .55rem 1.4rem; background: var(--paper); border-bottom: 1px solid var(--faint); font-size: .86rem; color: var(--soft); }
header.bar a { text-decoration: none; font-weight: 600; }
header.bar .name { color: var(--ink); font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
header.bar .facts { margin-left: auto; display: flex; gap: .9rem; align-items: center; white-space: nowrap; }
.chip { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; border: 1px solid currentColor; }
.chip.done { color: var(--good); } .chip.failed, .chip.died, .chip.timeout { color: var(--bad); } .chip.interrupted { color: var(--warn); }
.layout { display: grid; grid-template-columns: minmax(0, 1fr); max-width: 56rem; margin: 0 auto; padding: 1.2rem 1.4rem 5rem; }
nav.contents { display: none; }
@media (min-width: 78rem) {
  .layout.with-contents { grid-template-columns: 14rem minmax(0, 52rem); gap: 3rem; max-width: 73rem; }
  nav.contents { display: block; position: sticky; top: 3.6rem; align-self: start; max-height: calc(100vh - 5rem); overflow-y: auto; font-size: .86rem; line-height: 1.4; padding-top: 1.4rem; }
}
nav.contents ol { list-style: none; margin: 0; padding: 0; border-left: 1px solid var(--faint); }
nav.contents a { display: block; padding: .22rem .8rem; color: var(--soft); text-decoration: none; border-left: 2px solid transparent; margin-left: -1.5px; }
nav.contents a:hover, nav.contents a.here { color: var(--accent); border-left-color: var(--accent); }
nav.contents .level-3 a { padding-left: 1.7rem; } nav.contents .level-4 a { padding-left: 2.5rem; }
main { min-width: 0; }
h1, h2, h3, h4 { line-height: 1.25; font-weight: 650; letter-spacing: -.011em; margin: 2.2rem 0 .7rem; scroll-margin-top: 3.6rem; }
h1 { font-size: 2.05rem; margin-top: 1rem; } h2 { font-size: 1.45rem; padding-bottom: .3rem; border-bottom: 1px solid var(--faint); } h3 { font-size: 1.16rem; } h4 { font-size: 1rem; }
.anchor { margin-left: .4rem; color: var(--faint); text-decoration: none; opacity: 0; } h1:hover .anchor, h2:hover .anchor, h3:hover .anchor, h4:hover .anchor, .anchor:focus { opacity: 1; color: var(--soft); }
p, ul, ol { margin: .7rem 0; } li { margin: .2rem 0; }
blockquote { margin: 1rem 0; padding: .1rem 1.1rem; border-left: 3px solid var(--accent); color: var(--soft); }
hr { border: 0; border-top: 1px solid var(--faint); margin: 2rem 0; }
img, svg { max-width: 100%; } img, .picture svg { height: auto; }
:not(pre) > code { background: var(--wash); border: 1px solid var(--faint); border-radius: 4px; padding: .08em .32em; font-size: .88em; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "Libertinus Math", math, serif; font-size: 1.08em; }
.katex { white-space: nowrap; } .katex math[display="block"] { margin: 1rem 0; overflow-x: auto; overflow-y: hidden; max-width: 100%; white-space: normal; }
.bad-formula { color: var(--bad); }
pre { margin: 0; font-size: .855rem; line-height: 1.52; overflow-x: auto; tab-size: 2; }
.markdown > pre, .markdown li > pre { background: var(--wash); border: 1px solid var(--faint); border-radius: 8px; padding: .75rem 1rem; margin: .9rem 0; }
.cell { margin: 1rem 0; }
.code .input { position: relative; background: var(--wash); border: 1px solid var(--faint); border-left: 3px solid var(--accent); border-radius: 7px; padding: .7rem 1rem; }
.code.failed .input { border-left-color: var(--bad); } .code.skipped .input { border-left-color: var(--faint); opacity: .75; }
.code .number { position: absolute; right: .8rem; top: -.62rem; font-size: .7rem; line-height: 1.15rem; color: var(--soft); user-select: none; background: var(--paper); border: 1px solid var(--faint); border-radius: .6rem; padding: 0 .5rem; }
.outputs { padding: .7rem 0 .2rem 1.1rem; overflow-x: auto; }
.outputs > * + * { margin-top: .7rem; }
.stream, .plain, .error { white-space: pre-wrap; overflow-wrap: anywhere; }
.stream { max-height: 32rem; overflow-y: auto; color: var(--soft); color: color-mix(in srgb, var(--ink) 82%, transparent); }
.stderr { background: var(--wash-warn); border-radius: 6px; padding: .45rem .8rem; }
.error { background: var(--wash-bad); border: 1px solid var(--bad); border-radius: 7px; padding: .7rem 1rem; max-height: 40rem; overflow: auto; }
.note { color: var(--soft); font-size: .9rem; }
.html { font-size: .92rem; } .html table { font-size: inherit; }
table { border-collapse: collapse; font-size: .89rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
.markdown table, .html table { display: block; width: max-content; max-width: 100%; overflow-x: auto; margin: .8rem 0; }
th, td { padding: .34rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
thead th { border-bottom: 1.5px solid var(--soft); font-weight: 650; white-space: nowrap; }
tbody th { font-weight: 500; color: var(--soft); }
tbody tr:hover { background: var(--wash); }
.html p { margin: .35rem 0; }
.html caption { caption-side: top; text-align: left; color: var(--soft); padding-bottom: .3rem; }
.html mark { color: inherit; border-radius: 3px; padding: 0 .15em; }
@media (prefers-color-scheme: dark) { .html mark:not([style]) { background: #5a4a12; } .html [style*="background:#"]:not([style^="color:"], [style*=";color:"], [style*="; color:"]) { color: #1c2430; } }
.chart, .picture:has(> svg) { display: inline-block; max-width: 100%; overflow-x: auto; }
.chart { background: #fff; color: #1c2430; border-radius: 7px; } .chart svg { display: block; }
@media (prefers-color-scheme: dark) { .chart, .picture:has(> svg), img.picture { background: #fff; color: #1c2430; padding: .6rem; border-radius: 7px; } }
.chart-tip { position: fixed; z-index: 9; max-width: 30rem; padding: .45rem .7rem; border-radius: 6px; background: #1c2430; color: #f2f5f8; font-size: .82rem; line-height: 1.4; box-shadow: 0 3px 14px #0005; pointer-events: none; overflow-wrap: anywhere; }
.chart-tip span { color: #9fb0c2; margin-right: .6rem; }
.failure { background: var(--wash-bad); border: 1px solid var(--bad); border-radius: 8px; padding: .7rem 1.1rem; margin: 1rem 0; } .failure a { color: var(--bad); font-weight: 600; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--faint); color: var(--soft); font-size: .84rem; }
.hljs-keyword, .hljs-literal { color: var(--keyword); } .hljs-string, .hljs-regexp, .hljs-template-variable { color: var(--string); } .hljs-number { color: var(--number); }
.hljs-comment, .hljs-doctag { color: var(--comment); font-style: italic; } .hljs-title, .hljs-title.function_ { color: var(--name); } .hljs-built_in, .hljs-type, .hljs-title.class_ { color: var(--type); }
.hljs-attr, .hljs-property { color: inherit; } .hljs-subst { color: var(--ink); } .hljs-meta { color: var(--comment); }
.ansi-bold { font-weight: 700; } .ansi-dim { opacity: .65; } .ansi-italic { font-style: italic; } .ansi-underline { text-decoration: underline; }
.ansi-black { color: #57606a; } .ansi-red, .ansi-bright-red { color: var(--bad); } .ansi-green, .ansi-bright-green { color: var(--good); } .ansi-yellow, .ansi-bright-yellow { color: var(--warn); }
.ansi-blue, .ansi-bright-blue { color: var(--name); } .ansi-magenta, .ansi-bright-magenta { color: var(--keyword); } .ansi-cyan, .ansi-bright-cyan { color: var(--type); } .ansi-white, .ansi-bright-black { color: var(--soft); } .ansi-bright-white { color: var(--ink); }
.ansi-inverse { color: var(--paper); } .ansi-back-inverse { background: var(--ink); } .ansi-back-red, .ansi-back-bright-red { background: var(--bad); color: var(--paper); } .ansi-back-green, .ansi-back-bright-green { background: var(--good); color: var(--paper); }
.ansi-back-yellow, .ansi-back-bright-yellow { background: var(--warn); color: var(--paper); } .ansi-back-blue, .ansi-back-bright-blue { background: var(--name); color: var(--paper); } .ansi-back-magenta, .ansi-back-bright-magenta { background: var(--keyword); color: var(--paper); }
.ansi-back-cyan, .ansi-back-bright-cyan { background: var(--type); color: var(--paper); } .ansi-back-black, .ansi-back-bright-black { background: #57606a; color: #fff; } .ansi-back-white, .ansi-back-bright-white { background: var(--faint); }
.pages { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.pages li { margin: 0; } .pages a { display: flex; flex-direction: column; gap: .5rem; height: 100%; padding: 1rem 1.2rem; border: 1px solid var(--faint); border-radius: 10px; text-decoration: none; color: var(--ink); background: var(--wash); }
.pages a:hover { border-color: var(--accent); } .pages h2 { border: 0; margin: 0; padding: 0; font-size: 1.08rem; } .pages p { margin: 0; color: var(--soft); font-size: .87rem; } .pages .facts { margin-top: auto; display: flex; gap: .8rem; align-items: center; font-size: .82rem; color: var(--soft); }
@media (max-width: 40rem) { body { font-size: 15px; } header.bar .facts span:not(.chip) { display: none; } .layout { padding: .6rem .9rem 3rem; } .outputs { padding-left: .2rem; } }
@media print { header.bar { position: static; } nav.contents, .anchor, .chart-tip { display: none; } .layout { display: block; max-width: none; padding: 0; } .stream, .error { max-height: none; } .cell { break-inside: avoid-page; } }
`;
