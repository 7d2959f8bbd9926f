// The names that a value has while the notebook runs, for completion where its type says nothing (`any`).

import { types } from "node:util";

const MOST = 1000;

/** A value reached from `root` by plain properties; getters and proxies are not touched, for they run code. */
function reached(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const name of path) {
    let owner: unknown = value;
    let found: PropertyDescriptor | undefined;
    while (isObject(owner) && !types.isProxy(owner) && found === undefined) {
      found = Object.getOwnPropertyDescriptor(owner, name);
      owner = Object.getPrototypeOf(owner);
    }
    if (found === undefined || !("value" in found)) return undefined;
    value = found.value;
  }
  return value;
}

/** Names of properties of the value at `path` below `root`, nearest first; those of every object are left out. */
export function runtimeKeys(root: unknown, path: readonly string[]): string[] {
  const names = new Set<string>();
  let owner: unknown = reached(root, path);
  while (isObject(owner) && !types.isProxy(owner) && owner !== Object.prototype && names.size < MOST) {
    if (ArrayBuffer.isView(owner)) owner = Object.getPrototypeOf(owner);
    for (const name of Object.getOwnPropertyNames(owner))
      if (/^[\p{ID_Start}$_]/u.test(name)) names.add(name);
    owner = Object.getPrototypeOf(owner);
  }
  names.delete("constructor");
  return [...names].slice(0, MOST);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
