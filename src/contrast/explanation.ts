// What a loss says about itself: formula, source, roles and shapes, for a notebook, a terminal or a document.

import { DISPLAY, type MimeBundle } from "../core/display";

/** One tensor or list that a batch must carry. */
export interface Role {
  readonly name: string;
  /** Shape in words, such as `[batch, dim]`. */
  readonly shape: string;
  readonly meaning: string;
}

/** The parts of an explanation. */
export interface ExplanationParts {
  readonly name: string;
  /** One sentence: what is pulled together and what is pushed apart. */
  readonly summary: string;
  /** LaTeX without dollar signs. */
  readonly formula: string;
  /** Paper and equation. */
  readonly source: string;
  readonly roles: readonly Role[];
  /** What happens at the edges, and how this relates to other losses. */
  readonly notes?: readonly string[];
  /** The options in force, as shown to the reader. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** A loss explained; shows itself as Markdown with the formula, and as text in a terminal. */
export class Explanation implements ExplanationParts {
  readonly name: string;
  readonly summary: string;
  readonly formula: string;
  readonly source: string;
  readonly roles: readonly Role[];
  readonly notes: readonly string[];
  readonly options: Readonly<Record<string, string | number | boolean>>;

  constructor({ name, summary, formula, source, roles, notes = [], options = {} }: ExplanationParts) {
    this.name = name;
    this.summary = summary;
    this.formula = formula;
    this.source = source;
    this.roles = roles;
    this.notes = notes;
    this.options = options;
  }

  /** As Markdown with the formula between dollar signs. */
  markdown(): string {
    const options = Object.entries(this.options).map(([name, value]) => `\`${name}: ${value}\``);
    const roles = this.roles.map(({ name, shape, meaning }) => `| \`${name}\` | \`${shape}\` | ${meaning} |`);
    return [
      `**${this.name}**: ${this.summary}`,
      `$$${this.formula}$$`,
      `Source: ${this.source}.${options.length > 0 ? ` Options: ${options.join(", ")}.` : ""}`,
      ["| role | shape | meaning |", "| --- | --- | --- |", ...roles].join("\n"),
      ...(this.notes.length > 0 ? [this.notes.map((note) => `- ${note}`).join("\n")] : []),
    ].join("\n\n");
  }

  /** As plain text. */
  toString(): string {
    const options = Object.entries(this.options).map(([name, value]) => `${name} ${value}`);
    return [
      `${this.name}: ${this.summary}`,
      `  ${this.formula}`,
      `  source: ${this.source}`,
      ...(options.length > 0 ? [`  options: ${options.join(", ")}`] : []),
      ...this.roles.map(({ name, shape, meaning }) => `  ${name} ${shape}: ${meaning}`),
      ...this.notes.map((note) => `  - ${note}`),
    ].join("\n");
  }

  [DISPLAY](): MimeBundle {
    return {
      "text/plain": this.toString(),
      "text/markdown": this.markdown(),
      "text/latex": `$$${this.formula}$$`,
    };
  }
}
