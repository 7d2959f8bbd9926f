// Node's own `import()`, which TypeScript would turn into `require` here; needed for modules that await on their own.

import { pathToFileURL } from "node:url";

const nativeImport = new Function("address", "return import(address)") as (
  address: string,
) => Promise<unknown>;

/** Imports a file by its path, or a module by its address. */
export function importNatively(fileOrAddress: string): Promise<unknown> {
  const isAddress = /^(file|node|data):/.test(fileOrAddress);
  return nativeImport(isAddress ? fileOrAddress : pathToFileURL(fileOrAddress).href);
}
