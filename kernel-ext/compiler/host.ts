// The language service's view of the world: virtual files for cells, real files for everything else.

import * as path from "node:path";
import ts from "typescript";

/** Holds virtual files and answers the language service; packages are looked for in the clone as a last resort. */
export class NotebookHost implements ts.LanguageServiceHost {
  private readonly virtual = new Map<
    string,
    { text: string; version: number; snapshot: ts.IScriptSnapshot }
  >();
  private readonly real = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private stamp = 0;
  readonly directoryExists = ts.sys.directoryExists;
  readonly getDirectories = ts.sys.getDirectories;
  readonly readDirectory = ts.sys.readDirectory;
  readonly realpath = (file: string): string => ts.sys.realpath?.(file) ?? file;
  readonly useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;
  private resolutions: ts.ModuleResolutionCache;
  private readonly fromClone = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  private readonly versions = new Map<string, { version: string; at: number }>();
  /** Local files with an import that leads nowhere yet: asked again at each turn. */
  private readonly unresolved = new Set<string>();

  /** `aliases` answers package names with a file, whatever folder asks. */
  constructor(
    private readonly folder: string,
    private readonly clone: string,
    public options: ts.CompilerOptions,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {
    this.resolutions = this.newCache();
  }

  /** Sets the text of a virtual file. */
  write(file: string, text: string): void {
    const before = this.virtual.get(file);
    if (before?.text === text) return;
    this.virtual.set(file, { text, version: ++this.stamp, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  remove(file: string): void {
    this.virtual.delete(file);
  }

  text(file: string): string {
    return this.virtual.get(file)?.text ?? "";
  }

  /** The same world with other root files. */
  withRoots(roots: readonly string[]): ts.LanguageServiceHost {
    return Object.assign(Object.create(this) as ts.LanguageServiceHost, {
      getScriptFileNames: () => [...roots],
    });
  }

  /** Forgets where modules are, after a package was installed or options changed. */
  refresh(): void {
    this.resolutions = this.newCache();
    this.fromClone.clear();
  }

  private newCache(): ts.ModuleResolutionCache {
    return ts.createModuleResolutionCache(this.folder, (name) => name, this.options);
  }

  getCompilationSettings = (): ts.CompilerOptions => this.options;
  getScriptFileNames = (): string[] => [];
  getCurrentDirectory = (): string => this.folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  fileExists = (file: string): boolean => this.virtual.has(file) || ts.sys.fileExists(file);
  readFile = (file: string): string | undefined => this.virtual.get(file)?.text ?? ts.sys.readFile(file);

  getScriptVersion = (file: string): string => {
    const own = this.virtual.get(file);
    if (own !== undefined) return String(own.version);
    if (isPackageFile(file)) return "1";
    const known = this.versions.get(file);
    const now = performance.now();
    if (known !== undefined && now - known.at < this.patience(file)) return known.version;
    const version = String(ts.sys.getModifiedTime?.(file)?.getTime() ?? 0);
    this.versions.set(file, { version, at: now });
    return version;
  };

  /** Milliseconds for which a file counts as unchanged: a cell asks thrice for each of the clone's hundreds. */
  private patience(file: string): number {
    return this.isSettled(file) ? 2000 : 0;
  }

  /** Whether a file belongs to a package or to the clone, and not to the notebook's own folder. */
  private isSettled(file: string): boolean {
    if (isPackageFile(file)) return true;
    return file.startsWith(`${this.clone}/`) && !file.startsWith(`${this.folder}/`);
  }

  /** TypeScript reads each package.json anew for every program, unless it finds this. */
  getModuleResolutionCache = (): ts.ModuleResolutionCache => this.resolutions;

  hasInvalidatedResolutions = (file: ts.Path): boolean => this.unresolved.has(file);

  getScriptSnapshot = (file: string): ts.IScriptSnapshot | undefined => {
    const own = this.virtual.get(file);
    if (own !== undefined) return own.snapshot;
    const version = this.getScriptVersion(file);
    const known = this.real.get(file);
    if (known?.version === version) return known.snapshot;
    const text = ts.sys.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.real.set(file, { version, snapshot });
    return snapshot;
  };

  resolveModuleNameLiterals = (
    literals: readonly ts.StringLiteralLike[],
    from: string,
    redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    source: ts.SourceFile,
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] => {
    const found = literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(source, literal, options);
      return this.resolve(literal.text, from, options, redirected, mode);
    });
    if (this.isSettled(from) || found.every(({ resolvedModule }) => resolvedModule !== undefined))
      this.unresolved.delete(from);
    else this.unresolved.add(from);
    return found;
  };

  private resolve(
    name: string,
    from: string,
    options: ts.CompilerOptions,
    redirected: ts.ResolvedProjectReference | undefined,
    mode: ts.ResolutionMode,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const isSettled = this.isSettled(from);
    const alias = isPackageFile(from) ? undefined : this.aliases.get(name);
    if (alias !== undefined) return resolvedTo(alias);
    // local files come and go: what is remembered of packages would hide a new one
    const isLocal = name.startsWith(".") || path.isAbsolute(name);
    const memory = isLocal && !isSettled ? undefined : this.resolutions;
    const found = ts.resolveModuleName(name, from, options, this, memory, redirected, mode);
    if (found.resolvedModule !== undefined || isLocal) return found;
    const key = `${name}|${mode ?? ""}`;
    let fallback = this.fromClone.get(key);
    if (fallback === undefined) {
      const asker = path.join(this.clone, "__notebook__.ts");
      fallback = ts.resolveModuleName(name, asker, options, this, undefined, redirected, mode);
      if (fallback.resolvedModule !== undefined) this.fromClone.set(key, fallback);
    }
    if (fallback.resolvedModule !== undefined || isSettled) return fallback;
    // installed in the meantime, by someone else?
    const late = ts.resolveModuleName(name, from, options, this, undefined, redirected, mode);
    if (late.resolvedModule !== undefined) this.refresh();
    return late;
  }
}

function resolvedTo(file: string): ts.ResolvedModuleWithFailedLookupLocations {
  const extension = extensionOf(file);
  return { resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false } };
}

function isPackageFile(file: string): boolean {
  return file.includes("/node_modules/");
}

function extensionOf(file: string): string {
  return file.endsWith(".d.ts")
    ? ts.Extension.Dts
    : file.endsWith(".tsx")
      ? ts.Extension.Tsx
      : ts.Extension.Ts;
}
