// The interrupt flag as compiled code sees it: `$T_[$G_[0]]` reads index 0 of a one-element array until another thread
// writes 1, when the read falls through to a prototype getter that throws. No branch, no call: loops stay optimised.

import * as vm from "node:vm";

/** Thrown in a cell that was interrupted. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";
  constructor() {
    super("the cell was interrupted");
  }
}

/** Makes `$T_` and `$G_` known to every script of this thread; script-level consts are the form that V8 folds. */
export function installGuard(shared: Int32Array): void {
  // its own prototype: touching Array.prototype would slow every array with holes
  const prototype: object = Object.create(Array.prototype, {
    1: {
      get: () => {
        throw new KeyboardInterrupt();
      },
    },
  });
  const trap: unknown = Object.setPrototypeOf([0], prototype);
  const give = vm.runInThisContext("(t,g)=>{globalThis.__guard=[t,g]}") as (
    t: unknown,
    g: Int32Array,
  ) => void;
  give(trap, shared);
  vm.runInThisContext("const [$T_,$G_]=globalThis.__guard;delete globalThis.__guard;0");
}
