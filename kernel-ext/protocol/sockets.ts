// The five sockets of a kernel: shell, control, stdin (routers), iopub (publisher) and heartbeat (echo).

import { Reply, Router, XPublisher } from "zeromq";
import { addressOf, type Connection } from "./connection";
import { SendQueue } from "./send-queue";
import { Wire, WireError, type Header, type Json, type Message } from "./wire";

/** The channels on which requests come in and replies go out. */
export type Channel = "shell" | "control" | "stdin";

/** Receives what comes in; `onFault` is told of each message that was dropped. */
export interface SocketEvents {
  onMessage(channel: Channel, message: Message): void;
  onFault(channel: Channel, fault: string): void;
}

/** All sockets of one kernel, bound to the addresses of its connection file. */
export class KernelSockets {
  readonly wire: Wire;
  private readonly routers: Record<Channel, Router>;
  private readonly iopub = new XPublisher({ linger: 1000, sendHighWaterMark: 0 });
  private readonly heartbeat = new Reply({ linger: 0 });
  private readonly queues: Record<Channel | "iopub", SendQueue>;
  private isClosing = false;

  constructor(
    private readonly connection: Connection,
    private readonly events: SocketEvents,
  ) {
    this.wire = new Wire(connection.key, connection.signature_scheme);
    const router = (): Router => new Router({ linger: 1000, sendHighWaterMark: 0, handover: true });
    this.routers = { shell: router(), control: router(), stdin: router() };
    this.iopub.verbosity = "allSubs";
    this.queues = {
      shell: new SendQueue(this.routers.shell),
      control: new SendQueue(this.routers.control),
      stdin: new SendQueue(this.routers.stdin),
      iopub: new SendQueue(this.iopub),
    };
  }

  /** Binds everything and starts to listen. */
  async open(): Promise<void> {
    const { connection } = this;
    await Promise.all([
      this.heartbeat.bind(addressOf(connection, connection.hb_port)),
      this.routers.shell.bind(addressOf(connection, connection.shell_port)),
      this.routers.control.bind(addressOf(connection, connection.control_port)),
      this.routers.stdin.bind(addressOf(connection, connection.stdin_port)),
      this.iopub.bind(addressOf(connection, connection.iopub_port)),
    ]);
    void this.echo();
    void this.welcome();
    for (const channel of ["shell", "control", "stdin"] as const) void this.listen(channel);
  }

  /** Sends a reply or request on a router channel. */
  reply(channel: Channel, to: Message, type: string, content: unknown, metadata: Json = {}): void {
    this.queues[channel].send(this.wire.encode(to.identities, type, content, to.header, metadata));
  }

  /** Publishes to every client. `topic` is the message type, which clients may subscribe to. */
  publish(
    type: string,
    content: unknown,
    parent: Partial<Header>,
    metadata: Json = {},
    buffers: readonly Uint8Array[] = [],
  ): void {
    const topic = type === "stream" ? `stream.${(content as { name: string }).name}` : type;
    this.queues.iopub.send(this.wire.encode([topic], type, content, parent, metadata, buffers));
  }

  /** Sends what is queued, then closes every socket; a process must not exit before. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.race([
      Promise.all(Object.values(this.queues).map((queue) => queue.drained())),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ]);
    for (const queue of Object.values(this.queues)) queue.close();
    for (const socket of [...Object.values(this.routers), this.iopub, this.heartbeat])
      if (!socket.closed) socket.close();
  }

  private async listen(channel: Channel): Promise<void> {
    for (;;) {
      let frames: Buffer[];
      try {
        frames = await this.routers[channel].receive();
      } catch {
        if (this.isClosing || this.routers[channel].closed) return;
        continue;
      }
      try {
        this.events.onMessage(channel, this.wire.decode(frames));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.events.onFault(channel, error.message);
      }
    }
  }

  private async echo(): Promise<void> {
    while (!this.heartbeat.closed) {
      try {
        await this.heartbeat.send(await this.heartbeat.receive());
      } catch {
        if (this.isClosing) return;
      }
    }
  }

  /** Greets each new subscriber (JEP 65), so that a client knows when nothing can be missed any more. */
  private async welcome(): Promise<void> {
    while (!this.iopub.closed) {
      try {
        const [frame] = await this.iopub.receive();
        if (frame === undefined || frame[0] !== 1) continue;
        const topic = frame.subarray(1).toString("utf8");
        this.queues.iopub.send(this.wire.encode([topic], "iopub_welcome", { subscription: topic }));
      } catch {
        if (this.isClosing) return;
      }
    }
  }
}
