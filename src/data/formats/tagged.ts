// Sentences whose mentions are marked by tags in the text, as `<e1>..</e1>` and `<e2>..</e2>`.

import { DataError, type Place } from "../../core";
import type { Span } from "../sentence";
import { shorten } from "../input/faults";
import { spanOf } from "../input/words";

/** A text without its tags, and the span each kind of tag enclosed. */
export interface Untagged {
  readonly text: string;
  /** By tag name (`e1`); `type` is what follows a colon in the tag (`<e1:PERSON>`). Repeated tags: in order. */
  readonly spans: ReadonlyMap<string, readonly (Span & { readonly type?: string })[]>;
}

const TAG = /<(\/?)(e[12])(?::([^<>]*))?>/g;

/** Takes the tags out of a text; a tag that is not closed, or closed without being open, is a fault. */
export function untag(tagged: string, place: Place): Untagged {
  const spans = new Map<string, (Span & { type?: string })[]>();
  const open = new Map<string, { start: number; type: string | undefined }>();
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  for (const match of tagged.matchAll(TAG)) {
    const [tag, slash, name = "", type] = match;
    const at = match.index ?? 0;
    parts.push(tagged.slice(from, at));
    length += at - from;
    from = at + tag.length;
    const opened = open.get(name);
    if (slash === "") {
      if (opened !== undefined)
        throw new DataError(`tag ${shorten(tag, 20)} opens again before it is closed: correct it`, place);
      open.set(name, { start: length, type });
      continue;
    }
    if (opened === undefined)
      throw new DataError(`tag ${shorten(tag, 20)} closes what is not open: correct it`, place);
    open.delete(name);
    if (opened.start === length) throw new DataError(`tag <${name}> encloses no text: correct it`, place);
    const found = spans.get(name) ?? [];
    const entityType = opened.type ?? type;
    found.push({
      ...spanOf(opened.start, length),
      ...(entityType === undefined ? {} : { type: entityType }),
    });
    spans.set(name, found);
  }
  const left = [...open.keys()][0];
  if (left !== undefined) throw new DataError(`tag <${left}> is not closed: add </${left}>`, place);
  parts.push(tagged.slice(from));
  return { text: parts.join(""), spans };
}

/** The one span of a tag, or a fault that says how many there are. */
export function onlySpan(untagged: Untagged, name: string, place: Place): Span & { readonly type?: string } {
  const found = untagged.spans.get(name) ?? [];
  if (found.length !== 1)
    throw new DataError(
      `expected one <${name}>..</${name}>, found ${found.length}: correct the sentence`,
      place,
    );
  return found[0]!;
}
