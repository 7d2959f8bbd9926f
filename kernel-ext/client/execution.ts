// One request under way: it is over when the kernel has replied and has said that it is idle again.

import type { Message } from "./message";

/** Called with each iopub message that the request caused, in order. */
export type OnMessage = (message: Message) => void;

/** A request between its sending and its end. */
export class Execution {
  /** Resolved with the reply once the request is over; `isIdle` is false when the kernel never said so. */
  readonly finished: Promise<{ reply: Message; isIdle: boolean }>;
  /** What the user is told it was doing when the kernel dies. */
  readonly doing: string;
  private readonly onMessage: OnMessage | undefined;
  private readonly needsIdle: boolean;
  private readonly idleTimeout: number;
  private reply: Message | undefined;
  private isIdle = false;
  private idleTimer: NodeJS.Timeout | undefined;
  private resolve!: (end: { reply: Message; isIdle: boolean }) => void;
  /** Ends the request with an error. */
  reject!: (error: Error) => void;

  /** `idleTimeout`: milliseconds of silence on iopub after the reply until idle is no longer waited for. */
  constructor(
    doing: string,
    options: { onMessage?: OnMessage | undefined; needsIdle: boolean; idleTimeout: number },
  ) {
    this.doing = doing;
    this.onMessage = options.onMessage;
    this.needsIdle = options.needsIdle;
    this.idleTimeout = options.idleTimeout;
    this.finished = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = (error) => {
        clearTimeout(this.idleTimer);
        reject(error);
      };
    });
  }

  /** True once the kernel has replied. */
  get isAnswered(): boolean {
    return this.reply !== undefined;
  }

  /** Takes the reply from shell or control. */
  takeReply(reply: Message): void {
    this.reply = reply;
    this.settle();
  }

  /** Takes a message from iopub. */
  takeOutput(message: Message): void {
    this.onMessage?.(message);
    if (message.header.msg_type === "status" && message.content["execution_state"] === "idle")
      this.isIdle = true;
    this.settle();
  }

  private settle(): void {
    if (this.reply === undefined) return;
    clearTimeout(this.idleTimer);
    const { reply, isIdle } = this;
    if (isIdle || !this.needsIdle) return this.resolve({ reply, isIdle });
    // Kernels that lose their idle message (tslab did, past 512 prints) must not hang us.
    this.idleTimer = setTimeout(() => this.resolve({ reply, isIdle: false }), this.idleTimeout);
  }
}
