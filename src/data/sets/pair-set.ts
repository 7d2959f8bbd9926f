// A set of candidate pairs of entities: immutable, fluent, showing itself as counts of relations or as texts with both entities marked.

import { escapeHtml } from "../../core";
import { countBy } from "../builders/strata";
import { textOf } from "../sentence";
import type { Document } from "../document";
import { ItemSet, type SetFacts, type Shown } from "./item-set";
import { legendHtml, markedHtml, markedPlain, MARK_COLOURS, type Mark } from "./marked-text";
import { groupDigits, quantity, tableText, withBars, type TableView } from "./table-view";

/** Two entities of a document (positions in `document.entities`) and the relations between them; none: NA. */
export interface EntityPair {
  /** The document's id and the positions of head and tail: `doc7:0-3`. */
  readonly id: string;
  readonly document: Document;
  readonly head: number;
  readonly tail: number;
  readonly relations: readonly string[];
}

const SHOWN_PAIRS = 10;
const ROLES = [
  { role: "head", colour: MARK_COLOURS[0] },
  { role: "tail", colour: MARK_COLOURS[1] },
] as const;

/** Candidate pairs of entities of documents. */
export class PairSet extends ItemSet<EntityPair, PairSet> {
  protected readonly noun = "pairs";
  protected readonly form =
    "a pair: two entities of a document, as positions in its list of entities, and the relations between them";

  protected override remake(items: readonly EntityPair[], facts: SetFacts): PairSet {
    return new PairSet(items, facts);
  }

  protected override checked(pair: EntityPair): EntityPair {
    return pair;
  }

  override labelOf({ relations }: EntityPair): string {
    return relations.join(" + ") || "NA";
  }

  /** Number of pairs of each relation; a pair with several counts for each, one with none for NA. */
  override get counts(): ReadonlyMap<string, number> {
    const names = this.items.flatMap(({ relations }) => (relations.length === 0 ? ["NA"] : relations));
    return countBy(names, (name) => name);
  }

  /** The numbers that a card compares. */
  tally(): Readonly<Record<string, number>> {
    return { pairs: this.length, "related pairs": this.count(({ relations }) => relations.length > 0) };
  }

  protected override summary(): string {
    const { "related pairs": related = 0 } = this.tally();
    return `${quantity(this.length, "pairs")}, ${groupDigits(related)} with a relation`;
  }

  protected override showCounts(): Shown {
    const table: TableView = { columns: ["relation", "pairs"], rows: [...this.counts] };
    return { text: tableText(table), html: withBars(table, 1) };
  }

  protected override showItems(): Shown {
    const shown = this.items.slice(0, SHOWN_PAIRS).map((pair) => {
      const title = `${pair.id}: ${nameOf(pair, pair.head)} and ${nameOf(pair, pair.tail)}: ${this.labelOf(pair)}`;
      return { title, text: pair.document.text, marks: marksOf(pair) };
    });
    const more = this.length > SHOWN_PAIRS ? `... and ${groupDigits(this.length - SHOWN_PAIRS)} more` : "";
    return {
      text: [
        ...shown.map(({ title, text, marks }) => `${title}\n    ${markedPlain(text, marks)}`),
        ...(more === "" ? [] : [more]),
      ].join("\n"),
      html:
        legendHtml(ROLES) +
        shown
          .map(
            ({ title, text, marks }) => `<p><b>${escapeHtml(title)}</b></p><p>${markedHtml(text, marks)}</p>`,
          )
          .join("") +
        (more && `<p>${more}</p>`),
    };
  }
}

function nameOf({ document }: EntityPair, entity: number): string {
  const { id, mentions } = document.entities[entity]!;
  const first = mentions[0];
  return first === undefined ? id : textOf(document.text, document.mentions[first]!);
}

function marksOf({ document, head, tail }: EntityPair): Mark[] {
  return [head, tail].flatMap((entity, index) =>
    document.entities[entity]!.mentions.map((position): Mark => {
      const { start, end } = document.mentions[position]!;
      return { start, end, ...ROLES[index]!, hint: document.entities[entity]!.id };
    }),
  );
}
