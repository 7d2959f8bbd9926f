// A Jupyter client: speaks to one kernel over its five channels, and knows when the kernel is gone.

import { messageOf } from "../../src/core/errors";
import type { ExecuteOptions, ExecuteResult, HeartbeatOptions } from "./client-options";
import { readConnectionFile, type ConnectionInfo } from "./connection";
import { Conversation } from "./conversation";
import { CellTimeout, KernelDeath, KernelError } from "./errors";
import type { OnMessage } from "./execution";
import { beat, watchHeartbeat } from "./heartbeat";
import type { KernelProcess } from "./kernel-process";
import type { JsonObject } from "./message";
import type * as replies from "./replies";
import { within } from "./within";

/** A client of a kernel that somebody else started, or that `startKernel` did. */
export class KernelClient {
  readonly connection: ConnectionInfo;
  /** The process, when this client started the kernel. */
  readonly process: KernelProcess | undefined;
  /** Hears every iopub message, also those of other clients and of comms. */
  onIopub: OnMessage | undefined;
  /** How an interrupt travels. */
  readonly interruptMode: "signal" | "message";
  private readonly conversation: Conversation;
  private isShuttingDown = false;

  constructor(
    connection: ConnectionInfo,
    options: {
      process?: KernelProcess;
      interruptMode?: "signal" | "message";
      heartbeat?: HeartbeatOptions;
    } = {},
  ) {
    this.connection = connection;
    this.process = options.process;
    this.interruptMode = options.interruptMode ?? "message";
    this.conversation = new Conversation(connection, (message) => this.onIopub?.(message));
    void options.process?.ended.then((end) => {
      // What the kernel said last may still be under way between the sockets and us.
      setTimeout(() => {
        const words = options.process?.lastWords;
        this.die((doing) => new KernelDeath(doing, end.code, end.signal, words));
      }, 100);
    });
    if (options.process === undefined) {
      const { interval = 2000, timeout = 3000, misses = 3 } = options.heartbeat ?? {};
      const signal = this.conversation.closed;
      void watchHeartbeat(connection, { interval, timeout, misses, signal }, () =>
        this.die((doing) => new KernelError(`the kernel stopped answering its heartbeat while ${doing}`)),
      );
    }
  }

  /** Connects to a running kernel by its connection file (or its contents); silent for `timeout` ms (10,000) is an error. */
  static async connect(
    connection: string | ConnectionInfo,
    options: { timeout?: number; heartbeat?: HeartbeatOptions } = {},
  ): Promise<KernelClient> {
    const { timeout = 10_000, ...rest } = options;
    const client = new KernelClient(
      typeof connection === "string" ? readConnectionFile(connection) : connection,
      rest,
    );
    try {
      await client.ready(timeout);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** The id of our session, in every message that we send. */
  get session(): string {
    return this.conversation.session;
  }

  /** Sentences about frames that were dropped: wrong signatures, broken JSON. */
  get faults(): readonly string[] {
    return this.conversation.faults;
  }

  /** True once the kernel greeted our subscription (`iopub_welcome`, JEP 65). */
  get isWelcomed(): boolean {
    return this.conversation.isWelcomed;
  }

  /** False once the kernel has died or the client is closed. */
  get isAlive(): boolean {
    const { death, closed } = this.conversation;
    return death === undefined && !closed.aborted && this.process?.end === undefined;
  }

  /** Waits until the kernel answers and its iopub reaches us, so that no output is missed; throws after `timeout` ms. */
  async ready(timeout = 60_000): Promise<replies.KernelInfo> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new KernelError(
          `the kernel did not answer within ${timeout / 1000} s of its start${this.said()}`,
        );
      // The subscription of iopub settles by itself, so the first status messages may be missed: ask until one is heard.
      const starting = { doing: "starting", idleTimeout: 100 };
      const { promise, over } = this.conversation.begin("shell", "kernel_info_request", {}, starting);
      const end = await within(promise, left);
      over();
      if (end?.isIdle === true) return end.reply.content as unknown as replies.KernelInfo;
    }
  }

  /** Runs `code` and waits for its end. A failing cell is no exception: see `status`. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    const { silent = false, onInput, signal, label = "running a cell", interruptGrace = 10_000 } = options;
    const content = {
      code,
      silent,
      store_history: options.storeHistory ?? !silent,
      user_expressions: options.userExpressions ?? {},
      allow_stdin: options.allowStdin ?? onInput !== undefined,
      stop_on_error: options.stopOnError ?? true,
    };
    const { idleTimeout = 10_000, onOutput, metadata } = options;
    const run = this.conversation.begin("shell", "execute_request", content, {
      doing: label,
      idleTimeout,
      onMessage: onOutput,
      metadata,
      onInput,
    });
    let failure: KernelError | undefined;
    let graceTimer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      const deaf = `the kernel did not stop ${label} within ${interruptGrace / 1000} s of an interrupt: shut it down`;
      run.fail(failure ?? new KernelError(deaf));
    };
    const stop = (): void => {
      if (graceTimer !== undefined) return;
      graceTimer = setTimeout(giveUp, interruptGrace);
      this.interrupt().catch((error: unknown) =>
        run.fail(new KernelError(messageOf(error), { cause: error })),
      );
    };
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            failure = new CellTimeout(
              `${label} took longer than the ${options.timeout! / 1000} s allowed and was interrupted`,
            );
            stop();
          }, options.timeout);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop);
    try {
      const { reply, isIdle } = await run.promise;
      if (failure !== undefined) throw failure;
      return { ...(reply.content as unknown as replies.ExecuteReply), isIdle };
    } finally {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      signal?.removeEventListener("abort", stop);
      run.over();
    }
  }

  /** Completions at `cursor` (code points; default: the end). */
  complete(code: string, cursor = [...code].length): Promise<replies.CompleteReply> {
    return this.ask("shell", "complete_request", { code, cursor_pos: cursor });
  }

  /** What the name at `cursor` (code points; default: the end) is. */
  inspect(code: string, cursor = [...code].length, detail: 0 | 1 = 0): Promise<replies.InspectReply> {
    return this.ask("shell", "inspect_request", { code, cursor_pos: cursor, detail_level: detail });
  }

  /** Whether `code` is complete, incomplete or invalid. */
  isComplete(code: string): Promise<replies.IsCompleteReply> {
    return this.ask("shell", "is_complete_request", { code });
  }

  /** Past inputs; `access` has the fields of `history_request` beyond these defaults. */
  history(access: JsonObject = { hist_access_type: "tail", n: 10 }): Promise<replies.HistoryReply> {
    return this.ask("shell", "history_request", { output: false, raw: true, ...access });
  }

  /** Open comms, of one target or of all. */
  commInfo(target?: string): Promise<replies.CommInfoReply> {
    return this.ask("shell", "comm_info_request", target === undefined ? {} : { target_name: target });
  }

  /** Who the kernel is. On control it answers also while code runs. */
  kernelInfo(channel: "shell" | "control" = "shell"): Promise<replies.KernelInfo> {
    return this.ask(channel, "kernel_info_request", {});
  }

  /** One beat of the heart; true when it comes back within `timeout` ms. */
  heartbeat(timeout = 1000): Promise<boolean> {
    return beat(this.connection, timeout);
  }

  /**
   * Sends a comm message (`comm_open`, `comm_msg`, `comm_close`) and waits until the kernel has handled it; what it
   * answers on iopub meanwhile goes to `onOutput`. Kernels send no reply to these.
   */
  comm(
    type: "comm_open" | "comm_msg" | "comm_close",
    content: JsonObject,
    options: { buffers?: readonly Buffer[]; metadata?: JsonObject; onOutput?: OnMessage } = {},
  ): Promise<void> {
    return this.conversation.tell(type, content, options);
  }

  /** Stops the running cell: by message or by SIGINT, as the kernelspec says. */
  async interrupt(): Promise<void> {
    if (this.interruptMode === "signal" && this.process !== undefined) return this.process.signal("SIGINT");
    await this.ask("control", "interrupt_request", {});
  }

  /** Any request whose reply is a plain object. */
  async ask<Reply>(
    channel: "shell" | "control",
    type: string,
    content: JsonObject,
    onOutput?: OnMessage,
  ): Promise<Reply> {
    const run = this.conversation.begin(channel, type, content, {
      doing: `answering ${type}`,
      idleTimeout: 2000,
      needsIdle: false,
      onMessage: onOutput,
    });
    try {
      return (await run.promise).reply.content as unknown as Reply;
    } finally {
      run.over();
    }
  }

  /**
   * Asks the kernel to end, and makes it end: SIGTERM after `grace` ms, then SIGKILL, with every process it started.
   * The reply, or `undefined` when it gave none.
   */
  async shutdown(
    options: { restart?: boolean; grace?: number } = {},
  ): Promise<replies.ShutdownReply | undefined> {
    const { restart = false, grace = 5000 } = options;
    if (this.conversation.closed.aborted) return undefined;
    this.isShuttingDown = true;
    let reply: replies.ShutdownReply | undefined;
    if (this.isAlive) {
      const asked = this.ask<replies.ShutdownReply>("control", "shutdown_request", { restart });
      reply = await within(
        asked.catch(() => undefined),
        grace,
      );
      if (reply !== undefined) await this.process?.endsWithin(grace);
    }
    await this.process?.stop();
    this.close();
    return reply;
  }

  /** Closes the channels; the kernel is left as it is. */
  close(): void {
    this.conversation.close();
  }

  private die(why: (doing: string) => KernelError): void {
    if (!this.isShuttingDown) this.conversation.die(why);
  }

  private said(): string {
    const words = this.process?.lastWords ?? "";
    return words === "" ? "" : `; it last wrote: ${words}`;
  }
}
