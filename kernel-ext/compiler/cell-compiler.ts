// Compiles cells: TypeScript in, a function body and a frozen module of types out. Lives in the worker thread.

import * as path from "node:path";
import ts from "typescript";
import { keptMeaning } from "./both-meanings";
import { planCell, type Plan } from "./bindings";
import { CellPrograms } from "./cell-programs";
import type { Compilation, CompilerSettings, LoadedCell } from "./compiled-cell";
import { blocks, diagnose, type Diagnostic, type TypeMode } from "./diagnostics";
import { piecesOf } from "./given-pieces";
import { NotebookHost } from "./host";
import { frozenName, isMutable, NameTable, type Binding } from "./names";
import { optionsFor } from "./options";
import type { Rewritten } from "./locals";
import { rewriteCell } from "./rewrite";
import { scanCell, type Scan } from "./scan";

/** Modules of the preload module that are read in one step: each step also costs a new program, about 20 ms. */
const PIECES_AT_ONCE = 16;

interface Pending {
  readonly scan: Scan;
  readonly text: string;
  readonly declarations: string | undefined;
  readonly plans: readonly Plan[];
  readonly marks: readonly [number, string][];
}

/** Compiles cells one after another and remembers what they declared. */
export class CellCompiler {
  /** For editors: its program holds everything that any cell knows. */
  readonly service: ts.LanguageService;
  private readonly programs: CellPrograms;
  readonly names = new NameTable();
  readonly problems: readonly string[];
  mode: TypeMode = "strict";
  private readonly host: NotebookHost;
  private readonly main: string;
  private readonly keep: string;
  private readonly frozen: string[] = [];
  private givenCells: readonly number[] = [];
  private isGivenLoaded = false;
  /** Modules that are being loaded piece by piece. */
  private readonly early: string[] = [];
  /** Cells that were compiled and may be running: one, or with `magics.run` those around it. */
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly settings: CompilerSettings) {
    const { options, problems } = optionsFor(settings.folder, settings.clone);
    this.problems = problems;
    this.host = new NotebookHost(settings.folder, settings.clone, options, settings.aliases);
    this.main = path.posix.join(settings.folder, "__cell__.ts");
    this.keep = path.posix.join(settings.folder, "__keep__.ts");
    this.host.write(this.main, "export {};\n");
    this.give(settings.given);
    const documents = ts.createDocumentRegistry(true);
    this.service = ts.createLanguageService(this.host.withRoots([this.main, this.keep]), documents);
    this.programs = new CellPrograms(this.host, this.main, documents);
  }

  /** Parses the libraries ahead of the first cell. */
  warm(): void {
    this.compile("const warm: number[] = [1];\nwarm.map(String)", Infinity);
    this.pending.clear();
    for (const problem of this.problems) process.stderr.write(`${problem}\n`);
  }

  /** Sets `strict` and everything it stands for. */
  setStrict(strict: boolean): void {
    this.host.options = { ...this.host.options, strict };
    this.host.refresh();
  }

  /** Looks for packages again, after one was installed. */
  refresh(): void {
    this.host.refresh();
  }

  /** The packages of the clone and the modules that the kernel itself answers. */
  packages(): string[] {
    const manifest = ts.sys.readFile(path.posix.join(this.settings.clone, "package.json")) ?? "{}";
    const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
    return [...this.settings.aliases.keys(), ...Object.keys(dependencies)];
  }

  /** Forgets all names but the given ones. */
  reset(): void {
    for (const file of this.frozen.splice(0)) this.host.remove(file);
    this.names.clear();
    this.programs.reset();
    this.give(this.settings.given);
  }

  /** One virtual cell for each module that gives names: 0, -1, ... */
  private give(given: ReadonlyMap<string, string>): void {
    const modules = [...new Set(given.values())];
    for (const [at, file] of modules.entries()) {
      const names = [...given].flatMap(([name, from]) => (from === file ? name : []));
      const text = `export {${names.join()}} from ${JSON.stringify(file.replace(/\.ts$/, ""))};`;
      this.host.write(this.fileOf(-at), text);
      for (const name of names)
        this.names.set({ name, kind: "const", cell: -at, slot: { scope: 0, key: name }, captured: false });
    }
    this.givenCells = modules.map((_, at) => -at);
    this.writeKeep();
  }

  private fileOf(cell: number): string {
    return path.posix.join(this.settings.folder, `${frozenName(cell)}.ts`);
  }

  private writeKeep(): void {
    const given = this.givenCells.filter((cell) => cell === 0 || this.isGivenLoaded).map(frozenName);
    const cells = this.frozen.map((file) => `./${path.basename(file).replace(/(\.d)?\.ts$/, "")}`);
    this.host.write(
      this.keep,
      [...given, ...this.early, ...cells].map((name) => `import "${name}";`).join("") + "\nexport {};",
    );
  }

  /**
   * Reads the types of the preload module, which may be large, ahead of the first cell that needs them: a piece at
   * each step, so that a request is never kept waiting long.
   */
  *loadGiven(): Generator<void, void, undefined> {
    if (this.isGivenLoaded) return;
    const pieces = piecesOf([...new Set(this.settings.given.values())]);
    while (pieces.length > 0) {
      this.early.push(...pieces.splice(0, PIECES_AT_ONCE));
      this.writeKeep();
      this.service.getProgram();
      yield;
    }
    this.isGivenLoaded = true;
    this.early.length = 0;
    this.writeKeep();
    this.check("0");
  }

  /** Puts a cell's text in place, after a prelude with all names (`forTools`) or those it mentions. */
  load(source: string, forTools: boolean): LoadedCell {
    const scan = scanCell(source);
    const wants = ({ name, cell }: Binding): boolean => {
      if (scan.mentioned.has(name)) return true;
      return forTools && (cell >= 0 || this.isGivenLoaded);
    };
    const prelude = this.names.prelude(scan.declared, wants);
    const own = [...scan.declared.keys()].filter((name) => !scan.exported.has(name));
    this.host.write(this.main, `${prelude}${source}\nexport {${own.join()}};`);
    return { file: this.main, offset: prelude.length, scan };
  }

  /** Takes in what the last cells declared, so that the next completion need not. */
  prepare(): void {
    this.load("", true);
    this.service.getProgram();
  }

  /** What TypeScript says about a cell, without compiling it. */
  check(source: string): Diagnostic[] {
    const { offset } = this.load(source, true);
    const program = this.service.getProgram()!;
    return diagnose(program, program.getSourceFile(this.main)!, source, offset, this.mode);
  }

  /** Compiles `source` as cell number `cell`; nothing is remembered before `commit`. */
  compile(source: string, cell: number): Compilation {
    const { offset, scan } = this.load(source, false);
    let program = this.programs.programFor(cell, scan, this.names);
    const diagnosed = (): Diagnostic[] =>
      diagnose(program, program.getSourceFile(this.main)!, source, offset, this.mode);
    let diagnostics = diagnosed();
    if (diagnostics.some(({ isError, isSyntax }) => isError && !isSyntax)) {
      const larger = this.programs.largeProgram(cell);
      if (larger !== undefined) diagnostics = ((program = larger), diagnosed());
    }
    const file = program.getSourceFile(this.main)!;
    if (blocks(diagnostics, this.mode)) return { diagnostics, compiled: undefined, conflicts: [] };
    const plan = planCell(program.getTypeChecker(), file, offset, scan, this.names, cell);
    const rewritten: Rewritten = { scopes: new Set(), marks: [] };
    let code = "";
    let map = "";
    const write: ts.WriteFileCallback = (name, text) => {
      if (name.endsWith(".map")) map = text;
      else if (name.endsWith(".js") || name.endsWith(".mjs")) code = text;
    };
    program.emit(file, write, undefined, false, {
      before: [rewriteCell(plan, rewritten)],
      after: [() => withoutModuleSyntax as ts.Transformer<ts.SourceFile>],
    });
    for (const { slot } of plan.imports) if (slot !== undefined) rewritten.scopes.add(slot.scope);
    this.pending.set(cell, {
      scan,
      text: this.host.text(this.main),
      declarations: scan.augments || scan.declared.size === 0 ? undefined : this.declarations(program, file),
      plans: plan.plans,
      marks: rewritten.marks,
    });
    const { isAsync, imports, conflicts } = plan;
    const own = plan.plans.filter(({ prior, kind }) => prior === undefined && kind !== "import");
    const declares = own.map(({ slot }) => slot);
    const compiled = {
      code: code.replace(/\/\/# sourceMappingURL=.*$/m, ""),
      map,
      isAsync,
      imports,
      scopes: [...rewritten.scopes],
      declares,
    };
    return { diagnostics, compiled, conflicts };
  }

  /** The `.d.ts` of the cell, or undefined when TypeScript cannot write one. */
  private declarations(program: ts.Program, file: ts.SourceFile): string | undefined {
    let text: string | undefined;
    program.emit(file, (name, output) => void (name.endsWith(".d.ts") && (text = output)), undefined, true);
    if (text === undefined || !/export/.test(text)) return undefined;
    return program.getDeclarationDiagnostics(file).length > 0 ? undefined : text;
  }

  /** Remembers the names of the cell just compiled: all of them, or those declared by the time `reached`. */
  commit(cell: number, reached = Infinity): void {
    const found = this.pending.get(cell);
    if (found === undefined) return;
    this.pending.delete(cell);
    const { scan, text, declarations, plans, marks } = found;
    for (const { prior, isCaptured } of plans) if (prior !== undefined && isCaptured) prior.captured = true;
    if (scan.declared.size === 0 && !scan.augments) return;
    const late = new Set(marks.filter(([progress]) => progress > reached).map(([, name]) => name));
    const kept: string[] = [];
    for (const [name, kind] of scan.declared) {
      if (late.has(name)) continue;
      const plan = plans.find((candidate) => candidate.prior === undefined && candidate.name === name);
      const textOf = (frozen: number): string => this.frozenText(frozen);
      const before = this.names.get(name);
      const { declaration, value, ...type } = keptMeaning(
        name,
        kind,
        scan,
        before,
        declarations ?? text,
        textOf,
      );
      kept.push(declaration);
      const captured = plan?.isCaptured === true;
      this.names.set(
        value === undefined
          ? { name, kind, cell, slot: plan?.slot, captured, ...type }
          : { ...value, kind: isMutable(value.kind) ? value.kind : "const", cell, ...type },
      );
    }
    this.freeze(cell, [declarations ?? text, ...kept].join("\n"), declarations !== undefined);
    if (scan.augments) this.programs.addEverywhere(frozenName(cell));
  }

  private freeze(cell: number, text: string, isDeclaration: boolean): void {
    const file = path.posix.join(this.settings.folder, `__cell_${cell}__${isDeclaration ? ".d" : ""}.ts`);
    this.host.write(file, text);
    this.frozen.push(file);
    this.writeKeep();
  }

  private frozenText(cell: number): string {
    const base = path.posix.join(this.settings.folder, `__cell_${cell}__`);
    return this.host.text(`${base}.d.ts`) || this.host.text(`${base}.ts`);
  }
}

function withoutModuleSyntax(file: ts.SourceFile | ts.Bundle): ts.SourceFile {
  if (!ts.isSourceFile(file)) throw new TypeError("a cell is one file");
  const statements = file.statements.filter((statement) => !ts.isExportDeclaration(statement));
  return ts.factory.updateSourceFile(file, statements);
}
