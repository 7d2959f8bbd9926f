// What goes out on iopub: streams put together, everything in order and under the cell it belongs to.

import type { KernelSockets } from "../protocol/sockets";
import type { Header, Json } from "../protocol/wire";

const DELAY_MILLISECONDS = 50;
const FLUSH_LENGTH = 1 << 18;

/** Publishes output of cells and of requests. */
export class Publisher {
  private readonly parents = new Map<number, Header>();
  private stream: { cell: number; name: string; parts: string[]; length: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sockets: KernelSockets) {}

  /** Says which request the output of `cell` belongs to. */
  own(cell: number, parent: Header): void {
    this.parents.set(cell, parent);
  }

  /** Output of `inner` belongs where that of `cell` does. */
  lend(cell: number, inner: number): void {
    const parent = this.parents.get(cell);
    if (parent !== undefined) this.parents.set(inner, parent);
  }

  /** The request of a cell; for output of no cell, the latest request that ran one. */
  parentOf(cell: number): Partial<Header> {
    return this.parents.get(cell) ?? [...this.parents.values()].at(-1) ?? {};
  }

  write(cell: number, name: string, text: string): void {
    if (this.stream !== undefined && (this.stream.cell !== cell || this.stream.name !== name)) this.flush();
    this.stream ??= { cell, name, parts: [], length: 0 };
    this.stream.parts.push(text);
    this.stream.length += text.length;
    if (this.stream.length > FLUSH_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), DELAY_MILLISECONDS);
  }

  /** Sends the stream text that was collected. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stream === undefined) return;
    const { cell, name, parts } = this.stream;
    this.stream = undefined;
    this.sockets.publish("stream", { name, text: parts.join("") }, this.parentOf(cell));
  }

  /** Publishes a message that belongs to a cell. */
  forCell(
    cell: number,
    type: string,
    content: unknown,
    metadata: Json = {},
    buffers: readonly Uint8Array[] = [],
  ): void {
    this.forParent(this.parentOf(cell), type, content, metadata, buffers);
  }

  /** Publishes a message that belongs to a request. */
  forParent(
    parent: Partial<Header>,
    type: string,
    content: unknown,
    metadata: Json = {},
    buffers: readonly Uint8Array[] = [],
  ): void {
    this.flush();
    this.sockets.publish(type, content, parent, metadata, buffers);
  }

  status(state: "busy" | "idle" | "starting", parent: Partial<Header>): void {
    this.forParent(parent, "status", { execution_state: state });
  }
}
