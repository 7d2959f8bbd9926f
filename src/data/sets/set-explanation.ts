// What a set says about itself: where it came from, file by file, and what was done to it since.

import { DISPLAY, escapeHtml, type Displayable, type MimeBundle } from "../../core";
import { sourceLine, titleOf, type Provenance } from "./provenance";
import { groupDigits, tableHtml, tableText, type TableView } from "./table-view";

/** A set explained; shows its form, its files with checksums, and its steps in order. */
export class SetExplanation implements Displayable {
  constructor(
    /** What an item is, in one sentence. */
    readonly form: string,
    readonly length: number,
    readonly provenance: Provenance,
  ) {}

  /** The files that were read. */
  get files(): TableView {
    const rows = this.provenance.files.map(({ file, bytes, sha256 }) => [file, bytes, sha256]);
    return { columns: ["file", "bytes", "sha256"], rows };
  }

  [DISPLAY](): MimeBundle {
    const { provenance, files } = this;
    const lines = [
      `${titleOf(provenance)}: ${groupDigits(this.length)} items, ${sourceLine(provenance)}`,
      this.form,
      provenance.steps.length === 0
        ? "unchanged since it was read"
        : `steps: ${provenance.steps.join(" -> ")}`,
    ];
    const hasFiles = files.rows.length > 0;
    return {
      "text/plain": [...lines, ...(hasFiles ? [tableText(files)] : [])].join("\n"),
      "text/html": `<div>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("")}${hasFiles ? tableHtml(files) : ""}</div>`,
    };
  }
}
