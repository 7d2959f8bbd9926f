// A kernel in the test's own process that answers what a test tells it to, faults included.

import { Publisher, Reply, Router } from "zeromq";
import {
  decode,
  encode,
  freshConnection,
  request,
  type ConnectionInfo,
  type JsonObject,
  type Message,
} from "../../../kernel-ext/client";

/** What a test lets the kernel do with a request: `reply` on its channel, `publish` on iopub. */
export interface Answer {
  reply(type: string, content: JsonObject, key?: string): Promise<void>;
  publish(type: string, content: JsonObject, key?: string): Promise<void>;
}

/** A running fake kernel; `requests` are all that it heard. */
export class FakeKernel {
  readonly requests: Message[] = [];
  readonly connection: ConnectionInfo;
  private readonly routers = [new Router({ linger: 0 }), new Router({ linger: 0 })];
  private readonly publisher = new Publisher({ linger: 0 });
  private readonly beats = new Reply({ linger: 0 });
  private readonly behave: (message: Message, answer: Answer) => Promise<void>;

  private constructor(
    connection: ConnectionInfo,
    behave: (message: Message, answer: Answer) => Promise<void>,
  ) {
    this.connection = connection;
    this.behave = behave;
  }

  /** Starts it; `kernel_info_request` is answered properly, everything else by `behave`. */
  static async start(behave: (message: Message, answer: Answer) => Promise<void>): Promise<FakeKernel> {
    const kernel = new FakeKernel(await freshConnection("fake"), behave);
    const at = (port: number): string => `tcp://127.0.0.1:${port}`;
    const { shell_port, control_port, iopub_port, hb_port } = kernel.connection;
    await kernel.routers[0]!.bind(at(shell_port));
    await kernel.routers[1]!.bind(at(control_port));
    await kernel.publisher.bind(at(iopub_port));
    await kernel.beats.bind(at(hb_port));
    for (const router of kernel.routers) void kernel.serve(router).catch(() => undefined);
    void kernel.echo().catch(() => undefined);
    return kernel;
  }

  /** Goes silent. */
  stop(): void {
    for (const socket of [...this.routers, this.publisher, this.beats]) socket.close();
  }

  private async serve(router: Router): Promise<void> {
    for await (const frames of router) {
      const message = decode(frames, this.connection.key);
      this.requests.push(message);
      const made = (type: string, content: JsonObject, key = this.connection.key): Buffer[] =>
        encode(request(type, content, "fake", { parent: message.header }), key);
      const answer: Answer = {
        reply: (type, content, key) => router.send([...message.identities, ...made(type, content, key)]),
        publish: (type, content, key) =>
          this.publisher.send([Buffer.from("topic"), ...made(type, content, key)]),
      };
      if (message.header.msg_type !== "kernel_info_request") await this.behave(message, answer);
      else {
        await answer.publish("status", { execution_state: "busy" });
        await answer.reply("kernel_info_reply", { status: "ok", protocol_version: "5.4" });
        await answer.publish("status", { execution_state: "idle" });
      }
    }
  }

  private async echo(): Promise<void> {
    for await (const frames of this.beats) await this.beats.send(frames);
  }
}
