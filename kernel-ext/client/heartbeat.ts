// The heartbeat: a frame that a living kernel echoes, whatever else it is doing.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer } from "zeromq";
import { endpoint, type ConnectionInfo } from "./connection";

/** Sends one beat on a socket of its own; true when it comes back within `timeout` milliseconds. */
export async function beat(connection: ConnectionInfo, timeout: number): Promise<boolean> {
  const socket = new Dealer({ linger: 0, receiveTimeout: timeout });
  socket.connect(endpoint(connection, "hb"));
  try {
    const sent = Buffer.from(randomUUID());
    await socket.send([Buffer.alloc(0), sent]);
    const back = await socket.receive();
    return back.at(-1)?.equals(sent) ?? false;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** Beats every `interval` until `signal` aborts; calls `onSilence` once, after `misses` beats in a row were lost. */
export async function watchHeartbeat(
  connection: ConnectionInfo,
  options: { interval: number; timeout: number; misses: number; signal: AbortSignal },
  onSilence: () => void,
): Promise<void> {
  let lost = 0;
  while (!options.signal.aborted) {
    const isAlive = await beat(connection, options.timeout);
    if (options.signal.aborted) return;
    lost = isAlive ? 0 : lost + 1;
    if (lost >= options.misses) return onSilence();
    await delay(options.interval, undefined, { ref: false, signal: options.signal }).catch(() => undefined);
  }
}
