// What a benchmark is made of: suites, their rows, and the two sides of a row.

/** Options as plain JSON: both sides read the same. */
export type BenchOptions = Readonly<Record<string, string | number | boolean>>;

/** Work of ours: `make(options)` of `cases/<module>.ts` gives the case to time. */
export interface OurSide {
  readonly module: string;
  readonly make: string;
  /** Whether the tensor engine is started first. */
  readonly needsEngine?: boolean;
}

/** Work of a peer, and the package whose version is named in the result. */
export interface PeerSide {
  readonly name: string;
  readonly package: string;
  /** A Python script of `peers/`; without one the peer does our case with `options` of its own. */
  readonly script?: string;
  readonly options?: BenchOptions;
  /** Which Python packages it needs: a file `peers/<python>.txt`. Default none, `torch` with a script. */
  readonly python?: PythonPackages;
}

/** Sets of Python packages, each installed together. */
export type PythonPackages = "torch" | "ipykernel";

/** One row of a suite. */
export interface RowPlan {
  readonly name: string;
  /** Times are measured in seconds and told in `s` or `ms`; a case that gives other figures has their unit. */
  readonly unit: "s" | "ms" | "MB" | "%";
  /**
   * With a peer the ratio wanted (peer's median over ours; above 1 means that we are faster); without one the limit
   * of our median, in `unit`. Left out: the row is there to compare.
   */
  readonly goal?: number;
  /** Rounds that count, where a run takes long; default by `--quick` or not. */
  readonly rounds?: number;
  readonly ours: OurSide;
  readonly peer?: PeerSide;
  readonly options: BenchOptions;
  /** Adds a row for peak memory: the ratio wanted of the peer's peak over ours. */
  readonly memoryGoal?: number;
  /** Makes what both sides need in `folder` and adds to the options; a string says why the row cannot run here. */
  readonly prepare?: (folder: string) => Promise<BenchOptions | string>;
}

/** A suite: rows that run in order. */
export interface Suite {
  readonly name: string;
  readonly summary: string;
  readonly rows: readonly RowPlan[];
  /** Said to the user before the rows: what cannot be compared, and why. */
  readonly notes?: readonly string[];
}

/** Median and smallest of a side's times or other figures, or its one peak. */
export interface Figures {
  readonly median: number;
  readonly min: number;
}

/** One row of the result, as `relata bench --json` writes it. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly ours: Figures;
  readonly peer: (Figures & { readonly name: string; readonly version: string }) | null;
  /** Peer's median over ours: above 1 means that we are faster (or smaller). `null` without a peer. */
  readonly ratio: number | null;
  /** The ratio wanted; the limit in `unit` for a row that has no peer; `null` where a planned peer is missing or nothing is wanted. */
  readonly goal: number | null;
  /** Largest resident memory of each process, in bytes. */
  readonly peakMemory: { readonly ours: number | null; readonly peer: number | null };
}

/** The machine a result comes from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Threads that both sides were given. */
  readonly threads: number;
  readonly memory: number;
  readonly platform: string;
}

/** What `relata bench SUITE --json` writes. */
export interface SuiteResult {
  readonly suite: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
}
