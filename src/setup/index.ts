// Set-up as the rest of relata sees it; the work itself is plain JavaScript, because it runs before any package is there.

import { createRequire } from "node:module";

/** What is known of the TensorFlow engine from files alone; `library` is TensorFlow's folder. */
export interface TensorflowState {
  readonly state: "ready" | "missing" | "broken";
  readonly library?: string;
  readonly version?: string;
  /** "gpu" or "cpu", as found when set-up tried the engine. */
  readonly device?: string;
  /** Where set-up found it: RELATA_TENSORFLOW, Python package, cache, pip, the addon's package. */
  readonly source?: string;
  /** The compiled addon, when it is there. */
  readonly addon?: string;
  /** Why it is not ready, when that is known. */
  readonly reason?: string;
  /** The command that mends it; none where this machine cannot have the engine. */
  readonly remedy?: string;
}

/** The class of this machine; `support` says how sure we are of it. */
export interface PlatformClass {
  readonly id: string;
  readonly engine: "tensorflow" | "wasm";
  readonly support: "tested" | "untested" | "wasm only";
  readonly note: string;
}

/** What a set-up did. A fault of the engine is one sentence: the work can go on with wasm. */
export interface SetUpResult {
  readonly packages: "installed" | "kept";
  readonly engine: {
    readonly isReady: boolean;
    readonly isNew: boolean;
    readonly version?: string;
    readonly device?: string;
    readonly source?: string;
    readonly folder?: string;
    readonly fault?: string;
  };
}

const load = createRequire(__filename);
const part = <T>(file: string): T => load(file) as T;

/** The state of the TensorFlow engine, without loading or writing anything. */
export function tensorflowState(): TensorflowState {
  return part<{ tensorflowState(): TensorflowState }>("./tensorflow-state.cjs").tensorflowState();
}

/** Which class of machine this is. */
export function platformClass(): PlatformClass {
  return part<{ platformClass(): PlatformClass }>("./platform.cjs").platformClass();
}

/** The name of the first NVIDIA GPU whose driver answers, or undefined. */
export function nvidiaGpu(): string | undefined {
  return part<{ nvidiaGpu(): string | undefined }>("./platform.cjs").nvidiaGpu();
}

/** What is wrong with the installed packages, in words, or undefined when they are those of package-lock.json. */
export function packagesFault(): string | undefined {
  return part<{ packagesFault(): string | undefined }>("./packages.cjs").packagesFault();
}

/** Installs what is missing, telling progress on stderr. `isFresh` forgets which TensorFlow was used so far. */
export function setUp(options: { isFresh?: boolean } = {}): Promise<SetUpResult> {
  return part<{ setUp(options: { isFresh?: boolean }): Promise<SetUpResult> }>("./set-up.cjs").setUp(options);
}
