// Starts the kernel once and sees whether it answers on its heartbeat.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { kernelSpec, type Finding } from "./kernelspec";

const LIMIT_MILLISECONDS = 20_000;

/** A kernel started and ended again: good when it answered. */
export async function measureStart(): Promise<Finding> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-kernel-"));
  const file = path.join(folder, "connection.json");
  const ports = await freePorts(5);
  const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
  const connection = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    ...Object.fromEntries(names.map((name, at) => [name, ports[at]])),
  };
  fs.writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [node, ...args] = kernelSpec().argv.map((part) => (part === "{connection_file}" ? file : part));
  const start = performance.now();
  const kernel = spawn(node!, args, { stdio: ["ignore", "ignore", "pipe"], cwd: folder });
  let complaint = "";
  kernel.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  try {
    await answered(ports[4]!, () => kernel.exitCode !== null);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    return { isGood: true, text: `the kernel starts and answers in ${seconds} s` };
  } catch {
    const [reason = "no message"] = complaint.trim().split("\n").slice(-1);
    return { isGood: false, text: `the kernel does not start: ${reason}`, remedy: "relata setup" };
  } finally {
    kernel.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
      }),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

/** Resolves when the heartbeat echoes. */
async function answered(port: number, isDead: () => boolean): Promise<void> {
  const { Request } = await import("zeromq");
  const deadline = performance.now() + LIMIT_MILLISECONDS;
  while (performance.now() < deadline && !isDead()) {
    const socket = new Request({ linger: 0, receiveTimeout: 500, sendTimeout: 500 });
    try {
      socket.connect(`tcp://127.0.0.1:${port}`);
      await socket.send("ping");
      await socket.receive();
      return;
    } catch {
      // not up yet
    } finally {
      socket.close();
    }
  }
  throw new Error("no answer");
}
