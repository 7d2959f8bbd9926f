/** What `tensorflowState` tells from files alone; `library` is TensorFlow's folder, `remedy` the command that mends it. */
export interface TensorflowState {
  readonly state: "ready" | "missing" | "broken";
  readonly library?: string;
  readonly version?: string;
  /** "gpu" or "cpu", as found when set-up tried the engine. */
  readonly device?: string;
  readonly source?: string;
  readonly addon?: string;
  readonly reason?: string;
  readonly remedy?: string;
}

/** The state of the TensorFlow engine, without loading or writing anything. */
export function tensorflowState(): TensorflowState;
