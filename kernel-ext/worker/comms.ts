// Comms as the protocol sees them: which are open, and messages passed to and from the main thread.

import type { ToWorker } from "../bridge/messages";
import type { Message } from "../protocol/wire";
import type { MainThread } from "./main-thread";
import type { Publisher } from "./publisher";

type FromMain = Extract<ToWorker, { kind: "comm" | "comm-done" }>;

/** Knows the open comms of both sides. */
export class CommRegistry {
  private readonly open = new Map<string, string>();
  private readonly waiting = new Map<number, () => void>();
  /** Requests are numbered downwards, so that they never meet the numbers of cells. */
  private request = 0;

  constructor(
    private readonly main: MainThread,
    private readonly publisher: Publisher,
  ) {}

  /** Open comms by id, of one target when it is given. */
  info(target: unknown): Record<string, { target_name: string }> {
    const wanted = [...this.open].filter(
      ([, name]) => typeof target !== "string" || target === "" || name === target,
    );
    return Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
  }

  /** Passes a client's message on; resolves when its handler has run. */
  receive(message: Message): Promise<void> {
    const { content, header, buffers } = message;
    const id = String(content.comm_id ?? "");
    if (header.msg_type === "comm_open") this.open.set(id, String(content.target_name ?? ""));
    if (header.msg_type === "comm_close") this.open.delete(id);
    const request = --this.request;
    this.publisher.own(request, header);
    return new Promise((resolve) => {
      this.waiting.set(request, resolve);
      this.main.post({ kind: "comm", request, type: header.msg_type, content, buffers });
    });
  }

  /** Takes what the main thread sends. */
  heard(message: FromMain): void {
    if (message.kind === "comm-done") {
      this.waiting.get(message.request)?.();
      this.waiting.delete(message.request);
      return;
    }
    const { cell, type, content, metadata, buffers } = message;
    const id = String(content.comm_id);
    if (type === "comm_open") this.open.set(id, String(content.target_name));
    if (type === "comm_close") this.open.delete(id);
    this.publisher.forCell(cell, type, content, metadata, buffers);
  }
}
