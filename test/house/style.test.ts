// Rules of the house that a look at the files can check.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { projectFiles, root, textOf } from "./sources";

const LIMIT = 300;

const sources = projectFiles(/^(src|kernel-ext)\/.*\.(ts|cjs|mjs)$/);
const code = projectFiles(/^(src|kernel-ext|test|\.ci)\/.*\.(ts|cjs|mjs)$/);
const texts = projectFiles(/\.(ts|cjs|mjs|md|json|ipynb|yml)$|^\.ci\/run$/).filter(
  (file) => file !== "package-lock.json",
);

const lines = (file: string): number => textOf(file).trimEnd().split("\n").length;
const holding = (files: readonly string[], pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(textOf(file)));

describe("source files", () => {
  it(`have at most ${LIMIT} lines`, () => {
    expect(sources.filter((file) => lines(file) > LIMIT)).toEqual([]);
  });

  it("draw no unseeded random numbers", () => {
    expect(holding(code, new RegExp("Math\\.random" + "\\("))).toEqual([]);
  });

  it("begin with one sentence that says what they are", () => {
    const without = sources.filter(
      (file) => !file.endsWith("index.ts") && !/^(#!.*\n)?("use strict";\n+)?(\/\/|\/\*)/.test(textOf(file)),
    );
    expect(without).toEqual([]);
  });

  it("have names that say what is in them", () => {
    const vague = sources.filter((file) => /^(utils?|helpers?|common|misc)\./.test(path.basename(file)));
    expect(vague).toEqual([]);
    const crooked = sources.filter((file) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(path.basename(file)));
    expect(crooked).toEqual([]);
  });

  it("write to the console only at the edges", () => {
    const libraries = sources.filter((file) => !/^src\/(cli|setup)\//.test(file));
    const calls = /^(?!\s*(\/\/|\*)).*(?<![\w."'`])console\.(log|warn|error|info)\(/m;
    expect(
      holding(
        libraries.filter((file) => file.startsWith("src/")),
        calls,
      ),
    ).toEqual([]);
  });
});

describe("tests", () => {
  it("are skipped only through skipUnless, with a reason", () => {
    const bare = new RegExp("\\b(it|test|describe)\\.(skip|only|todo|skipIf|runIf)\\(");
    expect(holding(projectFiles(/^test\/.*\.test\.ts$/), bare)).toEqual([]);
  });

  it("stand in the folder of the room that they test", () => {
    const folders = new Set(projectFiles(/^test\/[^/]+\/.*\.test\.ts$/).map((file) => file.split("/")[1]!));
    const rooms = [...folders].filter(
      (folder) => !["house", "kernel-ext", "kernel", "notebooks", "weights"].includes(folder),
    );
    expect(rooms.filter((room) => !fs.existsSync(path.join(root, "src", room)))).toEqual([]);
  });
});

describe("folders", () => {
  it("have a README", () => {
    const folders = new Set(
      sources.map((file) =>
        file
          .split("/")
          .slice(0, file.startsWith("src/") ? 2 : 1)
          .join("/"),
      ),
    );
    const rooms = [...folders].filter((folder) => !/\.\w+$/.test(folder));
    expect(rooms.filter((folder) => !fs.existsSync(path.join(root, folder, "README.md")))).toEqual([]);
  });
});

describe("texts", () => {
  it("link only to files that are there", () => {
    const broken = projectFiles(/\.md$/).flatMap((file) => {
      const links = [
        ...textOf(file)
          .replace(/```[\s\S]*?```/g, "")
          .matchAll(/\]\(([^)\s]+)\)/g),
      ].map(([, link]) => link!);
      const local = links.filter((link) => !/^(https?:|mailto:|#)/.test(link));
      const missing = local.filter(
        (link) => !fs.existsSync(path.join(root, path.dirname(file), link.split("#")[0]!)),
      );
      return missing.map((link) => `${file}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it("name no place of the machine they were written on", () => {
    const elsewhere = new RegExp(
      ["/wo" + "rk/(main|shared|brief)", "/ro" + "ot/", "/ho" + "me/[a-z]+/"].join("|"),
    );
    expect(holding(texts, elsewhere)).toEqual([]);
  });
});
