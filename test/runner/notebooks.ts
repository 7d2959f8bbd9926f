// Notebooks made for a test, as nbformat JSON.

/** A cell as stored. */
export type StoredCell = Record<string, unknown>;

/** A Markdown cell. */
export function markdownCell(source: string | string[]): StoredCell {
  return { cell_type: "markdown", metadata: {}, source };
}

/** A code cell; `tags` as nbclient knows them. */
export function codeCell(source: string, tags: readonly string[] = []): StoredCell {
  const metadata = tags.length === 0 ? {} : { tags };
  return { cell_type: "code", metadata, execution_count: null, outputs: [], source };
}

/** A notebook's JSON text. */
export function notebookJson(cells: readonly StoredCell[], minor = 4): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: minor, metadata: {}, cells });
}
