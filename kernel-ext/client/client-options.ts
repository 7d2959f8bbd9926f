// How code is run and a kernel watched: the options of a client, and how an execution ends.

import type { OnMessage } from "./execution";
import type { JsonObject } from "./message";
import type { ExecuteReply } from "./replies";

/** How to run code. Everything may be left out. */
export interface ExecuteOptions {
  /** Each iopub message that the code causes, in order (status and execute_input too). */
  readonly onOutput?: OnMessage;
  /** Answers `input()`; without it the kernel is told that there is no stdin. */
  readonly onInput?: (prompt: string, isPassword: boolean) => string | Promise<string>;
  /** Overrides what `onInput` implies. */
  readonly allowStdin?: boolean;
  /** Default true: an error drops the executions already queued behind this one. */
  readonly stopOnError?: boolean;
  readonly storeHistory?: boolean;
  readonly silent?: boolean;
  readonly userExpressions?: Readonly<Record<string, string>>;
  /** Milliseconds; then the kernel is interrupted and a `CellTimeout` thrown. Default: none. */
  readonly timeout?: number;
  /** Aborting interrupts the kernel; the promise then ends with the kernel's own reply (or, if it stays deaf, an error). */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for an interrupted cell to stop. Default 10,000. */
  readonly interruptGrace?: number;
  /** More fields for the request's metadata, such as `{ cellId }`. */
  readonly metadata?: JsonObject;
  /** Milliseconds of silence after the reply until idle is no longer waited for. Default 10,000. */
  readonly idleTimeout?: number;
  /** What the code is called in errors. Default "running a cell". */
  readonly label?: string;
}

/** How often a kernel that we did not start is asked whether it lives: milliseconds, and how many may go unanswered. */
export interface HeartbeatOptions {
  readonly interval: number;
  readonly timeout: number;
  readonly misses: number;
}

/** How an execution ended. */
export interface ExecuteResult extends ExecuteReply {
  /** False when the kernel replied but never said that it is idle. */
  readonly isIdle: boolean;
}
