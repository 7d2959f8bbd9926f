// Command-line options without surprises: known flags, known values, and the rest.

import { OptionError, unknownName } from "../core";

/** What a command line held. */
export interface Options {
  /** Flags that were given, such as `--json`. */
  readonly flags: ReadonlySet<string>;
  /** Values of options, such as `--out DIR` or `--out=DIR`. */
  readonly values: ReadonlyMap<string, string>;
  /** Everything else, in order. */
  readonly rest: readonly string[];
}

/**
 * Reads `args`. An option that is neither in `flags` nor in `values` is an error with the nearest known one; after
 * `--` everything is `rest`.
 *
 * @example readOptions(["a.ipynb", "--out", "x"], { flags: ["--json"], values: ["--out"] })
 */
export function readOptions(
  args: readonly string[],
  known: { flags?: readonly string[]; values?: readonly string[] },
): Options {
  const { flags: knownFlags = [], values: knownValues = [] } = known;
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (argument === "--") {
      rest.push(...args.slice(index + 1));
      break;
    }
    const [name, ...joined] = argument.split("=");
    if (!argument.startsWith("--") || name === undefined) {
      rest.push(argument);
    } else if (knownValues.includes(name)) {
      const value = joined.length > 0 ? joined.join("=") : args[++index];
      if (value === undefined) throw new OptionError(`${name} needs a value: write ${name} VALUE`);
      values.set(name, value);
    } else if (knownFlags.includes(argument)) {
      flags.add(argument);
    } else {
      throw unknownName("option", argument, [...knownFlags, ...knownValues]);
    }
  }
  return { flags, values, rest };
}
