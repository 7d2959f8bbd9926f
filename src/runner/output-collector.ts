// Outputs of a running notebook, put together from iopub messages as the notebook format wants them.

import type { Message } from "../../kernel-ext/client";
import type { CodeCell, JsonObject, Output } from "./notebook";

/** Collects the outputs of one cell into it; displays are shared by all cells, because any cell may update any. */
export class OutputCollector {
  /** The last line that was printed, for progress; empty before the first. */
  lastLine = "";
  private readonly cell: CodeCell;
  private readonly displays: Map<string, Set<Output>>;
  private clearsNext = false;

  constructor(cell: CodeCell, displays: Map<string, Set<Output>>) {
    this.cell = cell;
    this.displays = displays;
  }

  /** Takes one iopub message; messages that are no output change nothing but the execution count. */
  take(message: Message): void {
    const { content } = message;
    const displayId = (content["transient"] as { display_id?: unknown } | undefined)?.display_id;
    const shown = { data: objectOf(content["data"]), metadata: objectOf(content["metadata"]) };
    switch (message.header.msg_type) {
      case "execute_input":
        this.cell.execution_count = countOf(content["execution_count"]);
        return;
      case "stream":
        return this.print(String(content["name"] ?? "stdout"), String(content["text"] ?? ""));
      case "display_data":
        return this.add({ output_type: "display_data", ...shown }, displayId);
      case "execute_result": {
        const count = countOf(content["execution_count"]);
        return this.add({ output_type: "execute_result", ...shown, execution_count: count }, displayId);
      }
      case "error":
        return this.addError(
          String(content["ename"] ?? ""),
          String(content["evalue"] ?? ""),
          Array.isArray(content["traceback"]) ? content["traceback"].map(String) : [],
        );
      case "update_display_data":
        for (const output of this.displays.get(String(displayId)) ?? []) Object.assign(output, shown);
        return;
      case "clear_output":
        if (content["wait"] === true) this.clearsNext = true;
        else this.clear();
        return;
    }
  }

  /** Adds an error of our own, such as the kernel's death. */
  addError(ename: string, evalue: string, traceback: string[]): void {
    this.add({ output_type: "error", ename, evalue, traceback });
  }

  /** Ends the cell: progress lines that a carriage return overwrote are dropped, as a terminal would. */
  finish(): void {
    for (const output of this.cell.outputs) {
      if (output.output_type === "stream") output.text = overwritten(output.text);
    }
  }

  private print(name: string, text: string): void {
    if (this.clearsNext) this.clear();
    const last = this.cell.outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.cell.outputs.push({ output_type: "stream", name, text });
    const line = text
      .slice(-400)
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1);
    if (line !== undefined && line.trim() !== "") this.lastLine = line.trim();
  }

  private add(output: Output, displayId?: unknown): void {
    if (this.clearsNext) this.clear();
    this.cell.outputs.push(output);
    if (typeof displayId !== "string") return;
    const known = this.displays.get(displayId) ?? new Set();
    // A second display under the same id shows what the first one now shows too.
    for (const earlier of known) {
      if ("data" in earlier && "data" in output)
        Object.assign(earlier, { data: output.data, metadata: output.metadata });
    }
    this.displays.set(displayId, known.add(output));
  }

  private clear(): void {
    this.clearsNext = false;
    for (const outputs of this.displays.values()) {
      for (const output of this.cell.outputs) outputs.delete(output);
    }
    this.cell.outputs = [];
  }
}

/** What is left to see of `text` on a terminal: `\r` goes back to the start of the line and writes over it. */
export function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  return text.replaceAll("\r\n", "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function countOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
