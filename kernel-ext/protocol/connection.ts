// The connection file: addresses and key that the client wrote for this kernel.

import * as fs from "node:fs";

/** Ports, address and key of a kernel. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
  readonly kernel_name?: string;
}

/** Reads a connection file; one sentence says what is wrong with it. */
export function readConnection(file: string): Connection {
  let content: Partial<Connection>;
  try {
    content = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<Connection>;
  } catch (cause) {
    throw new Error(`the connection file "${file}" cannot be read: a Jupyter client has to write it first`, {
      cause,
    });
  }
  for (const port of ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const)
    if (typeof content[port] !== "number") throw new Error(`the connection file "${file}" lacks ${port}`);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "",
    signature_scheme: "hmac-sha256",
    ...content,
  } as Connection;
}

/** The ZeroMQ address of one port. */
export function addressOf(connection: Connection, port: number): string {
  return connection.transport === "ipc" ? `ipc://${connection.ip}-${port}` : `tcp://${connection.ip}:${port}`;
}
