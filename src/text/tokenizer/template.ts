// Where special tokens go around one text or a pair: the `post_processor` of a tokenizer.json.

import { WeightsError } from "../../core";

/** A special token, or the pieces of the first or second text, with the type id they get. */
export type TemplateItem =
  | { readonly kind: "special"; readonly id: number; readonly type: number }
  | { readonly kind: "text"; readonly sequence: 0 | 1; readonly type: number };

/** The template of a single text and of a pair. */
export interface Template {
  readonly single: readonly TemplateItem[];
  readonly pair: readonly TemplateItem[];
}

type Json = Readonly<Record<string, unknown>>;

const text = (sequence: 0 | 1, type: number): TemplateItem => ({ kind: "text", sequence, type });
const special = (id: number, type: number): TemplateItem => ({ kind: "special", id, type });

/** Neither special tokens nor anything else: just the texts. */
const PLAIN: Template = { single: [text(0, 0)], pair: [text(0, 0), text(1, 1)] };

/** The template of a post-processor; `file` is named in errors. */
export function templateOf(processor: Json | null | undefined, file: string): Template {
  if (processor === null || processor === undefined) return PLAIN;
  switch (processor["type"]) {
    case "ByteLevel":
      return PLAIN;
    case "BertProcessing": {
      const [cls, sep] = [tokenId(processor["cls"]), tokenId(processor["sep"])];
      return {
        single: [special(cls, 0), text(0, 0), special(sep, 0)],
        pair: [special(cls, 0), text(0, 0), special(sep, 0), text(1, 1), special(sep, 1)],
      };
    }
    case "RobertaProcessing": {
      const [cls, sep] = [tokenId(processor["cls"]), tokenId(processor["sep"])];
      return {
        single: [special(cls, 0), text(0, 0), special(sep, 0)],
        pair: [special(cls, 0), text(0, 0), special(sep, 0), special(sep, 0), text(1, 0), special(sep, 0)],
      };
    }
    case "TemplateProcessing":
      return {
        single: itemsOf(processor["single"], processor["special_tokens"], file),
        pair: itemsOf(processor["pair"], processor["special_tokens"], file),
      };
    case "Sequence": {
      const inner = (processor["processors"] as Json[] | undefined) ?? [];
      const known = inner.find((one) => one["type"] !== "ByteLevel");
      return templateOf(known, file);
    }
    default:
      throw new WeightsError(
        `${file}: post-processor "${String(processor["type"])}" is not known, expected one of TemplateProcessing, ` +
          `BertProcessing, RobertaProcessing, ByteLevel: take a BERT or RoBERTa tokenizer`,
      );
  }
}

function tokenId(pair: unknown): number {
  return Array.isArray(pair) ? Number(pair[1]) : 0;
}

function itemsOf(items: unknown, specials: unknown, file: string): TemplateItem[] {
  const known = (specials ?? {}) as Record<string, { ids: number[] }>;
  return ((items ?? []) as Json[]).flatMap((item): TemplateItem[] => {
    const sequence = item["Sequence"] as { id: string; type_id: number } | undefined;
    if (sequence !== undefined) return [text(sequence.id === "A" ? 0 : 1, sequence.type_id)];
    const token = item["SpecialToken"] as { id: string; type_id: number } | undefined;
    const ids = token === undefined ? undefined : known[token.id]?.ids;
    if (token === undefined || ids === undefined)
      throw new WeightsError(
        `${file}: the template names a special token without an id: get the tokenizer again`,
      );
    return ids.map((id) => special(id, token.type_id));
  });
}

/** Special tokens that a template adds. */
export function specialsIn(items: readonly TemplateItem[]): number {
  return items.filter((item) => item.kind === "special").length;
}

/** Lengths that fit `room` by the rule "longest first": the longer text is cut until both are equally long. */
export function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const shorter = Math.min(first, second);
  let short = shorter;
  let long = short > room ? short : Math.max(short, room - short);
  if (short + long > room) {
    short = Math.floor(room / 2);
    long = short + (room % 2);
  }
  return first > second ? [long, short] : [short, long];
}
