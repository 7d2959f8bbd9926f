// The replies of a kernel, as the Jupyter protocol spells them.

import type { JsonObject } from "./message";

/** What `kernel_info_request` is answered with. */
export interface KernelInfo {
  readonly status: "ok" | "error";
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly banner: string;
  readonly language_info: JsonObject & {
    readonly name: string;
    readonly version: string;
    readonly mimetype?: string;
    readonly file_extension?: string;
  };
  readonly help_links?: readonly { readonly text: string; readonly url: string }[];
  readonly supported_features?: readonly string[];
}

/** What `execute_request` is answered with. */
export interface ExecuteReply {
  readonly status: "ok" | "error" | "aborted" | "abort";
  readonly execution_count?: number | null;
  readonly user_expressions?: JsonObject;
  readonly payload?: readonly JsonObject[];
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** Completions for the text from `cursor_start` to `cursor_end` (code points). */
export interface CompleteReply {
  readonly status: "ok" | "error";
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: JsonObject;
}

/** What is known about the name at the cursor. */
export interface InspectReply {
  readonly status: "ok" | "error";
  readonly found: boolean;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/** Whether code can be run as it stands. */
export interface IsCompleteReply {
  readonly status: "complete" | "incomplete" | "invalid" | "unknown";
  readonly indent?: string;
}

/** Past inputs: `[session, line, input]`, or `[session, line, [input, output]]` when outputs were asked for. */
export interface HistoryReply {
  readonly status: "ok" | "error";
  readonly history: readonly (readonly [number, number, string | readonly [string, string | null]])[];
}

/** Open comms by id. */
export interface CommInfoReply {
  readonly status: "ok" | "error";
  readonly comms: Readonly<Record<string, { readonly target_name: string }>>;
}

/** What `shutdown_request` is answered with. */
export interface ShutdownReply {
  readonly status: "ok" | "error";
  readonly restart: boolean;
}
