// The picture of the house: which room may import which. CONTRIBUTING.md shows the same table.

import { describe, expect, it } from "vitest";
import { importsOf, projectFiles, roomOf, textOf } from "./sources";

const mathematics = ["engine", "contrast", "cluster", "classify", "metrics"];
const learning = [...mathematics, "data", "text", "encoders", "relations", "train", "models"];
const showing = ["frames", "plots", "report"];
const all = [
  ...learning,
  ...showing,
  "experiments",
  "papers",
  "lab",
  "setup",
  "runner",
  "bench",
  "kernel-ext",
  "index",
];

/** What each room may import beside itself and `core`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  setup: [],
  engine: ["setup"],
  data: [],
  text: ["data"],
  encoders: ["engine", "text"],
  models: ["engine", "text", "encoders", "train"],
  relations: ["engine", "text", "encoders"],
  contrast: ["engine"],
  cluster: ["engine", "metrics"],
  classify: ["engine"],
  metrics: [],
  train: ["engine", "encoders"],
  frames: [...learning, ...showing],
  plots: [...learning, ...showing],
  report: [...learning, ...showing],
  experiments: [...learning, ...showing],
  papers: [...learning, ...showing, "experiments"],
  lab: [...learning, ...showing, "experiments", "papers", "setup", "index"],
  runner: ["plots", "kernel-ext"],
  bench: all,
  cli: all,
  "kernel-ext": [],
};

/** Imports of one file that the table does not allow, as sentences. */
function trespasses(file: string, text?: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined)
    return [`${file}: the room "${room}" is not in the table of test/house/rooms.test.ts`];
  const isForbidden = (other: string): boolean =>
    other !== room && other !== "core" && !allowed.includes(other);
  return importsOf(file, text)
    .map((target) => [target, /^src(\/index)?$/.test(target) ? "index" : roomOf(target)] as const)
    .filter(([, other]) => other !== undefined && isForbidden(other))
    .map(([target, other]) => `${file} imports ${target}: "${room}" may not import "${other}"`);
}

const sources = projectFiles(/^(src|kernel-ext)\/.*\.(ts|cjs|mjs)$/);

describe("the rooms", () => {
  it("import only what the table allows", () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((file) => trespasses(file))).toEqual([]);
  });

  it("would be told of a trespass", () => {
    const text =
      'import { x } from "../lab/session";\nconst y = await import("../../kernel-ext/client");\n// from "../cli/x"';
    expect(trespasses("src/metrics/x.ts", text)).toEqual([
      'src/metrics/x.ts imports src/lab/session: "metrics" may not import "lab"',
      'src/metrics/x.ts imports kernel-ext/client: "metrics" may not import "kernel-ext"',
    ]);
    expect(trespasses("src/attic/x.ts", "")).toEqual([
      expect.stringContaining('the room "attic" is not in the table'),
    ]);
  });

  it("of mathematics touch no file, no process and no network", () => {
    const forbidden = /^(node:)?(fs|net|http|https|child_process|worker_threads|readline)(\/|$)/;
    const found = sources
      .filter((file) => ["contrast", "cluster", "metrics"].includes(roomOf(file) ?? ""))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => forbidden.test(target))
          .map((target) => `${file}: ${target}`),
      );
    expect(found).toEqual([]);
  });

  it("are drawn in CONTRIBUTING.md with the same rights", () => {
    const drawn = textOf("CONTRIBUTING.md");
    for (const room of new Set(sources.map(roomOf)))
      if (room !== undefined) expect(drawn).toContain(`\`${room}/\``);
  });
});
