// The kernel as its clients see it: takes requests from the sockets, answers each by the protocol.

import type { KernelSettings, ToWorker } from "../bridge/messages";
import type { CellCompiler } from "../compiler/cell-compiler";
import { completeAt } from "../compiler/complete";
import { inspectAt } from "../compiler/inspect";
import { completenessOf } from "../compiler/is-complete";
import { toOffset, toPosition } from "../protocol/cursor";
import type { Channel, KernelSockets } from "../protocol/sockets";
import { asJson } from "../protocol/raw-json";
import type { Message } from "../protocol/wire";
import { CommRegistry } from "./comms";
import { Execution } from "./execution";
import { History } from "./history";
import { kernelInfo } from "./kernel-info";
import { magicsAt } from "./magics";
import type { MainThread } from "./main-thread";
import { messageOf } from "./message-of";
import { orByValue } from "./runtime-completion";
import { Publisher } from "./publisher";

/** What the server is built on. */
export interface ServerParts {
  readonly sockets: KernelSockets;
  readonly main: MainThread;
  readonly settings: KernelSettings;
  readonly compiler: () => CellCompiler;
  /** Ends the process after the sockets were closed. */
  readonly exit: () => void;
  /** Told when a cell begins and when all that were asked for are done. */
  readonly onBusy: (isBusy: boolean) => void;
}

/** Answers requests. Cells run one after another; everything else is answered at once, also while a cell runs. */
export class KernelServer {
  private readonly publisher: Publisher;
  private readonly execution: Execution;
  private readonly history = new History();
  private readonly comms: CommRegistry;
  private readonly queue: { message: Message; isAborted: boolean }[] = [];
  private running: Message | undefined;

  constructor(private readonly parts: ServerParts) {
    this.publisher = new Publisher(parts.sockets);
    this.execution = new Execution(parts.settings, parts.compiler, parts.main, this.publisher, this.history);
    this.comms = new CommRegistry(parts.main, this.publisher);
  }

  /** Whether a cell is running. */
  get isBusy(): boolean {
    return this.running !== undefined;
  }

  /** Tells clients that the kernel is up. */
  start(): void {
    this.publisher.status("starting", {});
  }

  /** Takes a message from a socket. */
  receive(channel: Channel, message: Message): void {
    if (channel === "stdin") {
      if (message.header.msg_type === "input_reply")
        this.parts.main.answer(String(message.content.value ?? ""));
    } else if (message.header.msg_type === "execute_request" && channel === "shell") {
      this.queue.push({ message, isAborted: false });
      if (this.running === undefined) void this.work();
    } else void this.answer(channel, message);
  }

  /** Takes a message from the main thread. */
  heard(message: ToWorker): void {
    const { publisher } = this;
    if (message.kind === "stream") publisher.write(message.cell, message.name, message.text);
    else if (message.kind === "display") {
      const { cell, content, isUpdate } = message;
      publisher.forCell(cell, isUpdate ? "update_display_data" : "display_data", asJson(content));
    } else if (message.kind === "clear")
      publisher.forCell(message.cell, "clear_output", { wait: message.wait });
    else if (message.kind === "report") publisher.forCell(message.cell, "error", message.error);
    else if (message.kind === "input") this.ask(message);
    else if (message.kind === "signal") this.execution.interrupt();
    else if (message.kind === "magic") void this.magic(message);
    else if (message.kind === "comm" || message.kind === "comm-done") this.comms.heard(message);
  }

  private async magic({ cell, request, name, text }: Extract<ToWorker, { kind: "magic" }>): Promise<void> {
    let fault: string | undefined;
    try {
      await this.execution.magic(cell, { name, text });
    } catch (error) {
      fault = messageOf(error);
    }
    this.parts.main.post({ kind: "magic-done", request, fault });
  }

  private ask(message: Extract<ToWorker, { kind: "input" }>): void {
    this.publisher.flush();
    if (this.running === undefined) return this.parts.main.answer(undefined);
    const content = { prompt: message.prompt, password: message.isPassword };
    this.parts.sockets.reply("stdin", this.running, "input_request", content);
  }

  private async work(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const { message, isAborted } = next;
      this.running = message;
      this.parts.onBusy(true);
      this.publisher.status("busy", message.header);
      if (isAborted)
        this.parts.sockets.reply("shell", message, "execute_reply", {
          status: "aborted",
          execution_count: this.execution.executionCount,
        });
      else {
        const { content, stopsQueue } = await this.execute(message);
        if (stopsQueue) await this.abortQueued();
        this.parts.sockets.reply("shell", message, "execute_reply", content);
      }
      this.publisher.status("idle", message.header);
    }
    this.running = undefined;
    this.parts.onBusy(false);
  }

  private async execute(message: Message): ReturnType<Execution["execute"]> {
    try {
      return await this.execution.execute(message);
    } catch (error) {
      const content = {
        status: "error",
        ename: "KernelError",
        evalue: messageOf(error),
        traceback: [messageOf(error)],
      } as const;
      return { content, stopsQueue: true };
    }
  }

  /** Aborts what was queued when a cell failed; what comes later runs as usual. */
  private async abortQueued(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (const queued of this.queue) queued.isAborted = true;
  }

  private async answer(channel: Channel, message: Message): Promise<void> {
    const { header } = message;
    this.publisher.status("busy", header);
    let content: unknown;
    try {
      content = await this.contentFor(message);
    } catch (error) {
      const report = {
        ename: error instanceof Error ? error.name : "Error",
        evalue: messageOf(error),
        traceback: [],
      };
      content = { status: "error", ...report };
    }
    if (content !== undefined)
      this.parts.sockets.reply(channel, message, header.msg_type.replace(/_request$/, "_reply"), content);
    this.publisher.status("idle", header);
    if (header.msg_type === "shutdown_request") return void this.shutdown();
    // a client that shows one state for the whole kernel must not think that the running cell has ended
    if (this.running !== undefined) this.publisher.status("busy", this.running.header);
  }

  private async contentFor(message: Message): Promise<unknown> {
    const { content } = message;
    switch (message.header.msg_type) {
      case "kernel_info_request":
        return kernelInfo;
      case "complete_request":
        return await this.complete(String(content.code ?? ""), content.cursor_pos);
      case "inspect_request":
        return this.inspect(String(content.code ?? ""), content.cursor_pos, content.detail_level);
      case "is_complete_request":
        return completenessOf(String(content.code ?? ""));
      case "history_request":
        return { status: "ok", history: this.history.answer(content) };
      case "comm_info_request":
        return { status: "ok", comms: this.comms.info(content.target_name) };
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        await this.comms.receive(message);
        return undefined;
      case "interrupt_request":
        this.execution.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        return undefined;
    }
  }

  private async complete(code: string, position: unknown): Promise<unknown> {
    const offset = typeof position === "number" ? toOffset(code, position) : code.length;
    const magics = magicsAt(code, offset);
    const { start, end, entries } =
      magics === undefined
        ? await orByValue(
            completeAt(this.parts.compiler(), code, offset),
            code,
            offset,
            this.parts.compiler(),
            this.parts.main,
          )
        : {
            start: magics.start,
            end: offset,
            entries: magics.names.map((text) => ({ text, type: "magic" })),
          };
    const [from, to] = [toPosition(code, start), toPosition(code, end)];
    return {
      status: "ok",
      matches: entries.map(({ text }) => text),
      cursor_start: from,
      cursor_end: to,
      metadata: {
        _jupyter_types_experimental: entries.map(({ text, type }) => ({ text, type, start: from, end: to })),
      },
    };
  }

  private inspect(code: string, position: unknown, detail: unknown): unknown {
    const offset = typeof position === "number" ? toOffset(code, position) : code.length;
    const found = inspectAt(this.parts.compiler(), code, offset, typeof detail === "number" ? detail : 0);
    if (found === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
    return {
      status: "ok",
      found: true,
      data: { "text/plain": found.text, "text/markdown": found.markdown },
      metadata: {},
    };
  }

  /** Closes the sockets, then lets the process end. */
  async shutdown(): Promise<void> {
    this.execution.interrupt();
    await this.parts.sockets.close();
    this.parts.exit();
  }
}
