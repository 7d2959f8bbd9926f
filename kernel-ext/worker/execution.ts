// One execute_request from code to reply: compile, run, publish, answer.

import type { Bundle, ErrorReport, KernelSettings } from "../bridge/messages";
import { withoutSecrets } from "../bridge/secrets";
import type { CellCompiler } from "../compiler/cell-compiler";
import { formatDiagnostic, type Diagnostic } from "../compiler/diagnostics";
import { withData } from "../protocol/raw-json";
import type { Message } from "../protocol/wire";
import type { History } from "./history";
import { MagicCommands, type MagicReach } from "./magic-commands";
import { parseMagics, type Magic, type MagicCell } from "./magics";
import type { Done, MainThread } from "./main-thread";
import { messageOf } from "./message-of";
import type { Publisher } from "./publisher";

const RED = "\u001b[31m";
const PLAIN = "\u001b[0m";

/** The content of an execute_reply, and whether what is queued must be aborted. */
export interface ExecuteResult {
  readonly content: { readonly status: "ok" | "error"; readonly [key: string]: unknown };
  readonly stopsQueue: boolean;
}

/** Executes requests one after another. */
export class Execution {
  private count = 0;
  private cell = 0;
  private readonly labels = new Map<string, number>();
  private isCancelled = false;
  private readonly magics = new MagicCommands();
  private pages: Bundle[] = [];
  isBusy = false;

  constructor(
    private readonly settings: KernelSettings,
    private readonly compiler: () => CellCompiler,
    private readonly main: MainThread,
    private readonly publisher: Publisher,
    private readonly history: History,
  ) {}

  get executionCount(): number {
    return this.count;
  }

  /** Stops the cell that runs or is being compiled. */
  interrupt(): void {
    if (this.main.interrupt() || !this.isBusy) return;
    this.isCancelled = true;
    this.magics.interrupt();
  }

  /** Does what `message` asks; everything but status and reply. */
  async execute(message: Message): Promise<ExecuteResult> {
    const { code, silent, store_history, user_expressions, allow_stdin, stop_on_error } = message.content;
    const source = typeof code === "string" ? code : "";
    const isSilent = silent === true;
    const isStored = store_history !== false && !isSilent;
    if (isStored) this.count++;
    const cell = ++this.cell;
    this.publisher.own(cell, message.header);
    if (!isSilent)
      this.publisher.forCell(cell, "execute_input", { code: source, execution_count: this.count });
    if (isStored && source.trim() !== "") this.history.add(this.count, source);
    this.isBusy = true;
    this.isCancelled = false;
    this.pages = [];
    try {
      const error = await this.withMagics(cell, source, isSilent, allow_stdin === true);
      if (error !== undefined) {
        if (!isSilent) this.publisher.forCell(cell, "error", error);
        this.publisher.flush();
        const content = {
          status: "error",
          execution_count: this.count,
          ...error,
          user_expressions: {},
          payload: [],
        } as const;
        return { content, stopsQueue: stop_on_error !== false };
      }
      const expressions = await this.expressions(user_expressions, message);
      this.publisher.flush();
      const content = {
        status: "ok",
        execution_count: this.count,
        user_expressions: expressions,
        payload: this.payload(),
      } as const;
      return { content, stopsQueue: false };
    } finally {
      this.isBusy = false;
    }
  }

  private payload(): object[] {
    return this.pages.map((data) => ({ source: "page", data, start: 0 }));
  }

  /** Does the magics of a cell, then the cell. */
  private async withMagics(
    cell: number,
    source: string,
    isSilent: boolean,
    allowsInput: boolean,
  ): Promise<ErrorReport | undefined> {
    let parsed: MagicCell;
    try {
      parsed = parseMagics(source);
      for (const magic of parsed.before) await this.magic(cell, magic);
    } catch (error) {
      if (error instanceof InnerError) return error.report;
      return reportOf(
        error instanceof Error && error.name !== "Error" ? error.name : "MagicError",
        messageOf(error),
        [],
      );
    }
    const { whole } = parsed;
    if (whole !== undefined && whole.name !== "time") {
      const mime = whole.name === "svg" ? "image/svg+xml" : `text/${whole.name}`;
      const data = { [mime]: whole.text, "text/plain": whole.text };
      if (!isSilent) this.publisher.forCell(cell, "display_data", { data, metadata: {}, transient: {} });
      return undefined;
    }
    const start = performance.now();
    const error = await this.runCell(cell, parsed.source, isSilent, allowsInput);
    if (whole !== undefined && !isSilent)
      this.publisher.write(
        cell,
        "stdout",
        `time: ${((performance.now() - start) / 1000).toFixed(3)} s with compiling\n`,
      );
    return error;
  }

  /** Does a magic for a cell; throws one sentence when it cannot. */
  magic(cell: number, magic: Magic): Promise<void> {
    const reach: MagicReach = {
      compiler: this.compiler,
      main: this.main,
      folder: this.settings.folder,
      clone: this.settings.clone,
      print: (text) => this.publisher.write(cell, "stdout", text),
      page: (data) => this.pages.push(data),
      runSources: async (sources) => {
        for (const source of sources) {
          const inner = ++this.cell;
          this.publisher.lend(cell, inner);
          const error = await this.withMagics(inner, source, false, false);
          if (error !== undefined) throw new InnerError(error);
        }
      },
    };
    return this.magics.perform(magic, reach);
  }

  private async runCell(
    cell: number,
    source: string,
    isSilent: boolean,
    allowsInput: boolean,
  ): Promise<ErrorReport | undefined> {
    const done = await this.compileAndRun(cell, source, this.labelOf(this.count), isSilent, allowsInput);
    if (done === undefined) return undefined;
    if ("ename" in done) return done;
    if (done.error !== undefined) {
      const { ename, evalue, traceback } = done.error;
      return { ename, evalue, traceback };
    }
    if (done.result !== undefined && !isSilent) {
      const { data, metadata } = done.result;
      const content = withData(data, { execution_count: this.count, metadata, transient: {} });
      this.publisher.forCell(cell, "execute_result", content);
    }
    return undefined;
  }

  /** `cell[3].ts`, and `cell[3.2].ts` when number 3 runs again without being counted. */
  private labelOf(count: number): string {
    const base = `cell[${count}]`;
    const runs = (this.labels.get(base) ?? 0) + 1;
    this.labels.set(base, runs);
    return runs === 1 ? `${base}.ts` : `cell[${count}.${runs}].ts`;
  }

  private async compileAndRun(
    cell: number,
    source: string,
    label: string,
    isSilent: boolean,
    allowsInput: boolean,
  ): Promise<Done | ErrorReport | undefined> {
    if (source.trim() === "") return undefined;
    const compiler = this.compiler();
    let compilation;
    try {
      compilation = compiler.compile(source, cell);
    } catch (error) {
      return reportOf("CompilerError", `the compiler failed on this cell: ${messageOf(error)}`, []);
    }
    const { compiled, diagnostics, conflicts } = compilation;
    if (compiled === undefined) return refusal(diagnostics, source, label);
    this.tell(cell, diagnostics, conflicts, source, label);
    if (this.isCancelled) return reportOf("KeyboardInterrupt", "the cell was interrupted", []);
    const done = await this.main.run({ kind: "run", cell, label, source, compiled, isSilent, allowsInput });
    compiler.commit(cell, done.reached);
    return done;
  }

  /** Remarks that do not stop a cell. */
  private tell(
    cell: number,
    faults: readonly Diagnostic[],
    conflicts: readonly string[],
    source: string,
    label: string,
  ): void {
    for (const fault of faults.filter(({ message }) => message !== ""))
      this.publisher.write(cell, "stderr", `${formatDiagnostic(fault, source, label)}\n`);
    for (const name of conflicts) {
      const text = `"${name}" has a new type that earlier functions cannot use: they keep the former "${name}"; run their cells again to change that`;
      this.publisher.write(cell, "stderr", `${text}\n`);
    }
  }

  private async expressions(asked: unknown, message: Message): Promise<Record<string, unknown>> {
    const results: Record<string, unknown> = {};
    if (asked === null || typeof asked !== "object") return results;
    for (const [name, source] of Object.entries(asked)) {
      const cell = ++this.cell;
      this.publisher.own(cell, message.header);
      const done = await this.compileAndRun(cell, `(${String(source)})`, `cell[${name}].ts`, true, false);
      if (done === undefined || "ename" in done) results[name] = { status: "error", ...done };
      else if (done.error !== undefined) results[name] = { status: "error", ...done.error };
      else
        results[name] = {
          status: "ok",
          ...(done.result ?? { data: { "text/plain": "undefined" }, metadata: {} }),
        };
    }
    return results;
  }
}

/** The error of a cell that was run by `%run`. */
class InnerError extends Error {
  constructor(readonly report: ErrorReport) {
    super(report.evalue);
  }
}

function reportOf(ename: string, message: string, lines: readonly string[]): ErrorReport {
  const evalue = withoutSecrets(message);
  return { ename, evalue, traceback: [`${RED}${ename}${PLAIN}: ${evalue}`, ...lines] };
}

/** The report for a cell that TypeScript does not accept. */
function refusal(diagnostics: readonly Diagnostic[], source: string, label: string): ErrorReport {
  const errors = diagnostics.filter((fault) => fault.isError);
  const [first] = errors;
  const ename = first?.isSyntax === true ? "SyntaxError" : "TypeError";
  const where = first === undefined ? "" : ` (${label}:${first.line}:${first.column})`;
  const shown = errors.slice(0, 10).map((fault) => withoutSecrets(formatDiagnostic(fault, source, label)));
  const more = errors.length > 10 ? [`and ${errors.length - 10} more`] : [];
  return {
    ename,
    evalue: withoutSecrets(`${first?.message ?? ""}${where}`),
    traceback: [`${RED}${ename}${PLAIN}: TypeScript does not accept this cell`, ...shown, ...more],
  };
}
