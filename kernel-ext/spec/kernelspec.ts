// The kernelspec `relata`: written, removed and checked as plain files.

import { OptionError } from "../../src/core/errors";
import * as fs from "node:fs";
import * as path from "node:path";
import { kernelsFolder, type Target } from "./folders";
import { logoPng, logoSvg } from "./logo";

const clone = path.resolve(__dirname, "..", "..");

/** The name of the kernel, of its folder and in notebook metadata. */
export const KERNEL_NAME = "relata";

/** The content of kernel.json. */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message";
  readonly env: { readonly [name: string]: string };
  readonly metadata: { readonly [key: string]: unknown };
}

/**
 * The environment of a kernel process: no log lines of TensorFlow below warnings, and freed memory goes back to the
 * system at once (glibc keeps it else: 15 % more at the peak of a training step).
 */
export const KERNEL_ENVIRONMENT = { TF_CPP_MIN_LOG_LEVEL: "2", MALLOC_TRIM_THRESHOLD_: "65536" } as const;

/** The spec that starts this clone with the Node that is running. */
export function kernelSpec(): KernelSpec {
  return {
    argv: [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      path.join(clone, "kernel-ext", "launcher.cjs"),
      "{connection_file}",
      "--preload",
      path.join(clone, "src", "lab", "preload.ts"),
    ],
    display_name: "relata (TypeScript)",
    language: "typescript",
    interrupt_mode: "message",
    env: KERNEL_ENVIRONMENT,
    metadata: { debugger: false, relata: { clone } },
  };
}

/** What is installed in a folder: nothing, a spec of relata (of which clone), or another kernel's. */
export type Installed =
  | { readonly state: "absent"; readonly folder: string }
  | { readonly state: "ours"; readonly folder: string; readonly spec: KernelSpec; readonly clone: string }
  | { readonly state: "foreign"; readonly folder: string };

/** Looks at the kernelspec folder of a target. */
export function installedSpec(target: Target = {}): Installed {
  const folder = path.join(kernelsFolder(target), KERNEL_NAME);
  if (!fs.existsSync(folder)) return { state: "absent", folder };
  try {
    const spec = JSON.parse(fs.readFileSync(path.join(folder, "kernel.json"), "utf8")) as KernelSpec;
    const own = spec.metadata?.relata as { clone?: unknown } | undefined;
    if (typeof own?.clone === "string") return { state: "ours", folder, spec, clone: own.clone };
  } catch {
    // not a spec of ours, whatever it is
  }
  return { state: "foreign", folder };
}

/** Writes the kernelspec; refuses to replace another kernel's. Returns its folder. */
export function installSpec(target: Target = {}): string {
  const found = installedSpec(target);
  if (found.state === "foreign")
    throw new OptionError(
      `"${found.folder}" holds another kernel, which relata does not replace: move it away or choose another place with --prefix`,
    );
  fs.mkdirSync(found.folder, { recursive: true });
  fs.writeFileSync(path.join(found.folder, "logo-svg.svg"), logoSvg);
  for (const size of [32, 64])
    fs.writeFileSync(path.join(found.folder, `logo-${size}x${size}.png`), logoPng(size));
  const file = path.join(found.folder, "kernel.json");
  fs.writeFileSync(`${file}.tmp`, JSON.stringify(kernelSpec(), null, 2) + "\n");
  fs.renameSync(`${file}.tmp`, file);
  return found.folder;
}

/** Removes the kernelspec; leaves another kernel's alone. Returns its folder, or undefined when there was none. */
export function removeSpec(target: Target = {}): string | undefined {
  const found = installedSpec(target);
  if (found.state === "absent") return undefined;
  if (found.state === "foreign")
    throw new OptionError(`"${found.folder}" holds another kernel, which relata does not remove`);
  fs.rmSync(found.folder, { recursive: true });
  return found.folder;
}

/** One finding about the kernelspec, with the command that mends it. */
export interface Finding {
  readonly isGood: boolean;
  readonly text: string;
  readonly remedy?: string;
}

/** Checks the kernelspec of a target: there, ours, of this clone, with a Node that exists. */
export function examineSpec(target: Target = {}): Finding[] {
  const remedy = `relata kernel install${target.prefix === undefined ? "" : ` --prefix ${target.prefix}`}`;
  const found = installedSpec(target);
  if (found.state === "absent") return [{ isGood: false, text: `no kernelspec in ${found.folder}`, remedy }];
  if (found.state === "foreign")
    return [{ isGood: false, text: `${found.folder} holds another kernel`, remedy: "move it away" }];
  const findings: Finding[] = [{ isGood: true, text: `kernelspec in ${found.folder}` }];
  const [node = "", , launcher = ""] = found.spec.argv;
  if (found.clone !== clone)
    findings.push({ isGood: false, text: `it starts another clone: ${found.clone}`, remedy });
  for (const [what, file] of [
    ["Node", node],
    ["launcher", launcher],
  ] as const)
    findings.push(
      fs.existsSync(file)
        ? { isGood: true, text: `${what}: ${file}` }
        : { isGood: false, text: `${what} is gone: ${file}`, remedy },
    );
  return findings;
}
