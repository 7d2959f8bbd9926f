// What the two threads say to each other: user code runs on the main thread, protocol and compiler on the worker.

import type { CompiledCell } from "../compiler/compiled-cell";
import type { Slot } from "../compiler/names";
import type { Json } from "../protocol/wire";
import type { Packed } from "./packed";

/** How the kernel is set up; given to both threads. */
export interface KernelSettings {
  readonly connectionFile: string;
  /** The notebook's folder. */
  readonly folder: string;
  /** The clone of the project. */
  readonly clone: string;
  /** A module whose exports every notebook has without import, or undefined. */
  readonly preload: string | undefined;
  readonly parentPid: number | undefined;
}

/** Memory that both threads see; indices into an Int32Array. */
export const SHARED = {
  /** 1 while the running cell is to stop: the loop guards read it. */
  interrupt: 0,
  /** Number of the cell that runs, 0 between cells. */
  running: 1,
  /** 1 while user code is on the stack of the first synchronous stretch (SIGINT can stop it). */
  synchronous: 2,
  /** Woken when an answer to `input()` is there. */
  input: 3,
  /** Counts starts of cells; the sentinel thread waits for it. */
  sentinel: 4,
  /** 1 when the cell still runs some time after it was told to stop: the guards of functions read it. */
  deep: 5,
  /** How much output the main thread has sent and the worker has taken, by `weightOf`; both count round. */
  sent: 6,
  taken: 7,
  size: 8,
} as const;

/** Content by MIME type, ready to be sent. */
export type Bundle = { readonly [mime: string]: unknown };

/** An error as the protocol shows it. */
export interface ErrorReport {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The answer to `input()`: undefined when there is none because the cell was interrupted. */
export interface Answer {
  readonly value: string | undefined;
}

/** From the worker to the main thread. */
export type ToMain =
  | {
      readonly kind: "run";
      readonly cell: number;
      /** The name of the cell in traces, such as `cell[3].ts`. */
      readonly label: string;
      readonly source: string;
      readonly compiled: CompiledCell;
      readonly isSilent: boolean;
      readonly allowsInput: boolean;
    }
  | { readonly kind: "interrupt"; readonly cell: number }
  | {
      readonly kind: "comm";
      readonly request: number;
      readonly type: string;
      readonly content: Json;
      readonly buffers: readonly Uint8Array[];
    }
  | { readonly kind: "reset" }
  /** Which properties the value of a slot (or a global) has, below `path`. */
  | {
      readonly kind: "keys";
      readonly request: number;
      readonly root: Slot | string;
      readonly path: readonly string[];
    }
  | { readonly kind: "setting"; readonly name: "reload" | "engine" | "seed"; readonly value: string }
  | { readonly kind: "magic-done"; readonly request: number; readonly fault: string | undefined }
  | { readonly kind: "shutdown" };

/** From the main thread to the worker. `cell` says whose output it is; 0 is nobody's. */
export type ToWorker =
  | {
      readonly kind: "stream";
      readonly cell: number;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly kind: "display";
      readonly cell: number;
      readonly isUpdate: boolean;
      /** `{ data, metadata, transient }` as the protocol has it. */
      readonly content: Packed;
    }
  | { readonly kind: "clear"; readonly cell: number; readonly wait: boolean }
  | { readonly kind: "report"; readonly cell: number; readonly error: ErrorReport }
  | {
      readonly kind: "done";
      readonly cell: number;
      /** How far the cell came; see `CellCompiler.commit`. */
      readonly reached: number;
      readonly result: { data: Packed; metadata: Json } | undefined;
      readonly error: (ErrorReport & { readonly isInterrupt: boolean }) | undefined;
    }
  | { readonly kind: "input"; readonly cell: number; readonly prompt: string; readonly isPassword: boolean }
  | {
      readonly kind: "magic";
      readonly cell: number;
      readonly request: number;
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: "comm";
      readonly cell: number;
      readonly type: "comm_open" | "comm_msg" | "comm_close";
      readonly content: Json;
      readonly metadata: Json;
      readonly buffers: readonly Uint8Array[];
    }
  | { readonly kind: "signal" }
  | { readonly kind: "keys"; readonly request: number; readonly names: readonly string[] }
  | { readonly kind: "comm-done"; readonly request: number };

/** What a piece of output weighs: about its characters. 0 for messages that are no output. */
export function weightOf(message: ToWorker): number {
  if (message.kind === "stream") return 100 + message.text.length;
  if (message.kind !== "display") return 0;
  return message.content instanceof Uint8Array ? message.content.length : 1000;
}
