// A set of documents: immutable, fluent, showing itself as counts of relations or as texts with marked mentions.

import { escapeHtml } from "../../core";
import { alignDocuments, type Triple } from "../builders/distant";
import { candidatePairs, type PairOptions } from "../builders/pairs";
import { sentencesOf } from "../builders/sentences-of";
import { countBy } from "../builders/strata";
import { bioTags, type TagOptions } from "../builders/tags";
import { checkDocument, type Document, type DocumentRelation } from "../document";
import { textOf } from "../sentence";
import type { PairSet } from "./pair-set";
import type { SentenceSet } from "./sentence-set";
import { ItemSet, type SetFacts, type Shown } from "./item-set";
import { legendHtml, markedHtml, markedPlain, MARK_COLOURS, type Mark } from "./marked-text";
import { provenanceOfMemory } from "./provenance";
import { groupDigits, quantity, tableText, withBars, type TableView } from "./table-view";

const SHOWN_DOCUMENTS = 10;

/** Documents with entities and relations between them. */
export class DocumentSet extends ItemSet<Document, DocumentSet> {
  protected readonly noun = "documents";
  protected readonly form =
    "a document: text, sentences, mentions as [start, end) in UTF-16 units, entities as lists of mentions, and relations between entities";

  /** Documents made by a program, checked; `name` is kept in the provenance. */
  static from(
    documents: Iterable<Document>,
    { name = "documents" }: { readonly name?: string } = {},
  ): DocumentSet {
    return new DocumentSet(
      [...documents].map((document) => checkDocument(document)),
      {
        provenance: provenanceOfMemory(name),
      },
    );
  }

  protected override remake(items: readonly Document[], facts: SetFacts): DocumentSet {
    return new DocumentSet(items, facts);
  }

  /** Documents have no class of their own: splits are plain random ones. */
  override labelOf(): string {
    return "";
  }

  protected override checked(document: Document): Document {
    return checkDocument(document);
  }

  protected override summary(): string {
    const { mentions = 0, relations = 0 } = this.tally();
    return `${quantity(this.length, "documents")}, ${quantity(mentions, "mentions")}, ${quantity(relations, "relations")}`;
  }

  /** The candidate pairs of entities, those with a relation and those without: see `candidatePairs`. */
  pairs(options: PairOptions = {}): PairSet {
    return candidatePairs(this, options);
  }

  /** One sentence for each relation whose mentions stand in one: see `sentencesOf`. */
  sentences(): SentenceSet {
    return sentencesOf(this);
  }

  /** The documents with the relations that a list of triples gives, in place of their own: see `alignDocuments`. */
  align(triples: Iterable<Triple>): DocumentSet {
    return alignDocuments(this, triples);
  }

  /** The BIO tags of the words of each document, in order: see `bioTags`. */
  tags(options: TagOptions = {}): string[][] {
    return this.items.map((document) => bioTags(document, options));
  }

  /** The distinct relations, sorted by name. */
  get relations(): readonly string[] {
    return [...this.counts.keys()].sort();
  }

  /** The distinct entity types, sorted by name. */
  get types(): readonly string[] {
    const types = this.items.flatMap(({ mentions }) => mentions.map(({ type }) => type ?? ""));
    return [...new Set(types)].filter((type) => type !== "").sort();
  }

  /** Number of mentions of each entity type, the most frequent first. */
  get typeCounts(): ReadonlyMap<string, number> {
    return countBy(
      this.items.flatMap(({ mentions }) => mentions),
      ({ type }) => type ?? "(no type)",
    );
  }

  /** Number of relations of each name, the most frequent first. */
  override get counts(): ReadonlyMap<string, number> {
    return countBy(
      this.items.flatMap(({ relations }) => relations),
      ({ relation }) => relation,
    );
  }

  /** The numbers that a card compares; `entities` counts mentions where the source relates mentions. */
  tally(): Readonly<Record<string, number>> {
    const sum = (count: (document: Document) => number): number =>
      this.items.reduce((total, document) => total + count(document), 0);
    const ofMentions = [...this.typeCounts].map(([type, count]) => [`${type} entities`, count] as const);
    const relations = sum((document) => document.relations.length);
    const overlapping = sum((document) => (hasOverlap(document) ? 1 : 0));
    return {
      documents: this.length,
      lines: this.length,
      sentences: sum((document) => document.sentences.length),
      mentions: sum((document) => document.mentions.length),
      entities: sum((document) => document.mentions.length),
      relations,
      triples: relations,
      labels: this.relations.length,
      clusters: sum((document) => document.entities.filter(({ isCluster }) => isCluster).length),
      "sentences with overlapping entities": overlapping,
      ...Object.fromEntries(ofMentions),
    };
  }

  protected override showCounts(): Shown {
    const tables: TableView[] = [
      { columns: ["relation", "count"], rows: [...this.counts] },
      { columns: ["entity type", "mentions"], rows: [...this.typeCounts] },
    ].filter(({ rows }) => rows.length > 0);
    return {
      text: tables.map(tableText).join("\n\n"),
      html: tables.map((table) => withBars(table, 1)).join(""),
    };
  }

  protected override showItems(): Shown {
    const { types } = this;
    const roles = types.map((role, index) => ({ role, colour: colourOf(index) }));
    const shown = this.items.slice(0, SHOWN_DOCUMENTS);
    const more = this.length > shown.length ? `... and ${groupDigits(this.length - shown.length)} more` : "";
    const parts = shown.map((document) => {
      const marks = marksOf(document, types);
      const lines = document.relations.map((relation) => relationLine(document, relation));
      const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
      return {
        text: [
          document.id,
          `    ${markedPlain(document.text, marks)}`,
          ...lines.map((line) => `    ${line}`),
        ].join("\n"),
        html:
          `<p><b>${escapeHtml(document.id)}</b></p><p>${markedHtml(document.text, marks)}</p>` +
          (items === "" ? "" : `<ul>${items}</ul>`),
      };
    });
    return {
      text: [...parts.map(({ text }) => text), more].filter((part) => part !== "").join("\n"),
      html: `${legendHtml(roles)}${parts.map(({ html }) => html).join("")}${more && `<p>${more}</p>`}`,
    };
  }
}

const colourOf = (index: number): string => MARK_COLOURS[index % MARK_COLOURS.length]!;

function marksOf({ mentions, entities }: Document, types: readonly string[]): Mark[] {
  const ids = mentions.map((): string[] => []);
  for (const { id, mentions: positions } of entities)
    for (const position of positions) ids[position]!.push(id);
  return mentions.map(({ start, end, type }, index) => ({
    start,
    end,
    role: type ?? "mention",
    colour: colourOf(Math.max(0, types.indexOf(type ?? ""))),
    hint: ids[index]!.join(", "),
  }));
}

function relationLine(
  document: Document,
  { head, tail, relation, headMention, tailMention, isUndirected }: DocumentRelation,
): string {
  const nameOf = (entity: number, mention: number | undefined): string => {
    const position = mention ?? document.entities[entity]!.mentions[0];
    return position === undefined
      ? document.entities[entity]!.id
      : textOf(document.text, document.mentions[position]!);
  };
  const arrow = isUndirected ? `--${relation}--` : `--${relation}-->`;
  return `${nameOf(head, headMention)} ${arrow} ${nameOf(tail, tailMention)}`;
}

function hasOverlap({ mentions }: Document): boolean {
  const sorted = [...mentions].sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.some((mention, index) => index > 0 && mention.start < sorted[index - 1]!.end);
}
