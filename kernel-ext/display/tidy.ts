// Printed text as the user means it: promises without what Node 20 writes on them, stack lines at their true places.

const MARKS =
  /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: (?:\d+|CellRun)/g;
const SMALL_PROMISE = /Promise \{\n\s+([^\n]{0,80})\n\s*\}/g;

/** `text` as it would be without the kernel's marks. */
export function withoutMarks(text: string): string {
  if (!text.includes("async_id_symbol)]: ")) return text;
  return text.replace(MARKS, "").replace(SMALL_PROMISE, "Promise { $1 }");
}

let places = (text: string): string => text;

/** Says how stack lines in printed text get their true places; set by the kernel. */
export function usePlaces(next: (text: string) => string): void {
  places = next;
}

/** `text` with the stack lines of errors in it as they are in a traceback: true places, no frames of the kernel. */
export function withTruePlaces(text: string): string {
  return text.includes("\n") && /\n\s+at /.test(text) ? places(text) : text;
}
