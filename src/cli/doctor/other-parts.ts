// Doctor's look at what relata can do without: Python, Jupyter and our kernel in it, Chromium, weights, data.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { messageOf } from "../../core";
import { type Component, component, firstLine, inClone, tidyPath } from "./component";

const isMac = process.platform === "darwin";
const getSystem = (debian: string, mac: string): string =>
  isMac ? `brew install ${mac}` : `apt-get install -y ${debian}`;
const numberIn = (line: string): string => /\d+(\.\d+)+/.exec(line)?.[0] ?? line;

async function pythonPart(): Promise<Component> {
  const line = (await firstLine("python3", ["--version"])) ?? (await firstLine("python", ["--version"]));
  if (line !== undefined) return component("python", { version: numberIn(line) });
  return component("python", {
    state: "missing",
    remedy: getSystem("python3 python3-pip python3-venv", "python"),
    detail: "needed to fetch TensorFlow and for JupyterLab; notebooks run without it",
  });
}

async function jupyterPart(): Promise<Component> {
  const line =
    (await firstLine("jupyter", ["lab", "--version"])) ??
    (await firstLine("python3", ["-m", "jupyterlab", "--version"]));
  if (line !== undefined) return component("jupyter", { version: `JupyterLab ${numberIn(line)}` });
  return component("jupyter", {
    state: "missing",
    remedy: "python3 -m pip install jupyterlab",
    detail: "needed for npm run lab only; relata run needs no Jupyter",
  });
}

/** Folders in which Jupyter looks for the kernels of a user and of the system. */
function kernelFolders(): string[] {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, JUPYTER_PATH = "" } = process.env;
  const home = os.homedir();
  const own =
    JUPYTER_DATA_DIR ??
    (isMac
      ? path.join(home, "Library", "Jupyter")
      : path.join(XDG_DATA_HOME ?? path.join(home, ".local", "share"), "jupyter"));
  return [
    ...JUPYTER_PATH.split(path.delimiter).filter(Boolean),
    own,
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ];
}

function kernelPart(): Component {
  const folder = kernelFolders()
    .map((base) => path.join(base, "kernels", "relata"))
    .find((place) => fs.existsSync(path.join(place, "kernel.json")));
  if (folder !== undefined) return component("kernel", { detail: tidyPath(folder) });
  return component("kernel", {
    state: "missing",
    remedy: inClone("kernel install"),
    detail: "JupyterLab does not know our kernel yet; relata run does",
  });
}

async function chromiumPart(): Promise<Component> {
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    const line = await firstLine(name, ["--version"]);
    if (line !== undefined) return component("chromium", { version: numberIn(line) });
  }
  return component("chromium", {
    state: "missing",
    remedy: getSystem("chromium", "--cask chromium"),
    detail: "needed by tests that look at pages in a browser only",
  });
}

async function weightsPart(): Promise<Component> {
  const missing = {
    state: "missing",
    remedy: inClone("model get minilm"),
    detail: "fetched when a notebook first needs them",
  } as const;
  try {
    const { findModel } = await import("../../models");
    const folder = findModel("minilm");
    return component("minilm", folder === undefined ? missing : { detail: tidyPath(String(folder)) });
  } catch (error) {
    return component("minilm", { ...missing, state: "broken", detail: tidyPath(messageOf(error)) });
  }
}

/** Data sets that are whole on this machine, in RELATA_DATA or the cache. */
async function dataPart(): Promise<Component> {
  const given = process.env.RELATA_DATA;
  if (given && !fs.existsSync(given))
    return component("data", {
      state: "broken",
      remedy: "unset RELATA_DATA",
      detail: `RELATA_DATA names "${tidyPath(given)}", which is not there`,
    });
  const { allCards, findLocally } = await import("../../data");
  const published = allCards().filter(({ facts }) => facts.isBuiltIn !== true);
  const here = published.filter((card) =>
    card.facts.files.every(({ file, isOptional }) => isOptional || findLocally(card, file) !== undefined),
  );
  if (here.length > 0)
    return component("data", {
      version: `${here.length} of ${published.length}`,
      detail: here.map(({ name }) => name).join(", "),
    });
  return component("data", {
    state: "missing",
    remedy: inClone("data get semeval2010-task8"),
    detail: "no published data set is here: the built-in sentences are used",
  });
}

/** Every component that is good to have. */
export async function otherParts(): Promise<Component[]> {
  return Promise.all([pythonPart(), jupyterPart(), kernelPart(), chromiumPart(), weightsPart(), dataPart()]);
}
