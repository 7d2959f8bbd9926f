import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  decode,
  encode,
  findKernelSpec,
  freshConnection,
  KernelClient,
  readConnectionFile,
  readKernelSpec,
  removeConnectionFile,
  request,
  startKernel,
  writeConnectionFile,
  type KernelSpec,
} from "../../../kernel-ext/client";
import { ownKernel } from "../../../src/runner";
import { FakeKernel } from "./fake-kernel";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-client-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe("messages", () => {
  const message = request("execute_request", { code: "ö" }, "s", { buffers: [Buffer.from([0, 255])] });

  it("survive the wire with their buffers", () => {
    const read = decode([Buffer.from("id"), ...encode(message, "key")], "key");
    expect(read).toEqual({ ...message, identities: [Buffer.from("id")] });
  });

  it("are refused when forged, cut or no JSON", () => {
    const frames = encode(message, "key");
    expect(() => decode(frames, "other")).toThrow(/wrong signature/);
    const changed = frames.map((frame, index) => (index === 5 ? Buffer.from('{"code":"evil"}') : frame));
    expect(() => decode(changed, "key")).toThrow(/wrong signature/);
    expect(() => decode(frames.slice(0, 4), "key")).toThrow(/no Jupyter message/);
    const broken = frames.map((frame, index) => (index === 5 ? Buffer.from("{") : frame));
    expect(() => decode(broken, "")).toThrow(/not valid JSON/);
  });
});

describe("connection files", () => {
  it("are readable by their owner alone and say what was written", async () => {
    const connection = await freshConnection("k");
    const file = writeConnectionFile(connection);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readConnectionFile(file)).toEqual(connection);
    const ports = [
      connection.shell_port,
      connection.iopub_port,
      connection.stdin_port,
      connection.control_port,
      connection.hb_port,
    ];
    expect(new Set(ports).size).toBe(5);
    removeConnectionFile(file);
    expect(fs.existsSync(path.dirname(file))).toBe(false);
  });

  it("of processes that are gone are cleared away", async () => {
    const left = fs.mkdtempSync(path.join(os.tmpdir(), "relata-kernel-2147483646-"));
    const living = fs.mkdtempSync(path.join(os.tmpdir(), `relata-kernel-${process.ppid}-`));
    removeConnectionFile(writeConnectionFile(await freshConnection("k")));
    expect([left, living].map((one) => fs.existsSync(one))).toEqual([false, true]);
    fs.rmdirSync(living);
  });

  it.each([
    ["{", /cannot read the connection file/],
    ['{"shell_port": 1}', /has no iopub_port/],
    [
      '{"shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5,"signature_scheme":"md5"}',
      /signatures by md5/,
    ],
  ])("say what is wrong with %j", (content, sentence) => {
    const file = path.join(folder, "connection.json");
    fs.writeFileSync(file, content);
    expect(() => readConnectionFile(file)).toThrow(sentence);
  });
});

describe("kernelspecs", () => {
  const kernels = path.join(folder, "kernels");
  fs.mkdirSync(path.join(kernels, "mine"), { recursive: true });
  fs.mkdirSync(path.join(kernels, "empty"));
  fs.writeFileSync(
    path.join(kernels, "mine", "kernel.json"),
    JSON.stringify({
      argv: ["x", "{connection_file}"],
      display_name: "Mine",
      language: "l",
      interrupt_mode: "message",
      env: { A: "1" },
    }),
  );

  it("are found by name, and a wrong name gets the nearest", () => {
    expect(findKernelSpec("mine", [path.join(folder, "absent"), kernels])).toMatchObject({
      name: "mine",
      displayName: "Mine",
      interruptMode: "message",
      env: { A: "1" },
    });
    expect(() => findKernelSpec("mien", [kernels])).toThrow(
      /unknown kernel "mien": did you mean "mine"\? known: mine/,
    );
  });

  it("without a command are refused", () => {
    fs.writeFileSync(path.join(kernels, "empty", "kernel.json"), '{"argv": []}');
    expect(() => readKernelSpec(path.join(kernels, "empty"))).toThrow(/has no "argv"/);
  });
});

describe("starting a kernel", () => {
  const node = (program: string): KernelSpec => ({
    ...ownKernel(),
    argv: [process.execPath, "-e", program, "{connection_file}"],
  });

  it("says how it died and what it wrote last", async () => {
    const spec = node("console.error('first'); console.error('no room left'); process.exit(7)");
    await expect(startKernel({ spec })).rejects.toThrow(
      "the kernel died while starting (exit code 7); it last wrote: no room left",
    );
  });

  it("names a program that is not there", async () => {
    const spec = { ...ownKernel(), argv: ["/no/such/program"] };
    await expect(startKernel({ spec })).rejects.toThrow(/cannot start "\/no\/such\/program"/);
  });

  it("gives up on a program that says nothing, and ends it", async () => {
    const pidFile = path.join(folder, "pid");
    const spec = node(
      `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`,
    );
    await expect(startKernel({ spec, startTimeout: 2500 })).rejects.toThrow(/did not answer within 2.5 s/);
    expect(() => process.kill(Number(fs.readFileSync(pidFile, "utf8")), 0)).toThrow(/ESRCH/);
  });

  it("tries again with other ports when one was taken meanwhile", async () => {
    const marker = path.join(folder, "marker");
    const own = ownKernel();
    const program = `
      const fs = require('fs');
      if (!fs.existsSync(${JSON.stringify(marker)})) {
        fs.writeFileSync(${JSON.stringify(marker)}, '');
        console.error('Error: Address already in use (bind tcp://127.0.0.1:1)');
        process.exit(1);
      }
      process.exitCode = require('child_process').spawnSync(process.execPath, ${JSON.stringify(own.argv.slice(1))}.map((word) => word === '{connection' + '_file}' ? process.argv[1] : word), { stdio: 'inherit' }).status`;
    const client = await startKernel({ spec: node(program) });
    expect((await client.execute("1 + 1")).status).toBe("ok");
    await client.shutdown();
  });
});

describe("a client", () => {
  let kernel: FakeKernel | undefined;
  let client: KernelClient | undefined;
  afterEach(() => {
    client?.close();
    kernel?.stop();
  });

  async function connected(behave: Parameters<typeof FakeKernel.start>[0]): Promise<KernelClient> {
    kernel = await FakeKernel.start(behave);
    client = await KernelClient.connect(kernel.connection);
    return client;
  }

  it("waits for output that comes after the reply, until idle", async () => {
    const heard: string[] = [];
    const joined = await connected(async (_, { reply, publish }) => {
      await publish("status", { execution_state: "busy" });
      await reply("execute_reply", { status: "ok", execution_count: 1 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await publish("stream", { name: "stdout", text: "late" });
      await publish("status", { execution_state: "idle" });
    });
    const end = await joined.execute("x", { onOutput: ({ header }) => void heard.push(header.msg_type) });
    expect(heard).toEqual(["status", "stream", "status"]);
    expect(end).toEqual({ status: "ok", execution_count: 1, isIdle: true });
  });

  it("does not hang on a kernel that never says idle", async () => {
    const joined = await connected((_, { reply }) => reply("execute_reply", { status: "ok" }));
    expect(await joined.execute("x", { idleTimeout: 100 })).toEqual({ status: "ok", isIdle: false });
  });

  it("drops forged messages and notes them", async () => {
    const joined = await connected(async (_, { reply, publish }) => {
      await publish("stream", { name: "stdout", text: "forged" }, "another key");
      await reply("execute_reply", { status: "ok" });
      await publish("status", { execution_state: "idle" });
    });
    const heard: string[] = [];
    await joined.execute("x", { onOutput: ({ header }) => void heard.push(header.msg_type) });
    expect(heard).toEqual(["status"]);
    expect(joined.faults).toEqual([expect.stringContaining("wrong signature")]);
  });

  it("tells the kernel what it was asked to", async () => {
    const joined = await connected(async (_, { reply, publish }) => {
      await reply("execute_reply", { status: "ok" });
      await publish("status", { execution_state: "idle" });
    });
    await joined.execute("a");
    await joined.execute("b", {
      silent: true,
      onInput: () => "",
      stopOnError: false,
      userExpressions: { e: "1" },
    });
    const plain = {
      code: "a",
      silent: false,
      store_history: true,
      allow_stdin: false,
      stop_on_error: true,
      user_expressions: {},
    };
    const told = {
      code: "b",
      silent: true,
      store_history: false,
      allow_stdin: true,
      stop_on_error: false,
      user_expressions: { e: "1" },
    };
    expect(kernel!.requests.slice(-2).map(({ content }) => content)).toEqual([plain, told]);
  });

  it("interrupts when aborted, and gives up on a deaf kernel", async () => {
    const joined = await connected(async ({ header }, { reply }) => {
      if (header.msg_type === "interrupt_request") await reply("interrupt_reply", { status: "ok" });
    });
    const stop = new AbortController();
    const running = joined.execute("x", { signal: stop.signal, interruptGrace: 300, label: "cell 4" });
    stop.abort();
    await expect(running).rejects.toThrow(
      "the kernel did not stop cell 4 within 0.3 s of an interrupt: shut it down",
    );
    expect(kernel!.requests.at(-1)!.header.msg_type).toBe("interrupt_request");
  });

  it("notices that a kernel it did not start is gone", async () => {
    kernel = await FakeKernel.start(() => Promise.resolve());
    client = await KernelClient.connect(kernel.connection, {
      heartbeat: { interval: 50, timeout: 200, misses: 2 },
    });
    const running = client.execute("x");
    kernel.stop();
    await expect(running).rejects.toThrow("the kernel stopped answering its heartbeat while running a cell");
    await expect(client.execute("y")).rejects.toThrow(/heartbeat/);
  });

  it("cannot be used once it is closed", async () => {
    const joined = await connected(() => Promise.resolve());
    const running = joined.execute("x");
    joined.close();
    await expect(running).rejects.toThrow("the client was closed");
    await expect(joined.execute("x")).rejects.toThrow(/the client is closed: start a kernel again/);
  });

  it("joins a kernel that another client started, and both hear its output", async () => {
    const first = await startKernel({ spec: ownKernel() });
    client = await KernelClient.connect(first.connection);
    const heard: unknown[] = [];
    client.onIopub = ({ header, content }) =>
      void (header.msg_type === "stream" && heard.push(content["text"]));
    await first.execute("console.log('to all')");
    await client.execute("console.log('again')");
    expect(heard).toEqual(["to all\n", "again\n"]);
    await first.shutdown();
    expect(first.process!.end).toEqual({ code: 0, signal: null });
  });
});
