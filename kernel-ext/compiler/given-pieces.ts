// The modules behind a large one, smallest parts first: what can be loaded piece by piece.

import * as path from "node:path";
import ts from "typescript";

/** How deep below a module its own imports are taken as pieces. */
const DEPTH = 3;

/** The local modules that `files` are made of, as paths without ending, parts before wholes. */
export function piecesOf(files: readonly string[]): string[] {
  const pieces = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string, depth: number): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (depth < DEPTH) {
      const { importedFiles } = ts.preProcessFile(ts.sys.readFile(file) ?? "", true, false);
      for (const { fileName } of importedFiles) {
        const next = fileName.startsWith(".")
          ? fileOf(path.posix.join(path.posix.dirname(file), fileName))
          : undefined;
        if (next !== undefined) visit(next, depth + 1);
      }
    }
    if (depth > 0) pieces.add(file.replace(/\.ts$/, ""));
  };
  for (const file of files) visit(file, 0);
  return [...pieces];
}

function fileOf(base: string): string | undefined {
  return [`${base}.ts`, `${base}/index.ts`].find((file) => ts.sys.fileExists(file));
}
