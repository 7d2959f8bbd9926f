// Chromium driven by a test: found on this machine, never fetched, kept off the network.

import * as fs from "node:fs";
import { chromium, type Page } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser: `RELATA_CHROMIUM`, else a usual place; `undefined` when there is none. */
export function chromiumAt(): string | undefined {
  return [process.env["RELATA_CHROMIUM"] ?? "", ...PLACES].find((file) => file !== "" && fs.existsSync(file));
}

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--no-first-run",
  "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
];

/** Runs `use` with a page of a fresh browser and the addresses it asked for; the browser is closed afterwards. */
export async function withPage<T>(
  use: (page: Page, requests: string[]) => Promise<T>,
  options: { width?: number; height?: number } = {},
): Promise<T> {
  const executablePath = chromiumAt();
  if (executablePath === undefined) throw new Error("no Chromium: ask chromiumAt() first");
  const browser = await chromium.launch({ executablePath, args: QUIET });
  try {
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    return await use(page, requests);
  } finally {
    await browser.close();
  }
}
