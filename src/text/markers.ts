// Sentences with markers around their mentions.

import { checkSentence, type Sentence, type Span } from "../data/sentence";
import type { MarkerPlace } from "./tokenizer/tokenizer";

/** The four markers of a sentence: around its head, around its tail. */
export interface MarkerNames {
  readonly head: readonly [open: string, close: string];
  readonly tail: readonly [open: string, close: string];
}

/** `[E1] head [/E1] ... [E2] tail [/E2]` (Soares et al. 2019). */
export const ENTITY_MARKERS: MarkerNames = { head: ["[E1]", "[/E1]"], tail: ["[E2]", "[/E2]"] };

/** How mentions are marked: by role, by role and entity type, or not at all. */
export type MarkerStyle = "entity" | "typed" | "none";

/** The markers of one sentence; typed ones are `[E1:TYPE]`, and `[E1:ENTITY]` where a mention has no type. */
export function markersOf(sentence: Sentence, style: MarkerStyle): MarkerNames | undefined {
  if (style === "none") return undefined;
  if (style === "entity") return ENTITY_MARKERS;
  const pair = (name: string, type = "ENTITY"): [string, string] => [
    `[${name}:${type}]`,
    `[/${name}:${type}]`,
  ];
  return { head: pair("E1", sentence.head.type), tail: pair("E2", sentence.tail.type) };
}

/** Every marker that `sentences` need, each once, for `tokenizer.addMarkers`. */
export function markersFor(sentences: Iterable<Sentence>, style: MarkerStyle): string[] {
  const names = new Set<string>();
  for (const sentence of sentences) {
    const markers = markersOf(sentence, style);
    for (const name of markers === undefined ? [] : [...markers.head, ...markers.tail]) names.add(name);
  }
  return style === "entity" ? [...ENTITY_MARKERS.head, ...ENTITY_MARKERS.tail] : [...names].sort();
}

/** A sentence's text with markers in it. */
export interface MarkedSentence {
  readonly text: string;
  /** The markers that were put in, in order; text that merely looks like a marker is not among them. */
  readonly places: readonly MarkerPlace[];
  /** Where the mentions are in `text`, without their own markers. */
  readonly spans: { readonly head: Span; readonly tail: Span };
}

interface Edge {
  readonly at: number;
  readonly isOpen: boolean;
  readonly role: "head" | "tail";
  readonly mention: Span;
}

/** Order of edges: by place; what ends before what begins; the outer mention opens first and closes last. */
function compareEdges(a: Edge, b: Edge): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.isOpen !== b.isOpen) return a.isOpen ? 1 : -1;
  const other = a.isOpen ? b.mention.end - a.mention.end : b.mention.start - a.mention.start;
  const headFirst = a.role === b.role ? 0 : a.role === "head" ? -1 : 1;
  return other !== 0 ? other : a.isOpen ? headFirst : -headFirst;
}

/**
 * Puts markers around both mentions, a space between marker and mention. Mentions may be nested, overlap or touch.
 *
 * @example markSentence(sentence).text // "[E1] Ada [/E1] wrote to [E2] Charles [/E2] ."
 */
export function markSentence(sentence: Sentence, markers: MarkerNames = ENTITY_MARKERS): MarkedSentence {
  checkSentence(sentence);
  const edges = (["head", "tail"] as const)
    .flatMap((role): Edge[] => [
      { at: sentence[role].start, isOpen: true, role, mention: sentence[role] },
      { at: sentence[role].end, isOpen: false, role, mention: sentence[role] },
    ])
    .sort(compareEdges);
  const places: MarkerPlace[] = [];
  const found = { head: { start: 0, end: 0 }, tail: { start: 0, end: 0 } };
  let text = "";
  let done = 0;
  for (const { at, isOpen, role } of edges) {
    text += sentence.text.slice(done, at);
    done = at;
    if (!isOpen) {
      found[role].end = text.length;
      text += " ";
    }
    const marker = markers[role][isOpen ? 0 : 1];
    places.push({ start: text.length, end: text.length + marker.length, marker });
    text += marker;
    if (isOpen) {
      text += " ";
      found[role].start = text.length;
    }
  }
  return { text: text + sentence.text.slice(done), places, spans: found };
}
