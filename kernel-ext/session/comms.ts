// Comms for user code: two-way messages with widgets in the client.

import { randomUUID } from "node:crypto";
import type { ToMain, ToWorker } from "../bridge/messages";
import { plainJson } from "../bridge/packed";
import { CellRun, type Cells } from "./cells";

/** What comes in on a comm. */
export interface CommMessage {
  readonly data: unknown;
  readonly buffers: readonly Uint8Array[];
}

type Handler = (message: CommMessage) => void;
type Incoming = Extract<ToMain, { kind: "comm" }>;

/** One open channel to the client. */
export class Comm {
  onMessage: Handler = () => {};
  onClose: Handler = () => {};

  constructor(
    readonly id: string,
    readonly target: string,
    private readonly post: (
      type: "comm_msg" | "comm_close",
      data: unknown,
      buffers: readonly Uint8Array[],
    ) => void,
  ) {}

  /** Sends `data` (JSON) and bytes to the client. */
  send(data: unknown, buffers: readonly Uint8Array[] = []): void {
    this.post("comm_msg", data, buffers);
  }

  close(data: unknown = {}): void {
    this.post("comm_close", data, []);
  }
}

/** All comms of the session. */
export class Comms {
  private readonly open = new Map<string, Comm>();
  private readonly targets = new Map<string, (comm: Comm, message: CommMessage) => void>();

  constructor(
    private readonly cells: Cells,
    private readonly post: (message: ToWorker) => void,
  ) {}

  /** Says what to do when a client opens a comm to `target`. */
  onOpen(target: string, handler: (comm: Comm, message: CommMessage) => void): void {
    this.targets.set(target, handler);
  }

  /** Opens a comm to the client. */
  create(
    target: string,
    data: unknown = {},
    buffers: readonly Uint8Array[] = [],
    metadata: { readonly [key: string]: unknown } = {},
  ): Comm {
    const id = randomUUID();
    const sent = plainJson({ content: { comm_id: id, target_name: target, data }, metadata });
    this.post({ kind: "comm", cell: this.cells.current.cell, type: "comm_open", ...sent, buffers });
    return this.add(id, target);
  }

  private add(id: string, target: string): Comm {
    const comm = new Comm(id, target, (type, data, buffers) => {
      if (type === "comm_close") this.open.delete(id);
      const content = plainJson({ comm_id: id, data });
      this.post({ kind: "comm", cell: this.cells.current.cell, type, content, metadata: {}, buffers });
    });
    this.open.set(id, comm);
    return comm;
  }

  /** Takes a message of the client; what its handler prints belongs to that message. */
  receive({ request, type, content, buffers }: Incoming): void {
    const run = new CellRun(request, "comm", false, false);
    this.cells.context.run(run, () => {
      try {
        this.handle(type, content, buffers);
      } finally {
        this.post({ kind: "comm-done", request });
      }
    });
  }

  private handle(type: string, content: Incoming["content"], buffers: readonly Uint8Array[]): void {
    const id = String(content.comm_id);
    const message: CommMessage = { data: content.data ?? {}, buffers };
    if (type === "comm_open") {
      const target = String(content.target_name);
      const handler = this.targets.get(target);
      const comm = this.add(id, target);
      if (handler === undefined) comm.close();
      else handler(comm, message);
      return;
    }
    const comm = this.open.get(id);
    if (type === "comm_close") {
      this.open.delete(id);
      comm?.onClose(message);
    } else comm?.onMessage(message);
  }
}
