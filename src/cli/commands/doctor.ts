// `relata doctor`: every component, its state, and the exact command that mends it.

import type { Command, Output } from "../command";
import { type Component, inClone } from "../doctor/component";
import { enginePart, type EngineReport, nodeParts, tensorflowParts } from "../doctor/engine-parts";
import { otherParts } from "../doctor/other-parts";
import { readOptions } from "../options";

const MARKS = { ok: "ok     ", missing: "missing", broken: "BROKEN " } as const;

function table(parts: readonly Component[], out: Output): void {
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const { name, state, version, detail, remedy } of parts) {
    out.text(
      `  ${name.padEnd(width)}  ${MARKS[state]}  ${[version, detail].filter(Boolean).join(" · ")}`.trimEnd(),
    );
    if (remedy !== null) out.text(`  ${"".padEnd(width)}           ${remedy}`);
  }
}

/** The addon's files are all there, yet the engine fell back to another one: then the addon is what is broken. */
function judged(parts: readonly Component[], engine: EngineReport | null, notice: string): Component[] {
  if (process.env.RELATA_ENGINE || engine?.name === "tensorflow") return [...parts];
  return parts.map((part) =>
    part.name === "addon" && part.state === "ok"
      ? { ...part, state: "broken", remedy: inClone("setup --fresh"), detail: notice }
      : part,
  );
}

/** Everything doctor knows; `ok` when Node, the packages and an engine work. */
export async function examine(): Promise<{
  ok: boolean;
  engine: EngineReport | null;
  components: Component[];
}> {
  const { part, report } = await enginePart();
  const components = [
    ...nodeParts(),
    part,
    ...judged(tensorflowParts(), report, part.detail),
    ...(await otherParts()),
  ];
  const ok = components.every(({ isNecessary, state }) => !isNecessary || state === "ok");
  return { ok, engine: report, components };
}

/** `relata doctor [--json]`. */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "tell what is installed, what is missing, and the command that mends it",
  usage: [
    "relata doctor [--json]",
    "",
    "Examines Node, packages, the engine (by starting it), TensorFlow, its addon, GPU, Python, Jupyter, our kernel,",
    "Chromium, weights and data. Exits with 0 when everything necessary works: Node, the packages, an engine.",
    "",
    "  --json   { ok, engine: { name, library, version, device, threads },",
    "             components: [{ name, state: ok | missing | broken, version, remedy, detail }] }",
  ].join("\n"),
  async run(args, out) {
    const { flags } = readOptions(args, { flags: ["--json"] });
    const { ok, engine, components } = await examine();
    if (flags.has("--json")) {
      const shown = components.map(({ name, state, version, remedy, detail }) => ({
        name,
        state,
        version,
        remedy,
        detail,
      }));
      out.json({ ok, engine, components: shown });
      return ok ? 0 : 1;
    }
    table(components, out);
    out.text("");
    const faulty = components
      .filter(({ isNecessary, state }) => isNecessary && state !== "ok")
      .map(({ name }) => name);
    if (ok) out.text("everything necessary works");
    else out.error(`${faulty.join(", ")} must be mended: the commands stand above`);
    return ok ? 0 : 1;
  },
};
