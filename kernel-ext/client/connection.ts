// Connection files: the five ports and the key by which client and kernel find and trust each other.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { messageOf } from "../../src/core/errors";
import { addressOf, type Connection } from "../protocol/connection";
import { KernelError } from "./errors";

/** What a Jupyter connection file says: the kernel reads the same. */
export type ConnectionInfo = Connection;

/** One of the five sockets. */
export type ChannelName = "shell" | "iopub" | "stdin" | "control" | "hb";

/** `tcp://127.0.0.1:5555` of one channel. */
export function endpoint(connection: ConnectionInfo, channel: ChannelName): string {
  return addressOf(connection, connection[`${channel}_port`]);
}

/** Five ports of 127.0.0.1 that were free a moment ago: held together, so that they differ, then let go. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A connection on 127.0.0.1 with fresh ports and a fresh 256-bit key. */
export async function freshConnection(kernelName: string): Promise<ConnectionInfo> {
  const [shell, iopub, stdin, control, hb] = await freePorts(5);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: hb!,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: kernelName,
  };
}

const PREFIX = "relata-kernel-";

/**
 * Writes `connection` where only this user can read it (0600 in a 0700 folder of its own) and returns the file. The
 * folder carries our process id, so that whoever comes next clears away what a killed process left.
 */
export function writeConnectionFile(connection: ConnectionInfo): string {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const owner = name.startsWith(PREFIX) ? /^(\d+)-/.exec(name.slice(PREFIX.length)) : null;
    if (owner !== null && isGone(Number(owner[1]))) removeFolder(path.join(os.tmpdir(), name));
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
  const file = path.join(folder, "connection.json");
  fs.writeFileSync(file, JSON.stringify(connection, null, 2), { mode: 0o600 });
  return file;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function removeFolder(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // another user's, or another process was faster: not ours to insist
  }
}

/** Removes what `writeConnectionFile` made. */
export function removeConnectionFile(file: string): void {
  fs.rmSync(path.dirname(file), { recursive: true, force: true });
}

/** Reads and checks a connection file. */
export function readConnectionFile(file: string): ConnectionInfo {
  let read: Partial<Record<keyof ConnectionInfo, unknown>>;
  try {
    read = JSON.parse(fs.readFileSync(file, "utf8")) as typeof read;
  } catch (cause) {
    throw new KernelError(`cannot read the connection file "${file}": ${messageOf(cause)}`, { cause });
  }
  for (const channel of ["shell", "iopub", "stdin", "control", "hb"] as const) {
    if (typeof read[`${channel}_port`] !== "number") {
      throw new KernelError(`the connection file "${file}" has no ${channel}_port: is it one of Jupyter's?`);
    }
  }
  if (read.signature_scheme !== undefined && read.signature_scheme !== "hmac-sha256") {
    throw new KernelError(
      `the connection file "${file}" wants signatures by ${String(read.signature_scheme)}, known: hmac-sha256`,
    );
  }
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "",
    signature_scheme: "hmac-sha256",
    ...read,
  } as ConnectionInfo;
}
