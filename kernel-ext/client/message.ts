// Jupyter messages on the wire (protocol 5.4): frames signed with HMAC-SHA256, JSON parts, raw buffers.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { messageOf } from "../../src/core/errors";
import { KernelError } from "./errors";

/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Who sent a message, when, and what kind it is. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** One message. `identities` are the routing frames (topic on iopub); `parent` is empty when nothing caused it. */
export interface Message {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Buffer[];
}

const DELIMITER = Buffer.from("<IDS|MSG>");
const PROTOCOL = "5.4";

/** A fresh request of kind `type`; `session` is the client's. */
export function request(
  type: string,
  content: JsonObject,
  session: string,
  extra: { metadata?: JsonObject; buffers?: readonly Buffer[]; parent?: Partial<Header> } = {},
): Message {
  const header: Header = {
    msg_id: randomUUID(),
    session,
    username: "relata",
    date: new Date().toISOString(),
    msg_type: type,
    version: PROTOCOL,
  };
  const { metadata = {}, buffers = [], parent = {} } = extra;
  return { identities: [], header, parent, metadata, content, buffers };
}

/** Hex HMAC-SHA256 of the four JSON frames; empty when `key` is, which turns signing off. */
export function signature(key: string, frames: readonly Buffer[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

/** The frames of `message`, signed with `key`. */
export function encode(message: Message, key: string): Buffer[] {
  const parts = [message.header, message.parent, message.metadata, message.content];
  const frames = parts.map((part) => Buffer.from(JSON.stringify(part)));
  return [
    ...message.identities,
    DELIMITER,
    Buffer.from(signature(key, frames)),
    ...frames,
    ...message.buffers,
  ];
}

/** The message in `frames`; throws a `KernelError` when frames are missing, the signature differs or JSON is broken. */
export function decode(frames: readonly Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  if (start < 0 || frames.length < start + 6) {
    throw new KernelError(
      `a message of ${frames.length} frames is no Jupyter message: six after <IDS|MSG> expected`,
    );
  }
  const parts = frames.slice(start + 2, start + 6);
  const wanted = Buffer.from(signature(key, parts));
  const given = frames[start + 1]!;
  if (key !== "" && (given.length !== wanted.length || !timingSafeEqual(given, wanted))) {
    throw new KernelError(
      "a message carries a wrong signature: client and kernel use different connection files",
    );
  }
  try {
    const [header, parent, metadata, content] = parts.map(
      (part) => JSON.parse(part.toString("utf8")) as unknown,
    );
    return {
      identities: frames.slice(0, start),
      header: header as Header,
      parent: (parent ?? {}) as Partial<Header>,
      metadata: (metadata ?? {}) as JsonObject,
      content: (content ?? {}) as JsonObject,
      buffers: frames.slice(start + 6),
    };
  } catch (cause) {
    throw new KernelError(`a message is not valid JSON: ${messageOf(cause)}`, { cause });
  }
}
