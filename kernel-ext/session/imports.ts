// How cells import: by Node's own rules from the notebook's folder, then from the clone; edited local modules again.

import * as fs from "node:fs";
import Module, { createRequire } from "node:module";
import * as path from "node:path";
import * as url from "node:url";
import { types } from "node:util";
import { importNatively } from "../loader/native-import";

interface Hook {
  readonly loadedHash: Map<string, string>;
  hashOf(text: string): string;
}

const RETRY_AS_ESM = new Set([
  "ERR_REQUIRE_ASYNC_MODULE",
  "ERR_REQUIRE_ESM",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
]);

/** Loads modules for cells. */
export class Imports {
  readonly require: NodeJS.Require;
  private readonly fromClone: NodeJS.Require;
  private readonly hook: Hook;
  /** Reload edited local modules when they are imported again. */
  reloads = true;

  constructor(
    readonly folder: string,
    clone: string,
    private readonly builtins: ReadonlyMap<string, () => unknown>,
  ) {
    this.fromClone = createRequire(path.join(clone, "notebook.js"));
    const own = createRequire(path.join(folder, "notebook.js"));
    const load = (specifier: string): unknown => this.loadNow(specifier);
    this.require = Object.assign(load, {
      resolve: Object.assign((name: string) => this.resolve(name), { paths: own.resolve.paths }),
      cache: own.cache,
      main: own.main,
      extensions: own.extensions,
    }) as NodeJS.Require;
    this.hook = this.fromClone(path.join(clone, "kernel-ext/loader/typescript-hook.cjs")) as Hook;
    this.ownRequire = own;
  }

  private readonly ownRequire: NodeJS.Require;

  /** The file or built-in name of a specifier. */
  resolve(specifier: string): string {
    const name = specifier.startsWith("file:") ? url.fileURLToPath(specifier) : specifier;
    try {
      return this.ownRequire.resolve(name);
    } catch (error) {
      if (name.startsWith(".") || path.isAbsolute(name)) throw friendly(error, specifier, this.folder);
      try {
        return this.fromClone.resolve(name);
      } catch {
        throw friendly(error, specifier, this.folder);
      }
    }
  }

  /** Loads a module, waiting for it where it awaits on its own. */
  async load(specifier: string): Promise<unknown> {
    try {
      return this.loadNow(specifier);
    } catch (error) {
      if (!RETRY_AS_ESM.has(codeOf(error))) throw error;
      return importNatively(this.resolveForImport(specifier));
    }
  }

  private loadNow(specifier: string): unknown {
    const builtin = this.builtins.get(specifier);
    if (builtin !== undefined) return builtin();
    const file = this.resolve(specifier);
    if (this.reloads && isLocal(file)) this.dropChanged(file);
    return this.ownRequire(file);
  }

  private resolveForImport(specifier: string): string {
    try {
      return url.pathToFileURL(this.resolve(specifier)).href;
    } catch (error) {
      if (codeOf(error) !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
      return (
        importOnlyEntry(specifier, this.ownRequire) ?? importOnlyEntry(specifier, this.fromClone) ?? specifier
      );
    }
  }

  private fileOf(specifier: string): string | undefined {
    try {
      return this.resolve(specifier);
    } catch {
      return undefined;
    }
  }

  /**
   * The local module of a specifier anew, if it or anything it imports was edited since; else undefined. A file that is
   * gone leaves what was loaded from it.
   */
  reloaded(specifier: string): { readonly module: unknown } | undefined {
    if (!this.reloads || this.builtins.has(specifier) || !/^(\.|\/|file:)/.test(specifier)) return undefined;
    const file = this.fileOf(specifier);
    if (file === undefined || !isLocal(file) || !fs.existsSync(file)) return undefined;
    // it is missing after an edit that could not be loaded
    const isStale = require.cache[file] === undefined || this.dropChanged(file);
    return isStale ? { module: this.ownRequire(file) as unknown } : undefined;
  }

  /** Forgets every local module under `root` that was edited, and those that import one; says if `root` is among them. */
  private dropChanged(root: string): boolean {
    const isStale = new Map<string, boolean>();
    const look = (file: string): boolean => {
      const known = isStale.get(file);
      if (known !== undefined) return known;
      isStale.set(file, false);
      const module = require.cache[file];
      if (module === undefined || !isLocal(file)) return false;
      let stale = this.isEdited(file);
      for (const child of module.children) if (look(child.filename)) stale = true;
      isStale.set(file, stale);
      return stale;
    };
    const isRootStale = look(root);
    for (const [file, stale] of isStale) if (stale) delete require.cache[file];
    return isRootStale;
  }

  private isEdited(file: string): boolean {
    const loaded = this.hook.loadedHash.get(file);
    try {
      const text = fs.readFileSync(file, "utf8");
      if (loaded !== undefined) return this.hook.hashOf(text) !== loaded;
      const stamp = this.hook.hashOf(text);
      const before = plainFiles.get(file);
      plainFiles.set(file, stamp);
      return before !== undefined && before !== stamp;
    } catch {
      return false;
    }
  }
}

/** Local files that need no compiler (.js, .json), with the hash they had when last looked at. */
const plainFiles = new Map<string, string>();

function isLocal(file: string): boolean {
  return (
    path.isAbsolute(file) && !file.includes(`${path.sep}node_modules${path.sep}`) && !file.endsWith(".node")
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** One sentence instead of Node's list of requiring files. */
function friendly(error: unknown, specifier: string, folder: string): unknown {
  if (codeOf(error) !== "MODULE_NOT_FOUND") return error;
  const remedy = /^[./]/.test(specifier) ? "check the path" : `install it with %npm install ${specifier}`;
  const message = `cannot find module "${specifier}" from ${folder}: ${remedy}`;
  return Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
}

/** The file of a package that offers itself to `import` alone. */
function importOnlyEntry(specifier: string, from: NodeJS.Require): string | undefined {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const subpath = `.${specifier.slice(name.length)}`;
  for (const folder of from.resolve.paths(specifier) ?? []) {
    const manifest = path.join(folder, name, "package.json");
    if (!fs.existsSync(manifest)) continue;
    const { exports } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { exports?: unknown };
    const entry = conditionOf(isMap(exports) && subpath in exports ? exports[subpath] : exports);
    if (entry !== undefined) return url.pathToFileURL(path.join(folder, name, entry)).href;
  }
  return undefined;
}

function conditionOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (!isMap(target)) return undefined;
  for (const condition of ["node", "import", "default"]) {
    const found = conditionOf(target[condition]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}

/** What an import clause binds: an export by name, everything (`*`), the default, or the module itself (`=`). */
export function pick(module: unknown, what: string): unknown {
  if (what === "=" || module === null || (typeof module !== "object" && typeof module !== "function"))
    return module;
  const fields = module as Record<string, unknown>;
  if (what === "*") return module;
  if (what !== "default") return fields[what];
  return types.isModuleNamespaceObject(module) || fields.__esModule === true ? fields.default : module;
}

export const builtinModules: readonly string[] = Module.builtinModules;
