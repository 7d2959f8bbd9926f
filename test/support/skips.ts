// Tests that this machine cannot run: skipped with a reason, which CI prints and compares with test/allowed-skips.json.

import * as fs from "node:fs";
import * as path from "node:path";
import { it } from "vitest";

/** Where each process notes its skips, one `name<TAB>reason` a line; `.ci/run` reads it. */
export const skipFolder = path.resolve(__dirname, "..", "..", ".relata", "skips");

function note(name: unknown, reason: string): void {
  fs.mkdirSync(skipFolder, { recursive: true });
  fs.appendFileSync(path.join(skipFolder, `${process.pid}.txt`), `${String(name)}\t${reason}\n`);
}

/**
 * `it` where `condition` holds, else an `it` whose tests are skipped and noted with `reason`. The reason says what
 * the machine lacks, in words that do not change from run to run: CI allows a skip by its file and reason.
 *
 * @example skipUnless(hasData, "RELATA_DATA is not set")("reads the published file", () => { ... });
 */
export function skipUnless(condition: boolean, reason: string): typeof it {
  if (condition) return it;
  return new Proxy(it.skip, {
    apply(skip, self, args: [string, ...unknown[]]) {
      note(args[0], reason);
      return Reflect.apply(skip, self, args);
    },
    get(skip, property, receiver) {
      if (property !== "each" && property !== "for") return Reflect.get(skip, property, receiver);
      return (...table: unknown[]) => {
        const each = Reflect.apply(skip[property] as (...items: unknown[]) => unknown, skip, table);
        return (name: string, ...rest: unknown[]) => {
          // The names of table rows are formatted later, so the row's reason is found by the name's fixed beginning.
          note(name.split(/[%$]/)[0], reason);
          return Reflect.apply(each as (...items: unknown[]) => unknown, undefined, [name, ...rest]);
        };
      };
    },
  }) as unknown as typeof it;
}
