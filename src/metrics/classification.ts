// Scores of single-label classification: confusion, accuracy, micro, macro and weighted F1, with or without a
// negative class, Cohen's kappa. 0/0 counts as 0.

import { DISPLAY, escapeHtml, type Displayable, type MimeBundle } from "../core";
import { labelsOf, placesOf, requirePairs, type ClassLabel } from "./labels";
import { meanOf, scoreCounts, share, type ScoredCounts } from "./precision-recall";

/** Counts by gold class (rows) and predicted class (columns), both in the order of `labels`. */
export interface ConfusionMatrix<L extends ClassLabel = ClassLabel> {
  readonly labels: readonly L[];
  readonly counts: readonly (readonly number[])[];
}

/** Options of classification scores. */
export interface ClassificationOptions<L extends ClassLabel> {
  /** All classes, in the order of the report; default: those that occur, sorted. Others are an error. */
  readonly labels?: readonly L[];
  /** The class that means "no relation": left out of micro, macro and weighted scores. Default: none. */
  readonly negative?: L | undefined;
}

/**
 * Counts of each gold class taken for each predicted class.
 *
 * @throws ShapeError for lists of different length, DataError for a label that is not among `labels`
 */
export function confusionMatrix<L extends ClassLabel>(
  gold: ArrayLike<L>,
  predicted: ArrayLike<L>,
  labels: readonly L[] = labelsOf(gold, predicted),
): ConfusionMatrix<L> {
  requirePairs(gold, predicted);
  const rows = placesOf(gold, labels, "gold label");
  const columns = placesOf(predicted, labels, "predicted label");
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let i = 0; i < rows.length; i++) counts[rows[i]!]![columns[i]!]!++;
  return { labels, counts };
}

/** The share of predictions that are right; 0 for none. */
export function accuracy<L extends ClassLabel>(gold: ArrayLike<L>, predicted: ArrayLike<L>): number {
  requirePairs(gold, predicted);
  let right = 0;
  for (let i = 0; i < gold.length; i++) if (gold[i] === predicted[i]) right++;
  return share(right, gold.length);
}

/** The scores of one class. */
export interface ClassScores<L extends ClassLabel> extends ScoredCounts {
  readonly label: L;
}

/** All scores of a classification. Micro, macro and weighted leave the negative class out, if one was named. */
export class ClassificationScores<L extends ClassLabel> implements Displayable {
  readonly confusion: ConfusionMatrix<L>;
  readonly negative: L | undefined;
  readonly perClass: readonly ClassScores<L>[];

  constructor(confusion: ConfusionMatrix<L>, negative?: L) {
    this.confusion = confusion;
    this.negative = negative;
    this.perClass = confusion.labels.map((label, c) => ({
      label,
      ...scoreCounts({
        correct: confusion.counts[c]![c]!,
        predicted: confusion.counts.reduce((sum, row) => sum + row[c]!, 0),
        gold: confusion.counts[c]!.reduce((sum, count) => sum + count, 0),
      }),
    }));
  }

  /** Classes that count: all but the negative one. */
  private get positive(): readonly ClassScores<L>[] {
    return this.perClass.filter(({ label }) => label !== this.negative);
  }

  private total(of: (scores: ClassScores<L>) => number, among = this.perClass): number {
    return among.reduce((sum, scores) => sum + of(scores), 0);
  }

  /** Number of items. */
  get items(): number {
    return this.total(({ gold }) => gold);
  }

  /** Share of all items that are right, the negative class among them. */
  get accuracy(): number {
    return share(
      this.total(({ correct }) => correct),
      this.items,
    );
  }

  /** Counts of all classes together; without a negative class this is the accuracy three times. */
  get micro(): ScoredCounts {
    return scoreCounts({
      correct: this.total(({ correct }) => correct, this.positive),
      predicted: this.total(({ predicted }) => predicted, this.positive),
      gold: this.total(({ gold }) => gold, this.positive),
    });
  }

  /**
   * Mean F1 over classes: `all` of them (default), those that occur in the `gold` labels, or those that were
   * `predicted`.
   */
  macroF1(over: "all" | "gold" | "predicted" = "all"): number {
    const counted = this.positive.filter((scores) => over === "all" || scores[over] > 0);
    return meanOf(counted.map(({ f1 }) => f1));
  }

  /** Mean F1 over classes, each weighing as much as its gold items. */
  get weightedF1(): number {
    return share(
      this.total(({ f1, gold }) => f1 * gold, this.positive),
      this.total(({ gold }) => gold, this.positive),
    );
  }

  /** Agreement beyond chance, over all classes; 0 when chance alone would agree always. */
  get cohenKappa(): number {
    const n = this.items;
    const chance = share(
      this.total(({ gold, predicted }) => gold * predicted),
      n * n,
    );
    return share(this.accuracy - chance, 1 - chance);
  }

  /** One row a class, then the summary: label, precision, recall, F1, gold items. */
  rows(): {
    readonly name: string;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly gold: number;
  }[] {
    const { precision, recall, f1, gold } = this.micro;
    const classes = this.perClass.map((scores) => ({
      name: scores.label === this.negative ? `${scores.label} (negative)` : String(scores.label),
      precision: scores.precision,
      recall: scores.recall,
      f1: scores.f1,
      gold: scores.gold,
    }));
    return [...classes, { name: "micro", precision, recall, f1, gold }];
  }

  toString(): string {
    const rows = this.rows();
    const width = Math.max(5, ...rows.map(({ name }) => name.length));
    const cell = (value: number) => value.toFixed(3).padStart(9);
    const lines = rows.map(
      ({ name, precision, recall, f1, gold }) =>
        name.padEnd(width) + cell(precision) + cell(recall) + cell(f1) + String(gold).padStart(7),
    );
    const head = `${"class".padEnd(width)}${["precision", "recall", "F1"].map((name) => name.padStart(9)).join("")}${"gold".padStart(7)}`;
    return [head, ...lines, this.summary].join("\n");
  }

  private get summary(): string {
    return `accuracy ${this.accuracy.toFixed(3)}, macro F1 ${this.macroF1().toFixed(3)}, weighted F1 ${this.weightedF1.toFixed(3)}`;
  }

  [DISPLAY](): MimeBundle {
    const cells = this.rows().map(
      ({ name, precision, recall, f1, gold }) =>
        `<tr><th style="text-align:left">${escapeHtml(name)}</th>${[precision, recall, f1].map((value) => `<td>${value.toFixed(3)}</td>`).join("")}<td>${gold}</td></tr>`,
    );
    const head = "<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>gold</th></tr>";
    const html = `<table><thead>${head}</thead><tbody>${cells.join("")}</tbody></table><div>${escapeHtml(this.summary)}</div>`;
    return { "text/plain": this.toString(), "text/html": html };
  }
}

/**
 * Every score of a single-label classification.
 *
 * @example classificationScores(gold, predicted, { negative: "Other" }).micro.f1
 * @throws ShapeError for lists of different length, DataError for a label outside `labels`
 */
export function classificationScores<L extends ClassLabel>(
  gold: ArrayLike<L>,
  predicted: ArrayLike<L>,
  { labels = labelsOf(gold, predicted), negative }: ClassificationOptions<L> = {},
): ClassificationScores<L> {
  return new ClassificationScores(confusionMatrix(gold, predicted, labels), negative);
}
