// The README promises commands, variables and folders: each has to be there.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { commandNames } from "../../src/cli/main";
import { projectFiles, root, textOf } from "./sources";

const readme = textOf("README.md");

describe("the README", () => {
  it("names only commands that there are, and all of them", () => {
    const named = new Set([...readme.matchAll(/`relata ([a-z]+)/g)].map(([, name]) => name!));
    expect([...named].sort()).toEqual(commandNames());
  });

  it("names only npm scripts that there are", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(textOf("package.json"));
    const named = [
      ...readme.matchAll(/npm (?:run (?:-s )?)?(start|test|lab|repl|relata|lint|typecheck|format)\b/g),
    ];
    expect(named.length).toBeGreaterThan(3);
    for (const [, script] of named) expect(Object.keys(scripts)).toContain(script);
  });

  it("lists every environment variable that the sources read", () => {
    const sources = projectFiles(/^(src|kernel-ext)\/.*\.(ts|cjs)$/)
      .map(textOf)
      .join("\n");
    const read = new Set([...sources.matchAll(/\bRELATA_[A-Z_]+\b/g)].map(([name]) => name));
    const listed = new Set([...readme.matchAll(/\bRELATA_[A-Z_]+\b/g)].map(([name]) => name));
    expect([...read].filter((name) => !listed.has(name))).toEqual([]);
    expect([...listed].filter((name) => !read.has(name))).toEqual([]);
  });

  it("maps every folder of the top and of src", () => {
    const tops = new Set(projectFiles(/^[^.][^/]*\//).map((file) => file.split("/")[0]!));
    const rooms = fs
      .readdirSync(path.join(root, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory());
    for (const name of [...tops, ...rooms.map((entry) => entry.name)])
      expect(readme).toContain(`\`${name}/\``);
  });
});
