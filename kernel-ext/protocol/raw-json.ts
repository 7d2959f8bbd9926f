// JSON that is bytes already, for content too large to be made twice.

/** A JSON object in UTF-8; the wire sends it as it is. */
export class RawJson {
  constructor(readonly bytes: Buffer) {}
}

/** Content of a message that may be bytes of JSON. */
export function asJson(content: object | Uint8Array): object {
  if (!(content instanceof Uint8Array)) return content;
  return new RawJson(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}

/** `{ data, ...rest }` as content of a message, where `data` may be bytes of JSON. */
export function withData(data: object | Uint8Array, rest: object): object {
  if (!(data instanceof Uint8Array)) return { data, ...rest };
  const parts = ['{"data":', data, `,${JSON.stringify(rest).slice(1)}`];
  return new RawJson(
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part))),
  );
}
