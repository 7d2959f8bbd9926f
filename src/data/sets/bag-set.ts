// A set of bags: immutable, fluent, showing itself as counts of relations and bag sizes, or as bags with their sentences.

import { DISPLAY, escapeHtml, type Displayable, type MimeBundle } from "../../core";
import { countBy } from "../builders/strata";
import type { Bag } from "../bag";
import { ItemSet, type SetFacts } from "./item-set";
import { SentenceSet } from "./sentence-set";
import { groupDigits, quantity, tableHtml, tableText, type TableView } from "./table-view";

const SIZES = [1, 2, 3, 5, 10, Infinity];

/** Bags of sentences, one for each entity pair (or pair and relation). */
export class BagSet extends ItemSet<Bag, BagSet> implements Displayable {
  protected readonly noun = "bags";
  protected readonly form =
    "a bag: all sentences that name one pair of entities, and the relations that hold for the pair";

  protected override remake(items: readonly Bag[], facts: SetFacts): BagSet {
    return new BagSet(items, facts);
  }

  override labelOf({ relations }: Bag): string {
    return relations.join(" + ") || "(no relation)";
  }

  /** The distinct relations, sorted by name. */
  get relations(): readonly string[] {
    return [...new Set(this.items.flatMap(({ relations }) => relations))].sort();
  }

  /** Number of bags of each relation; a bag with several counts for each. */
  override get counts(): ReadonlyMap<string, number> {
    return countBy(
      this.items.flatMap(({ relations }) => relations),
      (relation) => relation,
    );
  }

  /** All sentences of all bags. */
  get sentences(): SentenceSet {
    const sentences = this.items.flatMap((bag) => bag.sentences);
    return new SentenceSet(sentences, { provenance: this.provenance });
  }

  /** The numbers that a card compares. */
  tally(): Readonly<Record<string, number>> {
    const sentences = this.items.reduce((sum, bag) => sum + bag.sentences.length, 0);
    return { bags: this.length, sentences, labels: this.relations.length };
  }

  /** Number of bags by number of sentences. */
  sizes(): TableView {
    const rows = SIZES.map((most, index): [string, number] => {
      const least = (SIZES[index - 1] ?? 0) + 1;
      const label =
        most === Infinity ? `${least} and more` : least === most ? String(least) : `${least} to ${most}`;
      return [label, this.count(({ sentences }) => sentences.length >= least && sentences.length <= most)];
    });
    return { columns: ["sentences in a bag", "bags"], rows };
  }

  [DISPLAY](): MimeBundle {
    const { sentences = 0 } = this.tally();
    const title = `${this.name}: ${quantity(this.length, "bags")} of ${quantity(sentences, "sentences")} (${this.source})`;
    const heading = `<p><b>${escapeHtml(title)}</b></p>`;
    if (this.view === "items") {
      const shown = this.items.slice(0, 10).map((bag) => {
        const set = new SentenceSet(bag.sentences, { provenance: this.provenance, view: "items" });
        return { name: `${bag.id} ${this.labelOf(bag)}`, bundle: set[DISPLAY]() };
      });
      const more = this.length > 10 ? `... and ${groupDigits(this.length - 10)} more` : "";
      return {
        "text/plain": [
          title,
          ...shown.map(({ name, bundle }) => `${name}\n${bundle["text/plain"]}`),
          more,
        ].join("\n"),
        "text/html": `${heading}${shown.map(({ name, bundle }) => `<p>${escapeHtml(name)}</p>${String(bundle["text/html"])}`).join("")}<p>${more}</p>`,
      };
    }
    const table: TableView = { columns: ["relation", "bags"], rows: [...this.counts] };
    return {
      "text/plain": `${title}\n${tableText(table)}\n\n${tableText(this.sizes())}`,
      "text/html": `${heading}${tableHtml(table)}${tableHtml(this.sizes())}`,
    };
  }
}
