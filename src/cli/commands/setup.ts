// `relata setup`: installs and builds what is missing, and can be run again at any time.

import { setUp } from "../../setup";
import type { Command } from "../command";
import { readOptions } from "../options";

/** `relata setup [--fresh] [--json]`. */
export const setupCommand: Command = {
  name: "setup",
  summary: "install the packages and the TensorFlow engine, where they are missing",
  usage: [
    "relata setup [--fresh] [--json]",
    "",
    "Installs the packages of package-lock.json and prepares the TensorFlow engine: finds a TensorFlow",
    "(RELATA_TENSORFLOW, an installed Python package, the cache, else a download of 274 MB by pip) and builds the",
    "Node addon against it. Safe to stop and to run again.",
    "",
    "  --fresh   look for TensorFlow again, even where an engine is ready (a GPU was added, say)",
    "  --json    { packages, engine: { isReady, version, device, source, fault } }",
    "",
    "RELATA_OFFLINE=1 uses no network; RELATA_CACHE names the cache folder.",
  ].join("\n"),
  async run(args, out) {
    const { flags } = readOptions(args, { flags: ["--fresh", "--json"] });
    const { packages, engine } = await setUp({ isFresh: flags.has("--fresh") });
    if (flags.has("--json")) {
      const { isReady, version = null, device = null, source = null, fault = null } = engine;
      out.json({ packages, engine: { isReady, version, device, source, fault } });
    } else if (engine.isReady) {
      out.text(
        `ready: packages ${packages}, TensorFlow ${engine.version} on the ${engine.device} (${engine.source})`,
      );
    } else {
      out.text("ready, on the wasm engine: packages " + packages);
    }
    return 0;
  },
};
