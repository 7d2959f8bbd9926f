// A set of documents: immutable, fluent, showing itself as counts of relations or as texts with marked mentions.

import { DISPLAY, escapeHtml, type Displayable, type MimeBundle } from "../../core";
import { countBy } from "../builders/strata";
import { checkDocument, type Document, type DocumentRelation } from "../document";
import { textOf } from "../sentence";
import { ItemSet, type SetFacts } from "./item-set";
import { legendHtml, markedHtml, markedPlain, MARK_COLOURS, type Mark } from "./marked-text";
import { provenanceOfMemory } from "./provenance";
import { groupDigits, quantity, tableHtml, tableText, type TableView } from "./table-view";

const SHOWN_DOCUMENTS = 10;

/** Documents with entities and relations between them. */
export class DocumentSet extends ItemSet<Document, DocumentSet> implements Displayable {
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

  /** New documents made from these, one each, checked. */
  map(change: (document: Document, position: number) => Document): DocumentSet {
    return this.next(
      this.items.map((document, position) => checkDocument(change(document, position))),
      "map",
    );
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
    const ofMentions = countBy(
      this.items.flatMap(({ mentions }) => mentions),
      ({ type = "untyped" }) => `${type} entities`,
    );
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

  [DISPLAY](): MimeBundle {
    const { mentions = 0, relations = 0 } = this.tally();
    const counts = `${quantity(mentions, "mentions")}, ${quantity(relations, "relations")}`;
    const title = `${this.name}: ${quantity(this.length, "documents")}, ${counts} (${this.source})`;
    const body = this.view === "items" ? this.showDocuments() : this.showCounts();
    const faults =
      this.faults.length === 0 ? "" : `${groupDigits(this.faults.length)} broken entries were left out`;
    return {
      "text/plain": [title, body.text, faults].filter((part) => part !== "").join("\n"),
      "text/html": `<div><p><b>${escapeHtml(title)}</b></p>${body.html}${faults === "" ? "" : `<p>${faults}</p>`}</div>`,
    };
  }

  private showCounts(): { text: string; html: string } {
    const table: TableView = { columns: ["relation", "count"], rows: [...this.counts] };
    return { text: tableText(table), html: tableHtml(table) };
  }

  private showDocuments(): { text: string; html: string } {
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
