// A Python that has a package, if this machine has one: from the environment, the clone's own, or PATH.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { projectFolder } from "../../src/core";

/** The interpreter, or `undefined`. `RELATA_JUPYTER` may name a virtual environment. */
export function pythonWith(module: string): string | undefined {
  const environments = [process.env["RELATA_JUPYTER"], path.join(projectFolder, ".relata", "jupyter")];
  const candidates = [
    ...environments.filter((entry) => entry !== undefined).map((entry) => path.join(entry, "bin", "python")),
    "python3",
  ];
  return candidates.find(
    (python) => spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0,
  );
}
