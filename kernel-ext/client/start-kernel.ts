// Starting a kernel: connection file, process, handshake; tried again when another program took a port.

import { freshConnection, writeConnectionFile } from "./connection";
import { KernelError } from "./errors";
import { KernelClient } from "./kernel-client";
import { KernelProcess } from "./kernel-process";
import { readKernelSpec, type KernelSpec } from "./kernelspec";

/** How to start a kernel. */
export interface StartOptions {
  /** A kernelspec, or the folder that holds its kernel.json. */
  readonly spec: KernelSpec | string;
  readonly cwd?: string;
  /** Added to our own environment and the kernelspec's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it must answer. Default 60,000. */
  readonly startTimeout?: number;
  /** What the process writes to stdout and stderr past the protocol. */
  readonly onOutput?: (text: string) => void;
  /** Aborting while it starts ends it. */
  readonly signal?: AbortSignal;
}

const PORT_TAKEN = /address already in use|EADDRINUSE/i;
const ATTEMPTS = 3;

/** Starts a kernel and waits until it answers. End it with `client.shutdown()`; it also ends when this process does. */
export async function startKernel(options: StartOptions): Promise<KernelClient> {
  const spec = typeof options.spec === "string" ? readKernelSpec(options.spec) : options.spec;
  for (let attempt = 1; ; attempt++) {
    const connection = await freshConnection(spec.name);
    const file = writeConnectionFile(connection);
    const process = new KernelProcess(spec, file, options);
    const client = new KernelClient(connection, { process, interruptMode: spec.interruptMode });
    const abort = (): void => void process.stop(0);
    options.signal?.addEventListener("abort", abort, { once: true });
    try {
      await client.ready(options.startTimeout);
      return client;
    } catch (error) {
      client.close();
      await process.stop();
      if (options.signal?.aborted === true)
        throw new KernelError("the kernel was stopped while it started", { cause: error });
      if (attempt === ATTEMPTS || !PORT_TAKEN.test(process.output)) throw error;
    } finally {
      options.signal?.removeEventListener("abort", abort);
    }
  }
}
