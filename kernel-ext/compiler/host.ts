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
  private roots: readonly string[] = [];
  private stamp = 0;
  readonly directoryExists = ts.sys.directoryExists;
  readonly getDirectories = ts.sys.getDirectories;
  readonly readDirectory = ts.sys.readDirectory;
  readonly realpath = (file: string): string => ts.sys.realpath?.(file) ?? file;
  readonly useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;
  private resolutions: ts.ModuleResolutionCache;
  private readonly fromClone = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();

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
    if (before === undefined) this.refresh();
  }

  remove(file: string): void {
    this.virtual.delete(file);
    this.refresh();
  }

  text(file: string): string {
    return this.virtual.get(file)?.text ?? "";
  }

  setRoots(roots: readonly string[]): void {
    this.roots = roots;
  }

  /** Forgets where modules are, after a package was installed or options changed. */
  refresh(): void {
    this.resolutions = this.newCache();
  }

  private newCache(): ts.ModuleResolutionCache {
    return ts.createModuleResolutionCache(this.folder, (name) => name, this.options);
  }

  getCompilationSettings = (): ts.CompilerOptions => this.options;
  getScriptFileNames = (): string[] => [...this.roots];
  getCurrentDirectory = (): string => this.folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  fileExists = (file: string): boolean => this.virtual.has(file) || ts.sys.fileExists(file);
  readFile = (file: string): string | undefined => this.virtual.get(file)?.text ?? ts.sys.readFile(file);

  getScriptVersion = (file: string): string => {
    const own = this.virtual.get(file);
    if (own !== undefined) return String(own.version);
    if (isPackageFile(file)) return "1";
    return String(ts.sys.getModifiedTime?.(file)?.getTime() ?? 0);
  };

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
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] =>
    literals.map((literal) => {
      const name = literal.text;
      const alias = isPackageFile(from) ? undefined : this.aliases.get(name);
      if (alias !== undefined)
        return {
          resolvedModule: {
            resolvedFileName: alias,
            extension: extensionOf(alias),
            isExternalLibraryImport: false,
          },
        };
      const mode = ts.getModeForUsageLocation(source, literal, options);
      const found = ts.resolveModuleName(name, from, options, this, this.resolutions, redirected, mode);
      if (found.resolvedModule !== undefined || name.startsWith(".") || path.isAbsolute(name)) return found;
      const key = `${name}|${mode ?? ""}`;
      let fallback = this.fromClone.get(key);
      if (fallback === undefined) {
        const asker = path.join(this.clone, "__notebook__.ts");
        fallback = ts.resolveModuleName(name, asker, options, this, undefined, redirected, mode);
        this.fromClone.set(key, fallback);
      }
      return fallback.resolvedModule === undefined ? found : fallback;
    });
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
