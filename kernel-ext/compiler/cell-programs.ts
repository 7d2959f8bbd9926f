// The programs in which cells are compiled: a small one for most, a large one for those that touch packages.

import * as path from "node:path";
import ts from "typescript";
import type { NotebookHost } from "./host";
import { frozenName, type NameTable } from "./names";
import type { Scan } from "./scan";

/**
 * A program that gains or loses hundreds of files takes a tenth of a second to build anew, so plain cells and cells
 * that touch packages do not share one. Each holds what its cells mention: running a cell costs the same after a
 * thousand. All programs share the parsed files.
 */
export class CellPrograms {
  private readonly plain: ts.LanguageService;
  private readonly large: ts.LanguageService;
  private readonly keep: string;
  /** Modules that cells have imported: they stay in the large program. */
  private readonly modules = new Set<string>();
  /** Cells whose types come from packages, or from cells that touch packages. */
  private readonly touching = new Set<number>();
  /** Cells that change types everywhere, by `declare global` or `declare module`. */
  private readonly everywhere: string[] = [];
  private readonly always: string;

  /** `main` is the file of the cell under work. */
  constructor(
    private readonly host: NotebookHost,
    main: string,
    documents: ts.DocumentRegistry,
  ) {
    this.keep = path.posix.join(path.posix.dirname(main), "__modules__.ts");
    this.host.write(this.keep, "export {};");
    this.always = path.posix.join(path.posix.dirname(main), "__always__.ts");
    this.host.write(this.always, "export {};");
    this.plain = ts.createLanguageService(host.withRoots([main, this.always]), documents);
    this.large = ts.createLanguageService(host.withRoots([main, this.always, this.keep]), documents);
  }

  /** Keeps a cell's module in every program. */
  addEverywhere(module: string): void {
    this.everywhere.push(module);
    this.host.write(this.always, importsOf(this.everywhere));
  }

  /** Forgets all cells and what they imported. */
  reset(): void {
    this.modules.clear();
    this.touching.clear();
    this.everywhere.length = 0;
    this.host.write(this.always, importsOf([]));
    this.host.write(this.keep, importsOf([]));
  }

  /** The program with all packages, for a cell that another one calls wrong: a package may declare global names. */
  largeProgram(cell: number): ts.Program | undefined {
    if (this.touching.has(cell) || this.modules.size === 0) return undefined;
    this.touching.add(cell);
    return this.large.getProgram()!;
  }

  /** The program for a cell whose text is in place. */
  programFor(cell: number, scan: Scan, names: NameTable): ts.Program {
    const used = [...scan.mentioned].flatMap((name) => names.get(name)?.cell ?? []);
    const given = used.filter((number) => number < 0);
    const isPlain =
      given.length === 0 &&
      used.every((number) => !this.touching.has(number)) &&
      [...scan.modules].every((name) => name.startsWith("node:"));
    if (isPlain) {
      this.touching.delete(cell);
      return this.plain.getProgram()!;
    }
    this.touching.add(cell);
    for (const number of given) this.modules.add(frozenName(number));
    for (const name of scan.modules) if (!/^(node:|\.|\/)/.test(name)) this.modules.add(name);
    this.host.write(this.keep, importsOf([...this.modules]));
    return this.large.getProgram()!;
  }
}

function importsOf(modules: readonly string[]): string {
  return `${modules.map((name) => `import ${JSON.stringify(name)};`).join("")}\nexport {};`;
}
