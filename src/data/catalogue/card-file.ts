// The form of `datasets/<name>/card.json`: what is known about a data set, without any of its sentences.

/** A checksum of a file's unpacked content; any one that is known. */
export interface Checksum {
  readonly sha256?: string;
  readonly md5?: string;
  /** SHA-1 as git computes it for a blob. */
  readonly gitBlob?: string;
}

/** A file of a data set; `addresses` are tried in order, `URL!inner/path` is a file inside a tar.gz or zip archive. */
export interface CardFile extends Checksum {
  readonly file: string;
  readonly bytes?: number;
  readonly addresses: readonly string[];
  /** True for a published file that the usual mirrors lack: it is used when it is there, and never missed. */
  readonly isOptional?: boolean;
}

/** Numbers by name, such as `{ sentences: 8000, labels: 19 }`. */
export type Counts = Readonly<Record<string, number>>;

/** A part of a data set: the files it is read from, how, and what must be counted in it. */
export interface CardSplit {
  readonly format: string;
  readonly files: readonly string[];
  /** Options of the format, such as a fold. */
  readonly options?: Readonly<Record<string, string | number>>;
  readonly counts: Counts;
}

/** What items a data set has; a "resource" is lists of names or tokens, without items. */
export type DataForm = "sentences" | "documents" | "bags" | "pairs" | "resource";

/** A whole card. */
export interface CardFacts {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly task: string;
  readonly form: DataForm;
  readonly licence: string;
  readonly paper?: string;
  readonly homes: readonly string[];
  readonly splits: Readonly<Record<string, CardSplit>>;
  readonly files: readonly CardFile[];
  /** What is known to be wrong or surprising in the published files, and how the reader treats it. */
  readonly faults: readonly string[];
  /** For data that may not be spread: how to get them. */
  readonly howToGet?: string;
  /** Folders inside the data set's own where its owners' copies have the files, such as `data/json`. */
  readonly folders?: readonly string[];
  /** Sentences by label, for each split where labels are few. */
  readonly labels?: Readonly<Record<string, Counts>>;
  /** Mentions by entity type, for each split of documents. */
  readonly types?: Readonly<Record<string, Counts>>;
  readonly isBuiltIn?: boolean;
  /** The file that gives the relations' names, where they are numbers such as P17: { number: name or [name, ...] }. */
  readonly relationNames?: string;
}
