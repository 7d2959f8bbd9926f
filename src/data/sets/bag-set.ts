// A set of bags: immutable, fluent, showing itself as counts of relations and bag sizes, or as bags with their sentences.

import { escapeHtml } from "../../core";
import { countBy } from "../builders/strata";
import type { Bag } from "../bag";
import { checkSentence } from "../sentence";
import { ItemSet, type SetFacts, type Shown } from "./item-set";
import { SentenceSet } from "./sentence-set";
import { groupDigits, quantity, tableText, withBars, type TableView } from "./table-view";

const SHOWN_BAGS = 10;
const SIZES = [1, 2, 3, 5, 10, Infinity];

/** Bags of sentences, one for each entity pair (or pair and relation). */
export class BagSet extends ItemSet<Bag, BagSet> {
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

  /** Number of bags by number of sentences: "1", "2", ... "11 and more". */
  get sizes(): ReadonlyMap<string, number> {
    return new Map(
      SIZES.map((most, index) => {
        const least = (SIZES[index - 1] ?? 0) + 1;
        const label =
          most === Infinity ? `${least} and more` : least === most ? String(least) : `${least} to ${most}`;
        return [label, this.count(({ sentences }) => sentences.length >= least && sentences.length <= most)];
      }),
    );
  }

  protected override checked(bag: Bag): Bag {
    for (const sentence of bag.sentences) checkSentence(sentence);
    return bag;
  }

  protected override summary(): string {
    const { sentences = 0 } = this.tally();
    return `${quantity(this.length, "bags")} of ${quantity(sentences, "sentences")}`;
  }

  protected override showCounts(): Shown {
    const tables: TableView[] = [
      { columns: ["relation", "bags"], rows: [...this.counts] },
      { columns: ["sentences in a bag", "bags"], rows: [...this.sizes] },
    ];
    return {
      text: tables.map(tableText).join("\n\n"),
      html: tables.map((table) => withBars(table, 1)).join(""),
    };
  }

  protected override showItems(): Shown {
    const shown = this.items.slice(0, SHOWN_BAGS).map((bag) => {
      const { sentences } = bag;
      const set = new SentenceSet(sentences, { provenance: this.provenance, view: "items" });
      const name = `${bag.id.replace(/\t/g, " ")}: ${this.labelOf(bag)}, ${quantity(sentences.length, "sentences")}`;
      return { name, ...set.showItems() };
    });
    const more = this.length > SHOWN_BAGS ? `... and ${groupDigits(this.length - SHOWN_BAGS)} more` : "";
    const html = shown.map((bag) => `<p><b>${escapeHtml(bag.name)}</b></p>${bag.html}`).join("");
    return {
      text: [...shown.map(({ name, text }) => `${name}\n${text}`), more]
        .filter((line) => line !== "")
        .join("\n"),
      html: html + (more && `<p>${more}</p>`),
    };
  }
}
