// Jupyter messages on the wire: frames with an HMAC, checked in constant time (messaging protocol 5.5, "The wire protocol").

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { RawJson } from "./raw-json";

/** The version of the messaging protocol that the kernel speaks. */
export const PROTOCOL_VERSION = "5.5";

/** Who sent a message, when, and what it is. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
  readonly subshell_id?: string | null;
}

/** Free JSON. */
export type Json = { readonly [key: string]: unknown };

/** One message, decoded. `identities` are the routing frames in front of it. */
export interface Message {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Buffer[];
}

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Why a message was dropped; the kernel notes it and goes on. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Turns messages into signed frames and back. An empty key means: no signatures. */
export class Wire {
  readonly session = randomUUID();
  private readonly seen = new Set<string>();

  constructor(
    private readonly key: string,
    private readonly scheme = "hmac-sha256",
  ) {
    if (!scheme.startsWith("hmac-"))
      throw new WireError(`signature scheme "${scheme}" is unknown, expected hmac-*`);
  }

  private sign(parts: readonly Buffer[]): Buffer {
    if (this.key === "") return Buffer.alloc(0);
    const hmac = createHmac(this.scheme.slice("hmac-".length), this.key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  }

  /** The message in `frames`; throws WireError for one that is malformed, forged or sent twice. */
  decode(frames: readonly Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (at < 0 || frames.length < at + 6)
      throw new WireError("malformed message: delimiter or parts missing");
    const parts = frames.slice(at + 2, at + 6);
    const signature = frames[at + 1]!;
    const expected = this.sign(parts);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      throw new WireError("wrong signature");
    if (this.key !== "") this.refuseReplay(signature.toString());
    const [header, parent, metadata, content] = parts.map((part) => objectOf(part));
    if (typeof header!.msg_type !== "string" || typeof header!.msg_id !== "string")
      throw new WireError("malformed header: msg_id or msg_type missing");
    return {
      identities: frames.slice(0, at),
      header: header as unknown as Header,
      parent: parent as Partial<Header>,
      metadata: metadata!,
      content: content!,
      buffers: frames.slice(at + 6),
    };
  }

  private refuseReplay(signature: string): void {
    if (this.seen.has(signature)) throw new WireError("the same message came twice");
    this.seen.add(signature);
    if (this.seen.size > 65536) for (const old of [...this.seen].slice(0, 32768)) this.seen.delete(old);
  }

  /** Frames of a new message of type `type` in answer to `parent`; `content` may be a RawJson. */
  encode(
    identities: readonly (Buffer | string)[],
    type: string,
    content: unknown,
    parent: Partial<Header> = {},
    metadata: Json = {},
    buffers: readonly Uint8Array[] = [],
  ): (Buffer | string | Uint8Array)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, parent, metadata, content].map((part) =>
      part instanceof RawJson ? part.bytes : Buffer.from(JSON.stringify(part)),
    );
    return [...identities, DELIMITER, this.sign(parts), ...parts, ...buffers];
  }
}

function objectOf(frame: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(frame.toString("utf8"));
  } catch {
    throw new WireError("malformed message: a part is not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new WireError("malformed message: a part is not an object");
  return value as Json;
}
