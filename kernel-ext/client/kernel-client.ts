// A Jupyter client: speaks to one kernel over its five channels, and knows when the kernel is gone.

import { randomUUID } from "node:crypto";
import { messageOf } from "../../src/core/errors";
import { Channel } from "./channel";
import type { ExecuteOptions, ExecuteResult, HeartbeatOptions } from "./client-options";
import { readConnectionFile, type ConnectionInfo } from "./connection";
import { CellTimeout, KernelDeath, KernelError } from "./errors";
import { Execution, type OnMessage } from "./execution";
import { beat, watchHeartbeat } from "./heartbeat";
import type { KernelProcess } from "./kernel-process";
import { request, type JsonObject, type Message } from "./message";
import type * as replies from "./replies";
import { within } from "./within";

/** A client of a kernel that somebody else started, or that `startKernel` did. */
export class KernelClient {
  readonly connection: ConnectionInfo;
  readonly session = randomUUID();
  /** Sentences about frames that were dropped: wrong signatures, broken JSON. */
  readonly faults: string[] = [];
  /** The process, when this client started the kernel. */
  readonly process: KernelProcess | undefined;
  /** Hears every iopub message, also those of other clients and of comms. */
  onIopub: OnMessage | undefined;
  /** How an interrupt travels. */
  readonly interruptMode: "signal" | "message";
  private readonly channels: Record<"shell" | "control" | "stdin" | "iopub", Channel>;
  private readonly pending = new Map<string, Execution>();
  private readonly inputs = new Map<string, ExecuteOptions["onInput"]>();
  private readonly closing = new AbortController();
  private isShuttingDown = false;
  private death: KernelError | undefined;
  private _isWelcomed = false;

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
    const fault = (sentence: string): void => void this.faults.push(sentence);
    const answer = (message: Message): void =>
      this.pending.get(message.parent.msg_id ?? "")?.takeReply(message);
    const id = randomUUID();
    const open = (name: "shell" | "control" | "stdin" | "iopub", message: OnMessage): Channel =>
      new Channel(name, connection, id, { message, fault });
    this.channels = {
      shell: open("shell", answer),
      control: open("control", answer),
      stdin: open("stdin", (message) => void this.answerInput(message)),
      iopub: open("iopub", (message) => this.hear(message)),
    };
    void options.process?.ended.then((end) => {
      // What the kernel said last may still be under way between the sockets and us.
      setTimeout(() => {
        const words = options.process?.lastWords;
        this.die((doing) => new KernelDeath(doing, end.code, end.signal, words));
      }, 100);
    });
    if (options.process === undefined) {
      const { interval = 2000, timeout = 3000, misses = 3 } = options.heartbeat ?? {};
      void watchHeartbeat(connection, { interval, timeout, misses, signal: this.closing.signal }, () =>
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

  /** True once the kernel greeted our subscription (`iopub_welcome`, JEP 65). */
  get isWelcomed(): boolean {
    return this._isWelcomed;
  }

  /** False once the kernel has died or the client is closed. */
  get isAlive(): boolean {
    return this.death === undefined && !this.closing.signal.aborted && this.process?.end === undefined;
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
      const { promise, over } = this.begin("shell", "kernel_info_request", {}, "starting", 100);
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
    const run = this.begin("shell", "execute_request", content, label, idleTimeout, onOutput, metadata);
    this.inputs.set(run.id, onInput);
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
      this.inputs.delete(run.id);
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
  async comm(
    type: "comm_open" | "comm_msg" | "comm_close",
    content: JsonObject,
    options: { buffers?: readonly Buffer[]; metadata?: JsonObject; onOutput?: OnMessage } = {},
  ): Promise<void> {
    const { onOutput, ...extra } = options;
    const message = request(type, content, this.session, extra);
    await new Promise<void>((resolve, reject) => {
      const handled: OnMessage = (heard) => {
        onOutput?.(heard);
        if (heard.header.msg_type === "status" && heard.content["execution_state"] === "idle") resolve();
      };
      const execution = new Execution(`handling a ${type}`, {
        onMessage: handled,
        needsIdle: false,
        idleTimeout: 0,
      });
      execution.finished.catch(reject);
      this.pending.set(message.header.msg_id, execution);
      this.channels.shell.send(message).catch(reject);
    }).finally(() => this.pending.delete(message.header.msg_id));
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
    const run = this.begin(channel, type, content, `answering ${type}`, 2000, onOutput, undefined, false);
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
    if (this.closing.signal.aborted) return undefined;
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
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    for (const execution of this.pending.values()) execution.reject(new KernelError("the client was closed"));
    this.pending.clear();
    for (const channel of Object.values(this.channels)) channel.close();
  }

  private begin(
    channel: "shell" | "control",
    type: string,
    content: JsonObject,
    doing: string,
    idleTimeout: number,
    onMessage?: OnMessage,
    metadata: JsonObject = {},
    needsIdle = true,
  ): { id: string; promise: Execution["finished"]; fail: (error: Error) => void; over: () => void } {
    const message = request(type, content, this.session, { metadata });
    const id = message.header.msg_id;
    const execution = new Execution(doing, { onMessage, needsIdle, idleTimeout });
    execution.finished.catch(() => undefined);
    if (this.death !== undefined) execution.reject(this.death);
    else if (this.closing.signal.aborted)
      execution.reject(new KernelError("the client is closed: start a kernel again"));
    else {
      this.pending.set(id, execution);
      this.channels[channel].send(message).catch((error: unknown) => {
        execution.reject(new KernelError(`cannot send a ${type}: ${messageOf(error)}`, { cause: error }));
      });
    }
    return {
      id,
      promise: execution.finished,
      fail: (error) => execution.reject(error),
      over: () => void this.pending.delete(id),
    };
  }

  private hear(message: Message): void {
    if (message.header.msg_type === "iopub_welcome") this._isWelcomed = true;
    this.onIopub?.(message);
    this.pending.get(message.parent.msg_id ?? "")?.takeOutput(message);
  }

  private async answerInput(message: Message): Promise<void> {
    if (message.header.msg_type !== "input_request") return;
    const { prompt, password } = message.content;
    const ask = this.inputs.get(message.parent.msg_id ?? "");
    let value = "";
    try {
      value = (await ask?.(String(prompt ?? ""), password === true)) ?? "";
    } catch (error) {
      this.faults.push(`onInput failed: ${messageOf(error)}`);
    }
    const reply = request("input_reply", { status: "ok", value }, this.session, { parent: message.header });
    await this.channels.stdin.send(reply);
  }

  private die(why: (doing: string) => KernelError): void {
    if (this.isShuttingDown || this.closing.signal.aborted) return;
    this.death = why("nothing was running");
    for (const execution of this.pending.values()) execution.reject(why(execution.doing));
    this.pending.clear();
    // Open sockets would keep this process alive for a kernel that is gone.
    this.close();
  }

  private said(): string {
    const words = this.process?.lastWords ?? "";
    return words === "" ? "" : `; it last wrote: ${words}`;
  }
}
