// A case whose figure is memory in place of time.

import { memoryOf } from "../process-memory";

/** Runs `inner` once in the life of the process; the figure is the most memory the process held, in MB. */
export function peakMemoryOf(inner: { run(): unknown; dispose(): void }): {
  run(): Promise<number>;
  dispose(): void;
} {
  let megabytes: number | undefined;
  return {
    run: async () => {
      if (megabytes !== undefined) return megabytes;
      await inner.run();
      const peak = memoryOf("self", "VmHWM");
      if (peak === undefined) throw new Error("this system does not tell the peak memory of a process");
      return (megabytes = peak / 2 ** 20);
    },
    dispose: () => inner.dispose(),
  };
}
