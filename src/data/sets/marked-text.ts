// A text with its mentions marked: cut at every mention's ends, so that nested and crossing mentions stay right.

import { escapeHtml } from "../../core";
import type { Span } from "../sentence";

/** A mention to mark: where, in which role (the word shown), in which colour (a background), and a hint on hover. */
export interface Mark extends Span {
  readonly role: string;
  readonly colour: string;
  readonly hint?: string;
}

/** A stretch of text and the marks that cover it. */
export interface Segment {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** Backgrounds that can be told apart, also by the colour-blind; dark text on each is readable. */
export const MARK_COLOURS = ["#a8cdfb", "#ffc98f", "#b9e3a8", "#e3c3f0", "#f6e07a", "#c9cfd6"] as const;

/** The text cut wherever a mark begins or ends. */
export function segmentsOf(text: string, marks: readonly Mark[]): Segment[] {
  const ends = marks.flatMap(({ start, end }) => [start, end]).filter((at) => at > 0 && at < text.length);
  const cuts = [0, ...new Set(ends.sort((a, b) => a - b)), text.length];
  const segments: Segment[] = [];
  for (let index = 0; index + 1 < cuts.length; index++) {
    const [start, end] = [cuts[index]!, cuts[index + 1]!];
    if (start === end) continue;
    const covering = marks.filter((mark) => mark.start <= start && mark.end >= end);
    segments.push({ text: text.slice(start, end), marks: covering });
  }
  return segments;
}

/** The text for a terminal: `The [head: audits] were about [tail: waste].` */
export function markedPlain(text: string, marks: readonly Mark[]): string {
  return segmentsOf(text, marks)
    .map((segment) => {
      if (segment.marks.length === 0) return segment.text;
      return `[${segment.marks.map(({ role }) => role).join("+")}: ${segment.text}]`;
    })
    .join("");
}

const MARK_STYLE = "color:#111;padding:1px 0;border-radius:3px";

/** The background of one colour, or stripes of several where mentions overlap. */
function background(colours: readonly string[]): string {
  if (colours.length === 1) return colours[0]!;
  const stripe = 4;
  const stops = colours.map((colour, index) => `${colour} ${index * stripe}px ${(index + 1) * stripe}px`);
  return `repeating-linear-gradient(135deg,${stops.join(",")})`;
}

/** The text as HTML, every character escaped; roles and hints are in the `title`, for hover and screen readers. */
export function markedHtml(text: string, marks: readonly Mark[]): string {
  return segmentsOf(text, marks)
    .map((segment) => {
      const inside = escapeHtml(segment.text);
      if (segment.marks.length === 0) return inside;
      const title = segment.marks
        .map(({ role, hint }) => (hint === undefined ? role : `${role}: ${hint}`))
        .join("; ");
      const colours = segment.marks.map(({ colour }) => colour);
      return `<mark title="${escapeHtml(title)}" style="background:${escapeHtml(background(colours))};${MARK_STYLE}">${inside}</mark>`;
    })
    .join("");
}

/** A legend of roles in their colours. */
export function legendHtml(roles: readonly { readonly role: string; readonly colour: string }[]): string {
  const items = roles.map(
    ({ role, colour }) =>
      `<mark style="background:${escapeHtml(colour)};${MARK_STYLE}">${escapeHtml(role)}</mark>`,
  );
  return `<div style="margin:2px 0 6px">${items.join(" ")}</div>`;
}
