// Tokens that are matched as they stand before anything else: [MASK], <s>, entity markers.

import type { BertNormalizer } from "./bert-normalizer";

/** An entry of `added_tokens` in a tokenizer.json. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Matched on the normalised text instead of the raw one. */
  readonly normalized: boolean;
  /** Takes the white space on its left (right) with it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Matched only between characters that are no word characters. */
  readonly single_word: boolean;
}

/** A stretch of text that is one added token (`id`), or is still to be split (`id` -1). */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

const WORD_END = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]$/u;
const WORD_START = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]/u;
const SPACE_END = /\p{White_Space}*$/u;
const SPACE_START = /^\p{White_Space}*/u;

/** Leftmost-longest search for the contents of `tokens`; undefined when there are none. */
function patternOf(contents: readonly string[]): RegExp | undefined {
  const wanted = contents.filter((content) => content !== "");
  if (wanted.length === 0) return undefined;
  const escaped = [...wanted]
    .sort((a, b) => b.length - a.length)
    .map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(escaped.join("|"), "g");
}

interface Finder {
  readonly pattern: RegExp;
  readonly tokens: ReadonlyMap<string, AddedToken>;
}

function finderOf(
  tokens: readonly AddedToken[],
  contentOf: (token: AddedToken) => string,
): Finder | undefined {
  const byContent = new Map(tokens.map((token) => [contentOf(token), token]));
  const pattern = patternOf([...byContent.keys()]);
  return pattern === undefined ? undefined : { pattern, tokens: byContent };
}

/** Finds added tokens in text: first those of the raw text, then those of the normalised text. */
export class AddedTokens {
  private readonly raw: Finder | undefined;
  private readonly normal: Finder | undefined;

  constructor(
    tokens: readonly AddedToken[],
    private readonly normalizer: BertNormalizer | undefined,
  ) {
    this.raw = finderOf(
      tokens.filter((token) => !token.normalized),
      ({ content }) => content,
    );
    this.normal = finderOf(
      tokens.filter((token) => token.normalized),
      ({ content }) => normalizer?.normalizeWithPlaces(content, true).normal ?? content,
    );
  }

  /** `text[start, end)` as sections in order, without empty ones. */
  sections(text: string, start: number, end: number): Section[] {
    const raw = this.raw === undefined ? [{ start, end, id: -1 }] : find(this.raw, text, start, end);
    if (this.normal === undefined) return raw;
    return raw.flatMap((section) =>
      section.id >= 0 ? [section] : this.findNormal(this.normal!, text, section),
    );
  }

  private findNormal(finder: Finder, text: string, { start, end }: Section): Section[] {
    if (this.normalizer === undefined) return find(finder, text, start, end);
    const { normal, starts, ends } = this.normalizer.normalizeWithPlaces(text.slice(start, end), true);
    const found = find(finder, normal, 0, normal.length);
    return found.map((section) => ({
      id: section.id,
      start: start + (starts[section.start] ?? 0),
      end: start + (ends[section.end - 1] ?? 0),
    }));
  }
}

function find({ pattern, tokens }: Finder, text: string, start: number, end: number): Section[] {
  const part = start === 0 && end === text.length ? text : text.slice(start, end);
  pattern.lastIndex = 0;
  let match = pattern.exec(part);
  if (match === null) return part === "" ? [] : [{ start, end, id: -1 }];
  const sections: Section[] = [];
  let done = 0;
  for (; match !== null; match = pattern.exec(part)) {
    const token = tokens.get(match[0])!;
    let from = match.index;
    let to = from + match[0].length;
    if (token.single_word && (WORD_END.test(part.slice(0, from)) || WORD_START.test(part.slice(to))))
      continue;
    if (token.lstrip) from = Math.max(done, from - SPACE_END.exec(part.slice(done, from))![0].length);
    if (token.rstrip) to += SPACE_START.exec(part.slice(to))![0].length;
    if (done < from) sections.push({ start: start + done, end: start + from, id: -1 });
    sections.push({ start: start + from, end: start + to, id: token.id });
    done = to;
  }
  if (done < part.length) sections.push({ start: start + done, end, id: -1 });
  return sections;
}
