// Notebooks as nbformat 4.5 has them, with every multi-line text as one string.

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** What a cell printed, showed or threw. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: JsonObject; metadata: JsonObject }
  | { output_type: "execute_result"; data: JsonObject; metadata: JsonObject; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** What all cells have. */
interface CellBase {
  id: string;
  metadata: JsonObject;
  source: string;
}

/** A code cell with its outputs. */
export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

/** A cell of text; `attachments` are images by name, as MIME bundles. */
export interface TextCell extends CellBase {
  cell_type: "markdown" | "raw";
  attachments?: Record<string, JsonObject>;
}

/** A cell. */
export type Cell = CodeCell | TextCell;

/** A notebook. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: JsonObject;
  cells: Cell[];
}

/** The notebook with no outputs in the cells that bear the tag `tag`; all else stays as it is. */
export function clearTagged(notebook: Notebook, tag: string): Notebook {
  const cells = notebook.cells.map((cell) => {
    const { tags } = cell.metadata;
    const isTagged = Array.isArray(tags) && tags.includes(tag);
    return cell.cell_type === "code" && isTagged ? { ...cell, outputs: [] } : cell;
  });
  return { ...notebook, cells };
}

/** The first heading of the notebook's Markdown, without its markup; `fallback` when there is none. */
export function titleOf(notebook: Notebook, fallback: string): string {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    const heading = /^ {0,3}#{1,2}\s+(.+?)\s*#*$/m.exec(cell.source);
    if (heading !== null) return heading[1]!.replace(/[*_`]/g, "").replace(/<[^>]*>/g, "");
  }
  return fallback;
}
