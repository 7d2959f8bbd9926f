// What goes between one client and its kernel: requests under way, their answers, input, and the end of it all.

import { randomUUID } from "node:crypto";
import { messageOf } from "../../src/core/errors";
import { Channel } from "./channel";
import type { ExecuteOptions } from "./client-options";
import type { ConnectionInfo } from "./connection";
import { KernelError } from "./errors";
import { Execution, type OnMessage } from "./execution";
import { request, type JsonObject, type Message } from "./message";

/** How a request is sent and when it is over. */
export interface RequestOptions {
  /** What the user is told it was doing when the kernel dies. */
  readonly doing: string;
  /** Milliseconds of silence after the reply until the kernel's idle is no longer waited for. */
  readonly idleTimeout: number;
  /** Whether the request is over only when the kernel is idle again; default true. */
  readonly needsIdle?: boolean;
  readonly onMessage?: OnMessage | undefined;
  readonly metadata?: JsonObject | undefined;
  /** Answers what the code asks for. */
  readonly onInput?: ExecuteOptions["onInput"];
}

/** A request under way. */
export interface Underway {
  readonly promise: Execution["finished"];
  fail(error: Error): void;
  /** Forgets it: later messages of it are heard by nobody. */
  over(): void;
}

/** The messages of one client. */
export class Conversation {
  readonly session = randomUUID();
  /** Sentences about frames that were dropped: wrong signatures, broken JSON. */
  readonly faults: string[] = [];
  /** True once the kernel greeted our subscription (`iopub_welcome`, JEP 65). */
  isWelcomed = false;
  /** Why it ended, when it was not closed by us. */
  death: KernelError | undefined;
  private readonly channels: Record<"shell" | "control" | "stdin" | "iopub", Channel>;
  private readonly pending = new Map<string, Execution>();
  private readonly inputs = new Map<string, ExecuteOptions["onInput"]>();
  private readonly closing = new AbortController();

  /** `onIopub` hears every iopub message, also those of other clients. */
  constructor(connection: ConnectionInfo, onIopub: OnMessage) {
    const fault = (sentence: string): void => void this.faults.push(sentence);
    const answer = (message: Message): void => this.requestOf(message)?.takeReply(message);
    const hear = (message: Message): void => {
      if (message.header.msg_type === "iopub_welcome") this.isWelcomed = true;
      onIopub(message);
      this.requestOf(message)?.takeOutput(message);
    };
    const id = randomUUID();
    const open = (name: "shell" | "control" | "stdin" | "iopub", message: OnMessage): Channel =>
      new Channel(name, connection, id, { message, fault });
    this.channels = {
      shell: open("shell", answer),
      control: open("control", answer),
      stdin: open("stdin", (message) => void this.answerInput(message)),
      iopub: open("iopub", hear),
    };
  }

  /** Aborted when the conversation is closed. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** Sends a request. */
  begin(
    channel: "shell" | "control",
    type: string,
    content: JsonObject,
    { doing, idleTimeout, needsIdle = true, onMessage, metadata = {}, onInput }: RequestOptions,
  ): Underway {
    const message = request(type, content, this.session, { metadata });
    const id = message.header.msg_id;
    const execution = new Execution(doing, { onMessage, needsIdle, idleTimeout });
    execution.finished.catch(() => undefined);
    if (onInput !== undefined) this.inputs.set(id, onInput);
    if (this.death !== undefined) execution.reject(this.death);
    else if (this.closed.aborted)
      execution.reject(new KernelError("the client is closed: start a kernel again"));
    else {
      this.pending.set(id, execution);
      this.channels[channel].send(message).catch((error: unknown) => {
        execution.reject(new KernelError(`cannot send a ${type}: ${messageOf(error)}`, { cause: error }));
      });
    }
    return {
      promise: execution.finished,
      fail: (error) => execution.reject(error),
      over: () => {
        this.pending.delete(id);
        this.inputs.delete(id);
      },
    };
  }

  /** Sends a message that gets no reply and waits until the kernel has handled it. */
  async tell(
    type: string,
    content: JsonObject,
    options: {
      buffers?: readonly Buffer[];
      metadata?: JsonObject;
      onOutput?: OnMessage | undefined;
    },
  ): Promise<void> {
    const { onOutput, ...extra } = options;
    const message = request(type, content, this.session, extra);
    await new Promise<void>((resolve, reject) => {
      const handled: OnMessage = (heard) => {
        onOutput?.(heard);
        if (heard.header.msg_type === "status" && heard.content["execution_state"] === "idle") resolve();
      };
      const doing = `handling a ${type}`;
      const execution = new Execution(doing, { onMessage: handled, needsIdle: false, idleTimeout: 0 });
      execution.finished.catch(reject);
      this.pending.set(message.header.msg_id, execution);
      this.channels.shell.send(message).catch(reject);
    }).finally(() => this.pending.delete(message.header.msg_id));
  }

  /** Ends it because the kernel is gone; `why` makes the error of each request that was under way. */
  die(why: (doing: string) => KernelError): void {
    if (this.closed.aborted) return;
    this.death = why("nothing was running");
    for (const execution of this.pending.values()) execution.reject(why(execution.doing));
    this.pending.clear();
    // Open sockets would keep this process alive for a kernel that is gone.
    this.close();
  }

  /** Closes the channels; the kernel is left as it is. */
  close(): void {
    if (this.closed.aborted) return;
    this.closing.abort();
    for (const execution of this.pending.values()) execution.reject(new KernelError("the client was closed"));
    this.pending.clear();
    for (const channel of Object.values(this.channels)) channel.close();
  }

  private requestOf(message: Message): Execution | undefined {
    return this.pending.get(message.parent.msg_id ?? "");
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
}
