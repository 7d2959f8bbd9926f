// Progress of long work as plain events; whoever started the work decides how to show them.

/** `done` of `total` units (`total` undefined when unknown), in words `label`. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
}

/** Called with each event; must return at once. */
export type OnProgress = (progress: Progress) => void;
