// Takes out of printed promises what Node 20 writes on them while asynchronous contexts are tracked.

const MARKS =
  /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: (?:\d+|CellRun)/g;
const SMALL_PROMISE = /Promise \{\n\s+([^\n]{0,80})\n\s*\}/g;

/** `text` as it would be without the kernel's marks. */
export function withoutMarks(text: string): string {
  if (!text.includes("async_id_symbol)]: ")) return text;
  return text.replace(MARKS, "").replace(SMALL_PROMISE, "Promise { $1 }");
}
