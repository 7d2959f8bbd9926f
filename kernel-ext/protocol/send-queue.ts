// One send at a time per socket, in order: zeromq.js rejects a second send in flight, which is how output got lost in tslab.

type Frames = readonly (Buffer | string | Uint8Array)[];

/** What a queue needs of a socket. */
export interface Sender {
  send(frames: (Buffer | string | Uint8Array)[]): Promise<void>;
}

/** Sends frames in order and loses none; `drained` resolves when all are with the socket. */
export class SendQueue {
  private waiting: Frames[] = [];
  private running: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly socket: Sender) {}

  /** Puts a message at the end of the queue. */
  send(frames: Frames): void {
    if (this.isClosed) return;
    this.waiting.push(frames);
    this.running ??= this.run();
  }

  /** Resolves when everything put so far was sent. */
  async drained(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  /** Takes no more messages. */
  close(): void {
    this.isClosed = true;
  }

  private async run(): Promise<void> {
    let next = 0;
    while (next < this.waiting.length) {
      try {
        await this.socket.send([...this.waiting[next]!]);
      } catch {
        // the client is gone or the socket closes: nobody is left to tell
      }
      next++;
      if (next === 1024) ((this.waiting = this.waiting.slice(next)), (next = 0));
    }
    this.waiting = [];
    this.running = undefined;
  }
}
