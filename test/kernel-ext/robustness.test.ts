// Bad clients and bad code: the kernel answers or ignores by the protocol, and lives on.

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { Dealer } from "zeromq";
import { removeConnectionFile, writeConnectionFile } from "../../kernel-ext/client/connection";
import { Wire } from "../../kernel-ext/protocol/wire";
import { Notebook, pause, useNotebook } from "./notebook";

const notebook = useNotebook();
const alive = async (): Promise<void> => expect(await notebook().value("'alive'")).toBe("'alive'");

async function withShell(use: (socket: Dealer, key: string) => Promise<void>): Promise<void> {
  const { connection } = notebook().client;
  const socket = new Dealer({ linger: 0, receiveTimeout: 1500 });
  socket.connect(`tcp://127.0.0.1:${connection.shell_port}`);
  try {
    await use(socket, connection.key);
  } finally {
    socket.close();
  }
}

describe("messages", () => {
  it.each([
    ["no delimiter", [Buffer.from("hello")]],
    ["nothing behind the delimiter", [Buffer.from("<IDS|MSG>")]],
    ["an empty frame", [Buffer.alloc(0)]],
    [
      "binary noise",
      [Buffer.from("<IDS|MSG>"), ...Array.from({ length: 5 }, (_, i) => Buffer.alloc(100, i * 37))],
    ],
  ])("with %s are ignored", async (_, frames) => {
    await withShell(async (socket) => {
      await socket.send(frames);
      await expect(socket.receive()).rejects.toThrow();
    });
    await alive();
  });

  it.each([
    ["a wrong key", "another key"],
    ["broken JSON", ""],
  ])("signed with %s are ignored", async (what, key) => {
    await withShell(async (socket, right) => {
      const wire = new Wire(key || right);
      const frames = wire.encode([], "kernel_info_request", {}).map((frame) => Buffer.from(frame as Buffer));
      if (what === "broken JSON") frames[5] = Buffer.from("{");
      await socket.send(frames);
      await expect(socket.receive()).rejects.toThrow();
    });
    await alive();
  });

  it("that come twice are answered once", async () => {
    await withShell(async (socket, key) => {
      const frames = new Wire(key)
        .encode([], "kernel_info_request", {})
        .map((frame) => Buffer.from(frame as Buffer));
      await socket.send(frames);
      await socket.receive();
      await socket.send(frames);
      await expect(socket.receive()).rejects.toThrow();
    });
  });

  it("of unknown types get no reply, and the next is answered", async () => {
    await withShell(async (socket, key) => {
      const wire = new Wire(key);
      await socket.send(wire.encode([], "no_such_request", { a: 1 }) as Buffer[]);
      await socket.send(wire.encode([], "kernel_info_request", {}) as Buffer[]);
      const reply = new Wire(key).decode(await socket.receive());
      expect(reply.header.msg_type).toBe("kernel_info_reply");
    });
    await alive();
  });

  it.each([
    ["execute_request", { code: 5, silent: "no", user_expressions: 3 }],
    ["complete_request", { code: null, cursor_pos: -7 }],
    ["complete_request", { code: "x.", cursor_pos: 1e9 }],
    ["inspect_request", { code: "x", cursor_pos: "end", detail_level: {} }],
    ["is_complete_request", {}],
    ["history_request", { hist_access_type: "odd", n: -3, pattern: 4 }],
    ["comm_info_request", { target_name: 9 }],
  ])("%s with odd content %j are answered", async (type, content) => {
    await withShell(async (socket, key) => {
      await socket.send(new Wire(key).encode([], type, content) as Buffer[]);
      const reply = new Wire(key).decode(await socket.receive());
      expect(reply.header.msg_type).toBe(type.replace("request", "reply"));
    });
    await alive();
  });

  it("flooding in from a client that leaves do no harm", async () => {
    await withShell(async (socket, key) => {
      const wire = new Wire(key);
      for (let i = 0; i < 2000; i++)
        await socket.send(wire.encode([], "kernel_info_request", {}) as Buffer[]);
    });
    await alive();
  });

  it("of 50 MB of code are answered", async () => {
    const output = await notebook().run(`const big = "${"x".repeat(50_000_000)}"; big.length`, {
      timeout: 100_000,
    });
    expect([output.status, output.text]).toEqual(["ok", "50000000"]);
  }, 120_000);
});

describe("code", () => {
  it.each([
    [
      "a rejected promise nobody awaits",
      "void Promise.reject(new Error('nobody')); 0",
      "Unhandled rejection:\nError: nobody",
    ],
    [
      "an exception in a timer",
      "setTimeout(() => { throw new TypeError('in timer') }, 10); 0",
      "Uncaught exception:\nTypeError: in timer",
    ],
    [
      "process.exit in a timer",
      "setTimeout(() => process.exit(1), 10); 0",
      "process.exit(1) does not end a notebook",
    ],
  ])("with %s is reported under its own cell", async (_, code, words) => {
    const first = notebook().run(code);
    await first;
    const heard: string[] = [];
    notebook().client.onIopub = ({ header, parent, content }) => {
      if (header.msg_type === "stream") heard.push(`${String(parent.msg_id)} ${String(content["text"])}`);
    };
    await notebook().value("await new Promise(r => setTimeout(r, 200)); 0");
    const own = (await first).messages[0]?.parent.msg_id;
    const [stdout] = (await first).messages.filter(({ header }) => header.msg_type === "stream");
    // eslint-disable-next-line no-control-regex
    const text = (heard.join("") + String(stdout?.content["text"] ?? "")).replace(/\u001b\[[0-9;]*m/g, "");
    expect(text).toContain(words);
    if (heard.length > 0) expect(heard[0]).toContain(String(own));
    await alive();
  });

  it("that calls process.exit fails with one sentence", async () => {
    const { status, evalue } = await notebook().run("process.exit(3)");
    expect([status, evalue]).toEqual([
      "error",
      "process.exit(3) does not end a notebook: the kernel goes on, restart it from the menu",
    ]);
    await alive();
  });

  it.each([
    ["null", "throw null", "null"],
    ["a string", "throw 'words'", "'words'"],
    ["an object with a wicked stack", "throw { message: 'm', get stack() { throw new Error('no') } }", ""],
    ["an error with a cause", "throw new Error('outer', { cause: new Error('inner') })", "outer"],
    ["an aggregate", "await Promise.any([Promise.reject(new Error('one'))])", "All promises were rejected"],
    [
      "a stack overflow",
      "function deep(): number { return deep() + 1 }; deep()",
      "Maximum call stack size exceeded",
    ],
  ])("that throws %s is reported", async (_, code, evalue) => {
    const output = await notebook().run(code);
    expect(output.status).toBe("error");
    expect(output.evalue).toContain(evalue);
    await alive();
  });

  it("that replaces globals of JavaScript hurts only itself", async () => {
    await notebook().run("const JSON = 1, Map = 2, Promise2 = Promise; const console = { log() {} };");
    await alive();
    await notebook().run("%reset");
  });
});

describe("the process", () => {
  it("keeps the connection file for its owner, and listens on loopback alone", async () => {
    const { process: kernel, connection } = notebook().client;
    expect(connection.ip).toBe("127.0.0.1");
    const file = writeConnectionFile(connection);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    removeConnectionFile(file);
    if (process.platform !== "linux") return;
    const hex = fs.readFileSync(`/proc/${kernel!.pid}/net/tcp`, "utf8");
    const ports = [connection.shell_port, connection.iopub_port, connection.hb_port].map((port) =>
      port.toString(16).toUpperCase().padStart(4, "0"),
    );
    for (const port of ports) expect(hex).toMatch(new RegExp(`0100007F:${port} 00000000:0000 0A`));
    expect(await listeningElsewhere(kernel!.pid!)).toEqual([]);
  });

  it("ends with the client that started it", async () => {
    const script = `
      require(${JSON.stringify(require.resolve("../../kernel-ext/loader/typescript-hook.cjs"))}).register();
      const { startKernel } = require(${JSON.stringify(require.resolve("../../kernel-ext/client/index.ts"))});
      const { kernelSpec } = require(${JSON.stringify(require.resolve("../../kernel-ext/spec/kernelspec.ts"))});
      const { argv, env } = kernelSpec();
      startKernel({ spec: { name: "relata", argv, displayName: "", language: "typescript", interruptMode: "message", env } })
        .then((client) => { console.log(client.process.pid); void client.execute("while (true);"); setTimeout(() => process.kill(process.pid, "SIGKILL"), 1500); });`;
    let printed = "";
    try {
      execFileSync(process.execPath, ["-e", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch (error) {
      printed = String((error as { stdout: unknown }).stdout);
    }
    const pid = Number(printed.trim());
    expect(pid).toBeGreaterThan(1);
    for (let waited = 0; waited < 100 && isRunning(pid); waited++) await pause(100);
    expect(isRunning(pid)).toBe(false);
  });

  it("killed with -9 leaves no process and no file behind, and a new one starts", async () => {
    const doomed = await Notebook.start();
    const child = Number(
      await doomed.value('(await import("node:child_process")).spawn("sleep", ["100"]).pid'),
    );
    const compiled = path.join(process.cwd(), ".relata", "compiled");
    const pid = doomed.client.process!.pid!;
    void doomed.run("while (true);").catch(() => {});
    await pause(300);
    process.kill(pid, "SIGKILL");
    await doomed.client.process!.ended;
    expect(doomed.client.isAlive).toBe(false);
    for (let waited = 0; waited < 50 && isRunning(child); waited++) await pause(100);
    expect([isRunning(pid), isRunning(child)]).toEqual([false, false]);
    expect(fs.readdirSync(compiled).filter((name) => name.includes(`.${pid}`))).toEqual([]);
    expect(fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(`relata-kernel-${pid}`))).toEqual([]);
    const next = await Notebook.start({ folder: doomed.folder });
    expect(await next.value("1 + 1")).toBe("2");
    await next.stop();
  });

  it("ends by shutdown also when a cell hangs", async () => {
    const other = await Notebook.start();
    void other.run("await null; /(x+x+)+y/.test('x'.repeat(60))").catch(() => {});
    await pause(800);
    await other.stop();
    expect(isRunning(other.client.process!.pid!)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !fs.existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Addresses other than loopback on which a process listens. */
async function listeningElsewhere(pid: number): Promise<string[]> {
  const inodes = new Set<string>();
  for (const handle of await fs.promises.readdir(`/proc/${pid}/fd`)) {
    const target = await fs.promises.readlink(`/proc/${pid}/fd/${handle}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const rows = ["tcp", "tcp6"].flatMap((name) =>
    fs.readFileSync(`/proc/${pid}/net/${name}`, "utf8").trim().split("\n").slice(1),
  );
  return rows.flatMap((row) => {
    const [, local = "", , state, , , , , , inode = ""] = row.trim().split(/\s+/);
    return state === "0A" && inodes.has(inode) && !local.startsWith("0100007F:") ? [local] : [];
  });
}
