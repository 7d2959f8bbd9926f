// A set of sentences: immutable, fluent, with its origin, and showing itself as counts or as marked sentences.

import { unknownName } from "../../core";
import { bagsOf, type BagOptions } from "../builders/bags";
import { alignSentences, injectNoise, type NoisySentences, type Triple } from "../builders/distant";
import { mentionWindow } from "../builders/windows";
import { checkSentence, textOf, type Mention, type Sentence } from "../sentence";
import { provenanceOfMemory } from "./provenance";
import type { BagSet } from "./bag-set";
import { ItemSet, type SetFacts, type Shown } from "./item-set";
import { legendHtml, markedHtml, markedPlain, MARK_COLOURS, type Mark } from "./marked-text";
import { groupDigits, quantity, tableHtml, tableText, withBars, type TableView } from "./table-view";

/** What `where` selects by; every field given must hold, a list means any of its values. */
export interface SentenceQuery {
  readonly relation?: string | readonly string[];
  readonly headType?: string | readonly string[];
  readonly tailType?: string | readonly string[];
}

/** A sentence as one flat row, ready for a frame. */
export interface SentenceRow {
  readonly id: string;
  readonly text: string;
  readonly head: string;
  readonly tail: string;
  readonly relation: string;
  readonly headStart: number;
  readonly headEnd: number;
  readonly tailStart: number;
  readonly tailEnd: number;
}

const SHOWN_SENTENCES = 50;
const UNLABELLED = "(no relation)";
const ROLES = [
  { role: "head", colour: MARK_COLOURS[0] },
  { role: "tail", colour: MARK_COLOURS[1] },
] as const;

/**
 * Sentences with head and tail mention. Shows a table of relation counts; after `sample(n)` the sentences themselves
 * with head and tail marked in colour.
 *
 * @example const causes = sentences.where({ relation: "Cause-Effect(e1,e2)" }).sample(3, { seed: 1 });
 */
export class SentenceSet extends ItemSet<Sentence, SentenceSet> {
  protected readonly noun = "sentences";
  protected readonly form =
    "a sentence: text, head and tail mention as [start, end) in UTF-16 units, the relation from head to tail where it is known, and the words of the source where it gives them";

  /** Sentences made by a program, checked; `name` is kept in the provenance. */
  static from(
    sentences: Iterable<Sentence>,
    { name = "sentences" }: { readonly name?: string } = {},
  ): SentenceSet {
    return new SentenceSet(
      [...sentences].map((sentence) => checkSentence(sentence)),
      {
        provenance: provenanceOfMemory(name),
      },
    );
  }

  protected override remake(items: readonly Sentence[], facts: SetFacts): SentenceSet {
    return new SentenceSet(items, facts);
  }

  override labelOf(sentence: Sentence): string {
    return sentence.relation ?? UNLABELLED;
  }

  /** The distinct relations, sorted by name. */
  get relations(): readonly string[] {
    const names = new Set<string>();
    for (const { relation } of this.items) if (relation !== undefined) names.add(relation);
    return [...names].sort();
  }

  /** The relation of each sentence, in order; undefined where it is not known. */
  get labels(): readonly (string | undefined)[] {
    return this.items.map(({ relation }) => relation);
  }

  protected override checked(sentence: Sentence): Sentence {
    return checkSentence(sentence);
  }

  protected override summary(): string {
    return `${quantity(this.length, "sentences")}, ${quantity(this.relations.length, "relations")}`;
  }

  /** The sentences in bags, by entity pair or by pair and relation: see `bagsOf`. */
  bags(options: BagOptions = {}): BagSet {
    return bagsOf(this, options);
  }

  /** The sentences labelled by a list of triples, whatever they say: see `alignSentences`. */
  align(triples: Iterable<Triple>, options: { readonly none?: string } = {}): SentenceSet {
    return alignSentences(this, triples, options);
  }

  /** The sentences with a share of their labels made wrong, and the true labels apart: see `injectNoise`. */
  withNoise(rate: number, options: { readonly seed?: number | string } = {}): NoisySentences {
    return injectNoise(this, rate, options);
  }

  /** Each sentence cut to at most `words` words around its mentions: see `mentionWindow`. */
  windows(words: number): SentenceSet {
    return this.expand((sentence) => [mentionWindow(sentence, words)], `windows(${words})`);
  }

  /** The sentences with these relations or entity types; an unknown relation is an error that names the nearest. */
  where({ relation, headType, tailType }: SentenceQuery): SentenceSet {
    const wanted = listOf(relation);
    const known = new Set(this.relations);
    const unknown = wanted?.find((name) => !known.has(name));
    if (unknown !== undefined) throw unknownName("relation", unknown, [...known]);
    const fits = (value: string | undefined, list: readonly string[] | undefined): boolean =>
      list === undefined || (value !== undefined && list.includes(value));
    const step = `where(${JSON.stringify({ relation, headType, tailType })})`;
    const [heads, tails] = [listOf(headType), listOf(tailType)];
    return this.keep(
      (sentence) =>
        fits(sentence.relation, wanted) && fits(sentence.head.type, heads) && fits(sentence.tail.type, tails),
      step,
    );
  }

  /** The numbers that a card compares: sentences (also called instances, triplets, lines), labels, and entity pairs as bags. */
  tally(): Readonly<Record<string, number>> {
    const [count, labels] = [this.length, this.relations.length];
    const pairs = new Set<string>();
    for (const { head, tail } of this.items)
      if (head.entity !== undefined && tail.entity !== undefined) pairs.add(`${head.entity}\t${tail.entity}`);
    const names = { sentences: count, instances: count, triplets: count, lines: count };
    return { ...names, labels, relations: labels, bags: pairs.size };
  }

  /** Flat rows, ready for a frame: `new DataFrame(sentences.rows())`. */
  rows(): SentenceRow[] {
    return this.items.map((sentence) => ({
      id: sentence.id,
      text: sentence.text,
      head: textOf(sentence.text, sentence.head),
      tail: textOf(sentence.text, sentence.tail),
      relation: sentence.relation ?? "",
      headStart: sentence.head.start,
      headEnd: sentence.head.end,
      tailStart: sentence.tail.start,
      tailEnd: sentence.tail.end,
    }));
  }

  protected override showCounts(): Shown {
    const rows = [...this.counts].map(([relation, count]): [string, number, string] => {
      return [relation, count, `${((100 * count) / this.length).toFixed(1)} %`];
    });
    const table: TableView = { columns: ["relation", "sentences", "share"], rows };
    return { text: tableText(table), html: withBars(table, 1) };
  }

  override showItems(): Shown {
    const shown = this.items.slice(0, SHOWN_SENTENCES);
    const more = this.length > shown.length ? `... and ${groupDigits(this.length - shown.length)} more` : "";
    const columns = ["id", "relation", "sentence"];
    const rows = shown.map((sentence): [string, string, string] => [
      sentence.id,
      this.labelOf(sentence),
      markedHtml(sentence.text, marksOf(sentence)),
    ]);
    const lines = shown.map(
      (sentence) =>
        `${sentence.id}  ${this.labelOf(sentence)}\n    ${markedPlain(sentence.text, marksOf(sentence))}`,
    );
    const html = legendHtml(ROLES) + tableHtml({ columns, rows }, new Set([2]));
    return {
      text: [...lines, more].filter((line) => line !== "").join("\n"),
      html: html + (more && `<p>${more}</p>`),
    };
  }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === "string" ? [value] : value;
}

function marksOf({ head, tail }: Sentence): Mark[] {
  const markOf = (mention: Mention, role: (typeof ROLES)[number]): Mark => {
    const hint = [mention.type, mention.entity].filter((part) => part !== undefined).join(" ");
    return { start: mention.start, end: mention.end, ...role, ...(hint === "" ? {} : { hint }) };
  };
  return [markOf(head, ROLES[0]), markOf(tail, ROLES[1])];
}
