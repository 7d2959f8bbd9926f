// JupyterLab in a real Chromium on our kernel: tables, charts with tooltips, live charts, progress, errors, interrupt, prompt, completion, hover, restart.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Page } from "playwright-core";
import { installSpec } from "../../kernel-ext/spec/kernelspec";
import { chromiumAt, withPage } from "../support/browser";
import { skipUnless } from "../support/skips";
import { pause } from "./notebook";

const CELLS = [
  "import * as dfd from 'danfojs-node';\nnew dfd.DataFrame({ relation: ['Cause', '<b>x</b>'], f1: [0.81, 0.75] })",
  "({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', width: 200, height: 200, data: { values: [{ a: 1, wide: 'wide bar' }] }, mark: { type: 'rect', tooltip: { content: 'data' } }, encoding: { y: { field: 'wide', type: 'nominal', axis: null } } })",
  "for (const x of progress([1, 2, 3], 'training')) await new Promise(r => setTimeout(r, 100)); 'end'",
  "const s: string = 5;",
  "await null; while (true) {}",
  "`hello ${input('who? ')}`",
  "const live = relata.liveChart({ title: 'loss', every: 50 }); for (let step = 1; step <= 60; step++) { live.push({ step, loss: 1 / step }); await new Promise(r => setTimeout(r, 100)) } await live.end(); 'drawn'",
  "",
];

const python = [process.env["RELATA_PYTHON"], "python3", "python"].find(
  (name) => name !== undefined && spawnSync(name, ["-c", "import jupyterlab"]).status === 0,
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-lab-"));
let server: ChildProcess | undefined;
let address = "";

beforeAll(async () => {
  if (python === undefined || chromiumAt() === undefined) return;
  installSpec({ prefix: folder });
  const cells = CELLS.map((source, index) => ({
    cell_type: "code",
    id: `c${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const kernelspec = { name: "relata", display_name: "relata (TypeScript)", language: "typescript" };
  fs.writeFileSync(
    path.join(folder, "tour.ipynb"),
    JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
  );
  const port = await freePort();
  address = `http://127.0.0.1:${port}/lab/tree/tour.ipynb?token=t&reset`;
  const words = [
    "-m",
    "jupyterlab",
    "--allow-root",
    "--no-browser",
    `--port=${port}`,
    "--ServerApp.token=t",
    `--ServerApp.root_dir=${folder}`,
  ];
  const env = {
    ...process.env,
    JUPYTER_PATH: path.join(folder, "share", "jupyter"),
    JUPYTER_CONFIG_DIR: path.join(folder, "config"),
    JUPYTERLAB_SETTINGS_DIR: path.join(folder, "settings"),
  };
  server = spawn(python, words, { env, stdio: "ignore" });
  for (let waited = 0; waited < 120; waited++) {
    if (
      await fetch(address).then(
        (reply) => reply.ok,
        () => false,
      )
    )
      return;
    await pause(500);
  }
  throw new Error("JupyterLab did not start");
}, 90_000);

afterAll(async () => {
  server?.kill("SIGINT");
  server?.kill("SIGTERM");
  await pause(1500);
  fs.rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function run(page: Page, index: number): Promise<void> {
  await page.locator(".jp-CodeCell").nth(index).locator(".cm-content").click();
  await page.keyboard.press("Control+Enter");
}

describe("JupyterLab", () => {
  skipUnless(python !== undefined && chromiumAt() !== undefined, "JupyterLab or Chromium is not installed")(
    "does everything a notebook does",
    () =>
      withPage(async (page) => {
        const output = (index: number) => page.locator(".jp-CodeCell").nth(index).locator(".jp-OutputArea");
        await page.goto(address, { timeout: 120_000 });
        await page.locator(".jp-CodeCell").first().waitFor({ timeout: 120_000 });
        await page.getByText("relata (TypeScript) | Idle").waitFor({ timeout: 120_000 });

        await run(page, 0);
        await output(0).getByRole("columnheader", { name: "relation" }).waitFor({ timeout: 120_000 });
        expect(await output(0).innerText()).toContain("<b>x</b>");

        await run(page, 1);
        const mark = output(1).locator(".vega-embed canvas, .vega-embed svg").first();
        await mark.waitFor({ timeout: 120_000 });
        await mark.hover();
        await page.locator("#vg-tooltip-element.visible").getByText("wide bar").waitFor({ timeout: 90_000 });

        await run(page, 2);
        await output(2).getByText("training: 3 of 3").waitFor({ timeout: 90_000 });
        expect(await output(2).locator("progress").count()).toBe(1);

        await run(page, 3);
        await output(3).getByText("TS2322").waitFor({ timeout: 90_000 });

        await run(page, 4);
        await page.getByText("relata (TypeScript) | Busy").waitFor({ timeout: 90_000 });
        await page.keyboard.press("Escape");
        await page.keyboard.press("i");
        await page.keyboard.press("i");
        await output(4).getByText("KeyboardInterrupt").waitFor({ timeout: 90_000 });

        await run(page, 5);
        await page.locator(".jp-Stdin-input").fill("you", { timeout: 90_000 });
        await page.keyboard.press("Enter");
        await output(5).getByText("'hello you'").waitFor({ timeout: 90_000 });

        await run(page, 6);
        const chart = output(6).locator(".vega-embed canvas, .vega-embed svg").first();
        await chart.waitFor({ timeout: 90_000 });
        const early = await chart.screenshot();
        await output(6).getByText("'drawn'").waitFor({ timeout: 90_000 });
        expect(await output(6).locator(".vega-embed").count()).toBe(1);
        // the last picture is drawn a moment after its cell has ended
        await expect.poll(() => chart.screenshot().then((late) => late.equals(early))).toBe(false);

        const editor = page.locator(".jp-CodeCell").nth(7).locator(".cm-content");
        await editor.click();
        await page.keyboard.type("dfd.DataF");
        await page.keyboard.press("Tab");
        // one match is put in at once, several are listed
        await page
          .locator(".jp-Completer-item, .cm-content:has-text('dfd.DataFrame')")
          .last()
          .waitFor({ timeout: 90_000 });
        await page.keyboard.press("Escape");
        await editor.click();
        await page.keyboard.press("Control+a");
        await page.keyboard.type("Math.abs");
        await page.keyboard.press("Shift+Tab");
        await page
          .locator(".jp-Tooltip")
          .getByText("absolute value of a number")
          .waitFor({ timeout: 90_000 });

        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await page.keyboard.press("0");
        await page.keyboard.press("0");
        await page.getByRole("button", { name: "Confirm Kernel Restart" }).click({ timeout: 90_000 });
        await editor.click();
        await page.keyboard.press("Control+a");
        await page.keyboard.type("typeof dfd");
        await page.keyboard.press("Control+Enter");
        await output(7).getByText("Cannot find name 'dfd'").waitFor({ timeout: 120_000 });
      }),
    600_000,
  );
});
