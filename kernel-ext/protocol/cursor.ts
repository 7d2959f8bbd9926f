// Cursor positions: the protocol counts code points (5.2), JavaScript counts UTF-16 units.

/** The UTF-16 offset of the code point at `position`. */
export function toOffset(text: string, position: number): number {
  let offset = 0;
  for (let count = 0; count < position && offset < text.length; count++)
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset;
}

/** How many code points lie before the UTF-16 offset. */
export function toPosition(text: string, offset: number): number {
  let position = 0;
  for (let at = 0; at < offset; position++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return position;
}
