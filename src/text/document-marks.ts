// Documents with markers around every mention; mentions of hidden entities become one [BLANK] (paper 004, section 3).

import { OptionError } from "../core";
import type { Document } from "../data/document";
import type { MarkerPlace } from "./tokenizer/tokenizer";

/** What is put around a mention, and in place of one. */
export const DOCUMENT_MARKERS = { open: "[E]", close: "[/E]", blank: "[BLANK]" } as const;

/** How mentions of a document are marked: `[E] mention [/E]`, or not at all. */
export type DocumentMarkerStyle = "entity" | "none";

/** The tokens a tokenizer needs before it encodes marked documents: `tokenizer.addMarkers(documentMarkers())`. */
export function documentMarkers(style: DocumentMarkerStyle = "entity"): string[] {
  const { open, close, blank } = DOCUMENT_MARKERS;
  return style === "entity" ? [open, close, blank] : [blank];
}

/** A document's text with markers in it. */
export interface MarkedDocument {
  readonly text: string;
  /** The markers that were put in, in order. */
  readonly places: readonly MarkerPlace[];
  /** One entry a mention of the document: where it is in `text`, own markers left out, and its markers in `places`. */
  readonly mentions: readonly {
    readonly start: number;
    readonly end: number;
    readonly open?: number;
    readonly close?: number;
  }[];
}

interface MarkedSpan {
  readonly start: number;
  readonly end: number;
  readonly isBlank: boolean;
  /** What the text says of it once it is written. */
  readonly written: { start: number; end: number; open?: number; close?: number };
  hasBlank: boolean;
}

/** The distinct spans of all mentions; one is blank where a hidden entity is mentioned by it or by what holds it. */
function spansOf(
  { mentions, entities }: Document,
  hidden: ReadonlySet<number>,
): { spans: MarkedSpan[]; of: MarkedSpan[] } {
  const chosen = new Set<number>();
  for (const entity of hidden) for (const mention of entities[entity]?.mentions ?? []) chosen.add(mention);
  const covers = [...chosen].map((mention) => mentions[mention]!);
  const known = new Map<string, MarkedSpan>();
  const of = mentions.map(({ start, end }): MarkedSpan => {
    const key = `${start} ${end}`;
    let span = known.get(key);
    if (span === undefined) {
      const isBlank = covers.some((cover) => cover.start <= start && end <= cover.end);
      span = { start, end, isBlank, written: { start: 0, end: 0 }, hasBlank: false };
      known.set(key, span);
    }
    return span;
  });
  return { spans: [...known.values()], of };
}

/** Order of edges: by place; what ends before what begins; the outer span opens first and closes last. */
function edgesOf(spans: readonly MarkedSpan[]): { at: number; isOpen: boolean; span: MarkedSpan }[] {
  return spans
    .flatMap((span) => [
      { at: span.start, isOpen: true, span },
      { at: span.end, isOpen: false, span },
    ])
    .sort((a, b) => {
      if (a.at !== b.at) return a.at - b.at;
      if (a.isOpen !== b.isOpen) return a.isOpen ? 1 : -1;
      return a.isOpen ? b.span.end - a.span.end : b.span.start - a.span.start;
    });
}

/**
 * Puts markers around every mention; mentions may be nested, cross or touch, and two of the same span share markers.
 * `hidden`: entities (positions in `document.entities`) whose mentions are replaced by [BLANK].
 *
 * @example markDocument(document, { hidden: new Set([0]) }).text // "[E] [BLANK] [/E] wrote to [E] Charles [/E] ."
 */
export function markDocument(
  document: Document,
  {
    markers = "entity",
    hidden = new Set(),
  }: { readonly markers?: DocumentMarkerStyle; readonly hidden?: ReadonlySet<number> } = {},
): MarkedDocument {
  if (markers !== "entity" && markers !== "none")
    throw new OptionError(`markers of a document are "${String(markers)}": they must be one of entity, none`);
  const { spans, of } = spansOf(document, hidden);
  const places: MarkerPlace[] = [];
  let text = "";
  let done = 0;
  const put = (marker: string): number => {
    places.push({ start: text.length, end: text.length + marker.length, marker });
    text += marker;
    return places.length - 1;
  };
  const open: MarkedSpan[] = [];
  const writeUpTo = (at: number): void => {
    if (at <= done) return;
    const blanks = open.filter(({ isBlank }) => isBlank);
    if (blanks.length === 0) text += document.text.slice(done, at);
    else if (blanks.some(({ hasBlank }) => !hasBlank)) {
      for (const span of blanks) span.hasBlank = true;
      if (text !== "" && !/\s$/.test(text)) text += " ";
      put(DOCUMENT_MARKERS.blank);
    }
    done = at;
  };
  for (const { at, isOpen, span } of edgesOf(spans)) {
    writeUpTo(at);
    if (isOpen) {
      if (markers === "entity") {
        span.written.open = put(DOCUMENT_MARKERS.open);
        text += " ";
      }
      span.written.start = text.length;
      open.push(span);
      continue;
    }
    open.splice(open.indexOf(span), 1);
    span.written.end = text.length;
    if (markers === "entity") {
      text += " ";
      span.written.close = put(DOCUMENT_MARKERS.close);
    }
  }
  writeUpTo(document.text.length);
  return { text, places, mentions: of.map(({ written }) => written) };
}
