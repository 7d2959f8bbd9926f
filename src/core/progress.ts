// Progress of long work as plain events; whoever started the work decides how to show them.

/** How fast work goes, such as `{ perSecond: 5200, unit: "tokens" }`. For people who wait, never part of a result. */
export interface Rate {
  readonly perSecond: number;
  readonly unit: string;
}

/** `done` of `total` units (`total` undefined when unknown), in words `label`. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  /** How fast it goes, where those who work tell. */
  readonly rate?: Rate;
}

/** Called with each event; must return at once. */
export type OnProgress = (progress: Progress) => void;
