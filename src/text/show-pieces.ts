// Pieces drawn as coloured boxes, for notebooks, and as plain text, for terminals.

import { escapeHtml, type MimeBundle } from "../core";

/** A piece to draw: what it is and which mention it belongs to, if any. */
export interface ShownPiece {
  readonly token: string;
  readonly id: number;
  /** Word index, -1 for none; the pieces of one word touch each other. */
  readonly word: number;
  readonly role?: "special" | "marker" | "head" | "tail" | "both" | undefined;
}

const COLOURS: Readonly<Record<NonNullable<ShownPiece["role"]> | "plain", string>> = {
  plain: "rgba(128,128,128,.14)",
  special: "rgba(128,128,128,.38)",
  marker: "rgba(240,180,0,.55)",
  head: "rgba(52,120,246,.32)",
  tail: "rgba(230,80,60,.32)",
  both: "rgba(150,80,200,.36)",
};

/** The bundle of a row of pieces: HTML boxes (the id in the tooltip) and tokens as text. */
export function piecesBundle(pieces: readonly ShownPiece[]): MimeBundle {
  return {
    "text/plain": pieces.map(({ token }) => token).join(" "),
    "text/html": `<div style="line-height:2;font-family:monospace">${pieces.map(box).join("")}</div>`,
  };
}

function box({ token, id, word, role }: ShownPiece, index: number, pieces: readonly ShownPiece[]): string {
  const follows = index > 0 && word >= 0 && pieces[index - 1]!.word === word;
  const style =
    `background:${COLOURS[role ?? "plain"]};border-radius:3px;padding:1px 3px;white-space:pre;` +
    `margin-left:${follows ? 1 : 6}px${role === "marker" ? ";font-weight:bold" : ""}`;
  return `<span style="${style}" title="id ${id}${role === undefined ? "" : `, ${role}`}">${escapeHtml(token)}</span>\u200b`;
}
