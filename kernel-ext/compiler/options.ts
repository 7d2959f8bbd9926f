// Compiler options of a notebook: modern modules, strict, no DOM; the folder's tsconfig.json may change the rest.

import * as path from "node:path";
import ts from "typescript";

/** Options that the way cells are compiled depends on; a tsconfig.json cannot change them. */
const FIXED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: false,
  sourceMap: true,
  inlineSourceMap: false,
  inlineSources: true,
  outDir: "/__out__",
  noErrorTruncation: false,
  suppressOutputPathCheck: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnreachableCode: true,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  composite: false,
  incremental: false,
  importHelpers: false,
  removeComments: false,
  erasableSyntaxOnly: false,
  isolatedDeclarations: false,
};

const DEFAULTS: ts.CompilerOptions = {
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  preserveConstEnums: true,
  jsx: ts.JsxEmit.React,
  useDefineForClassFields: true,
};

/** The nearest tsconfig.json from `folder` up to the end of its package; never that of the clone itself. */
function findConfig(folder: string, clone: string): string | undefined {
  for (let at = folder; at !== clone; at = path.dirname(at)) {
    const file = path.join(at, "tsconfig.json");
    if (ts.sys.fileExists(file)) return file;
    if (ts.sys.fileExists(path.join(at, "package.json")) || path.dirname(at) === at) return undefined;
  }
  return undefined;
}

/** What the options are for a notebook in `folder`; `problems` says what is wrong with its tsconfig.json. */
export function optionsFor(
  folder: string,
  clone: string,
): { options: ts.CompilerOptions; problems: string[] } {
  const problems: string[] = [];
  let own: ts.CompilerOptions = {};
  const file = findConfig(folder, clone);
  if (file !== undefined) {
    const read = ts.readConfigFile(file, ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent(
      { ...(read.config as object), files: [], include: [] },
      ts.sys,
      path.dirname(file),
      undefined,
      file,
    );
    own = parsed.options;
    const ignored = new Set([18002, 18003]);
    for (const fault of [...(read.error ? [read.error] : []), ...parsed.errors])
      if (!ignored.has(fault.code))
        problems.push(`${file}: ${ts.flattenDiagnosticMessageText(fault.messageText, "\n")}`);
  }
  const typeRoots = own.typeRoots ?? [
    ...(ts.getDefaultTypeRoots?.(folder) ?? [path.join(folder, "node_modules/@types")]),
    path.join(clone, "node_modules/@types"),
  ];
  return { options: { ...DEFAULTS, ...own, ...FIXED, typeRoots }, problems };
}

declare module "typescript" {
  /** Left out of the public declarations in 5.9, kept optional here. */
  const getDefaultTypeRoots: ((folder: string) => string[]) | undefined;
}
