// Runs compiled cells on the main thread: imports first, then the cell as a function over its slots.

import * as path from "node:path";
import * as url from "node:url";
import * as vm from "node:vm";
import { SHARED, type Bundle, type ToMain, type ToWorker } from "../bridge/messages";
import type { ImportPlan } from "../compiler/bindings";
import type { CompiledCell } from "../compiler/compiled-cell";
import type { Slot } from "../compiler/names";
import { DisplayHandle } from "../display/display";
import { bundleOf } from "../display/formatters";
import { CellRun, type Cells } from "./cells";
import { KeyboardInterrupt } from "./guard";
import { pick, type Imports } from "./imports";
import type { Tracebacks } from "./traceback";

type Run = Extract<ToMain, { kind: "run" }>;
type Done = Extract<ToWorker, { kind: "done" }>;
type CellFunction = (...parameters: readonly unknown[]) => unknown;

const CALL = Symbol.for("relata.call");
const callInFrame = new vm.Script(`globalThis[Symbol.for("relata.call")]()`, { filename: "__kernel_call__" });

/** Holds the slots of all cells and runs new ones. */
export class Executor {
  private readonly scopes = new Map<number, object>();
  private readonly bound = new Map<string, ImportPlan & { readonly slot: Slot }>();
  private readonly displays = new Map<number, Promise<unknown>[]>();

  constructor(
    private readonly cells: Cells,
    private readonly imports: Imports,
    private readonly tracebacks: Tracebacks,
    private readonly given: object,
  ) {
    this.scopes.set(0, given);
  }

  /** Forgets every value. */
  reset(): void {
    this.scopes.clear();
    this.bound.clear();
    this.scopes.set(0, this.given);
  }

  /** What a slot holds, or a global of that name. */
  valueOf(root: Slot | string): unknown {
    const [scope, key]: [object, string] =
      typeof root === "string" ? [globalThis, root] : [this.scope(root.scope), root.key];
    return Reflect.get(scope, key);
  }

  /** Keeps the current cell open until `work` is done. */
  pending(work: Promise<unknown>): void {
    const { cell } = this.cells.current;
    const list = this.displays.get(cell) ?? [];
    work.catch(() => {});
    this.displays.set(cell, [...list, work]);
  }

  /** Runs a cell to its end and says how it went. */
  async run(message: Run): Promise<Done> {
    const { cell, label, compiled } = message;
    const run = new CellRun(cell, label, message.allowsInput, message.isSilent);
    this.tracebacks.add(label, compiled.map, message.source);
    this.cells.begin(run);
    let reached = 0;
    try {
      const result = await this.cells.context.run(run, async () => {
        const value = await this.evaluate(compiled, run, (progress) => (reached = progress));
        await this.displayed(cell);
        return value === undefined ? undefined : await this.shown(value.value, run);
      });
      return { kind: "done", cell, reached: Infinity, result, error: undefined };
    } catch (thrown) {
      const error = run.isInterrupted ? interruptOf(thrown) : thrown;
      const isInterrupt = error instanceof KeyboardInterrupt;
      run.isMuted = isInterrupt;
      await this.displayed(cell).catch(() => {});
      return {
        kind: "done",
        cell,
        reached,
        result: undefined,
        error: { ...this.tracebacks.report(error), isInterrupt },
      };
    } finally {
      this.cells.end(run);
    }
  }

  private async displayed(cell: number): Promise<void> {
    for (let list = this.displays.get(cell); list !== undefined; list = this.displays.get(cell)) {
      this.displays.delete(cell);
      await Promise.all(list);
    }
  }

  private async shown(
    value: unknown,
    run: CellRun,
  ): Promise<{ data: Bundle; metadata: object & Bundle } | undefined> {
    // what a display shows is there already
    if (value === undefined || value instanceof DisplayHandle) return undefined;
    const bundle = bundleOf(value);
    const data = bundle instanceof Promise ? ((await run.wait(bundle)) as Bundle) : bundle;
    return { data, metadata: {} };
  }

  /** The value of the cell's last expression in a box, so that a promise is not awaited on the way. */
  private async evaluate(
    compiled: CompiledCell,
    run: CellRun,
    onDone: (progress: number) => void,
  ): Promise<{ value: unknown } | undefined> {
    for (const { scope, key } of compiled.declares) this.bound.delete(`${scope}.${key}`);
    this.reloadImports();
    for (const { specifier, what, slot } of compiled.imports) {
      const module = await run.wait(this.imports.load(specifier));
      if (slot !== undefined) this.bind(specifier, what, slot, module);
    }
    const file = path.join(this.imports.folder, run.label);
    const parameters: [string, unknown][] = [
      ...compiled.scopes.map((scope): [string, unknown] => [`$${scope}_`, this.scope(scope)]),
      ["$A_", this.cells.afterAwait],
      ["$W_", this.cells.wait],
      ["$I_", this.cells.iterate],
      ["$import_", (specifier: unknown) => this.imports.load(String(specifier))],
      ["$meta_", this.meta(file)],
      ["$done_", onDone],
      ["require", this.imports.require],
      ["__filename", file],
      ["__dirname", this.imports.folder],
    ];
    const head = `(${compiled.isAsync ? "async " : ""}function __cell__(${parameters.map(([name]) => name).join()}) {"use strict";`;
    const script = new vm.Script(`${head}${compiled.code}\n})`, { filename: run.label });
    const cellFunction = script.runInThisContext() as CellFunction;
    const result = this.callInFrame(() => cellFunction(...parameters.map(([, value]) => value)));
    return (await (compiled.isAsync ? (result as Promise<unknown>) : result)) as
      { value: unknown } | undefined;
  }

  private bind(specifier: string, what: string, slot: Slot, module: unknown): void {
    Reflect.set(this.scope(slot.scope), slot.key, pick(module, what));
    this.bound.set(`${slot.scope}.${slot.key}`, { specifier, what, slot });
  }

  /** Names that earlier cells imported from local modules follow when those are edited. */
  private reloadImports(): void {
    const fresh = new Map<string, { readonly module: unknown } | undefined>();
    for (const { specifier, what, slot } of this.bound.values()) {
      if (!fresh.has(specifier)) fresh.set(specifier, this.imports.reloaded(specifier));
      const found = fresh.get(specifier);
      if (found !== undefined) this.bind(specifier, what, slot, found.module);
    }
  }

  /** Calls inside a vm frame, where SIGINT can stop even code that has no loop guards. */
  private callInFrame(call: () => unknown): unknown {
    const { shared } = this.cells;
    Reflect.set(globalThis, CALL, () => {
      // the sentinel begins its own vm call after this one, so that it hears of a SIGINT first
      Atomics.add(shared, SHARED.sentinel, 1);
      Atomics.notify(shared, SHARED.sentinel);
      return call();
    });
    Atomics.store(shared, SHARED.synchronous, 1);
    try {
      return callInFrame.runInThisContext({ breakOnSigint: true });
    } catch (error) {
      const isStopped =
        error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      throw isStopped ? new KeyboardInterrupt() : error;
    } finally {
      Atomics.store(shared, SHARED.synchronous, 0);
      Reflect.deleteProperty(globalThis, CALL);
    }
  }

  private scope(number: number): object {
    let scope = this.scopes.get(number);
    if (scope === undefined) this.scopes.set(number, (scope = {}));
    return scope;
  }

  private meta(file: string): object {
    return {
      url: url.pathToFileURL(file).href,
      filename: file,
      dirname: this.imports.folder,
      resolve: (specifier: string) => url.pathToFileURL(this.imports.resolve(specifier)).href,
    };
  }
}

/** Whatever a stopped cell threw on its way out, it was the interrupt. */
function interruptOf(thrown: unknown): KeyboardInterrupt {
  return thrown instanceof KeyboardInterrupt ? thrown : new KeyboardInterrupt();
}
