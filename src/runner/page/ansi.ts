// Terminal colours as HTML: the SGR codes that tracebacks and progress lines use; other codes are dropped.

import { escapeHtml } from "../../core";

interface Look {
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
  front: string | undefined;
  back: string | undefined;
}

const PLAIN: Look = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  front: undefined,
  back: undefined,
};
// eslint-disable-next-line no-control-regex
const CODES =
  /\u001b\[([0-9;:]*)m|\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;

/** `text` with its colours as spans of class `ansi-*`, everything else escaped. */
export function ansiToHtml(text: string): string {
  const out: string[] = [];
  let look = { ...PLAIN };
  let at = 0;
  const push = (piece: string): void => {
    if (piece !== "") out.push(dressed(printable(piece), look));
  };
  for (const match of text.matchAll(CODES)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) look = changed(look, match[1]);
  }
  push(text.slice(at));
  return out.join("");
}

/** `text` without any terminal codes. */
export function stripAnsi(text: string): string {
  return text.replace(CODES, "");
}

function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return escapeHtml(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ""));
}

function dressed(html: string, look: Look): string {
  const [front, back] = look.inverse
    ? [look.back ?? "inverse", look.front ?? "inverse"]
    : [look.front, look.back];
  const classes = [
    look.bold ? "ansi-bold" : "",
    look.dim ? "ansi-dim" : "",
    look.italic ? "ansi-italic" : "",
    look.underline ? "ansi-underline" : "",
    front !== undefined && !front.startsWith("#") ? `ansi-${front}` : "",
    back !== undefined && !back.startsWith("#") ? `ansi-back-${back}` : "",
  ].filter((name) => name !== "");
  const style = [
    front?.startsWith("#") === true ? `color:${front}` : "",
    back?.startsWith("#") === true ? `background:${back}` : "",
  ].filter((rule) => rule !== "");
  if (classes.length === 0 && style.length === 0) return html;
  const names = classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  return `<span${names}${style.length === 0 ? "" : ` style="${style.join(";")}"`}>${html}</span>`;
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

function changed(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = { ...before };
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    if (code === 0) look = { ...PLAIN };
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 3) look.italic = true;
    else if (code === 4) look.underline = true;
    else if (code === 7) look.inverse = true;
    else if (code === 22) look.bold = look.dim = false;
    else if (code === 23) look.italic = false;
    else if (code === 24) look.underline = false;
    else if (code === 27) look.inverse = false;
    else if (code >= 30 && code <= 37) look.front = COLOURS[code - 30];
    else if (code >= 90 && code <= 97) look.front = `bright-${COLOURS[code - 90]}`;
    else if (code >= 40 && code <= 47) look.back = COLOURS[code - 40];
    else if (code >= 100 && code <= 107) look.back = `bright-${COLOURS[code - 100]}`;
    else if (code === 39) look.front = undefined;
    else if (code === 49) look.back = undefined;
    else if (code === 38 || code === 48) {
      const isWide = codes[index + 1] === 2;
      const colour = isWide ? hex(codes.slice(index + 2, index + 5)) : paletteColour(codes[index + 2] ?? 0);
      if (code === 38) look.front = colour;
      else look.back = colour;
      index += isWide ? 4 : 2;
    }
  }
  return look;
}

function hex(parts: readonly number[]): string {
  return `#${[0, 1, 2]
    .map((at) =>
      Math.min(255, parts[at] ?? 0)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The 256 colours of xterm: 16 named ones, a cube of 216, 24 greys. */
function paletteColour(code: number): string {
  if (code < 8) return COLOURS[code]!;
  if (code < 16) return `bright-${COLOURS[code - 8]!}`;
  if (code >= 232) return hex([0, 1, 2].map(() => 8 + 10 * (code - 232)));
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = code - 16;
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}
