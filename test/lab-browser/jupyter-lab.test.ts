import * as fs from "node:fs";
import * as path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { projectFolder } from "../../src/core";
import { chromiumAt, withPage } from "../support/browser";
import { pythonWith } from "../support/python";
import { skipUnless } from "../support/skips";
import { LabServer } from "./lab-server";

const python = pythonWith("jupyterlab");
const test = skipUnless(python !== undefined && chromiumAt() !== undefined, "no JupyterLab or no Chromium");
const screens = path.join(projectFolder, "out", "screens");

let server: LabServer | undefined;
beforeAll(async () => {
  fs.mkdirSync(screens, { recursive: true });
  if (python !== undefined && chromiumAt() !== undefined) server = await LabServer.start(python);
});
afterAll(() => server?.stop());

/** Opens a notebook of these cells in the lab and waits until its kernel is ready. */
function inLab(name: string, cells: readonly string[], use: (page: Page) => Promise<void>): Promise<void> {
  return withPage(
    async (page, requests) => {
      await page.goto(server!.notebook(`${name}.ipynb`, cells));
      // The notebook's own indicator says idle before there is a kernel; the status bar names the kernel that answers.
      await page.getByText("relata (TypeScript) | Idle").waitFor({ timeout: 60_000 });
      await page.waitForSelector(".jp-Notebook .jp-Cell");
      try {
        await use(page);
      } finally {
        await page.screenshot({ path: path.join(screens, `lab-${name}.png`) });
      }
      expect(requests.filter((address) => !/^(https?:\/\/127\.0\.0\.1|data:|blob:)/.test(address))).toEqual(
        [],
      );
    },
    { width: 1300, height: 1500 },
  );
}

async function runAll(page: Page): Promise<void> {
  await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
  await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
}

/** The cell at `index`, once it has run. */
async function ran(page: Page, index: number): Promise<ReturnType<Page["locator"]>> {
  const cell = page.locator(".jp-Notebook .jp-CodeCell").nth(index);
  await cell.locator(".jp-InputPrompt", { hasText: /\[\d+\]/ }).waitFor({ timeout: 60_000 });
  return cell;
}

const CHART = `({
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  width: 300, height: 120,
  data: { values: [{ step: 1, loss: 0.9 }, { step: 2, loss: 0.5 }, { step: 3, loss: 0.3 }] },
  mark: { type: "line", point: true, tooltip: true },
  encoding: { x: { field: "step", type: "quantitative" }, y: { field: "loss", type: "quantitative" } },
})`;

describe("our kernel in JupyterLab", () => {
  test("shows prints, results, tables, charts and errors", { timeout: 180_000 }, async () => {
    const cells = [
      'const count: number = 6;\nconsole.log("a print"); console.error("a warning"); count * 7',
      'display.html("<table><tr><td>cell of a table</td></tr></table>");',
      CHART,
      "const broken = (value: any) => value.missing.field;\nbroken({})",
    ];
    await inLab("shows", cells, async (page) => {
      await runAll(page);
      const first = await ran(page, 0);
      expect(await first.locator('[data-mime-type="application/vnd.jupyter.stdout"]').textContent()).toBe(
        "a print\n",
      );
      expect(await first.locator('[data-mime-type="application/vnd.jupyter.stderr"]').textContent()).toBe(
        "a warning\n",
      );
      expect(await first.locator(".jp-OutputArea-executeResult .jp-RenderedText").textContent()).toBe("42");
      expect(await first.locator(".jp-OutputPrompt", { hasText: "[1]:" }).count()).toBe(1);
      expect(await (await ran(page, 1)).locator("td").textContent()).toBe("cell of a table");
      await (await ran(page, 2)).locator(".vega-embed :is(svg, canvas)").first().waitFor();
      const error = (await ran(page, 3)).locator(
        '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]',
      );
      expect(await error.textContent()).toMatch(
        /TypeError.*Cannot read properties of undefined[^]*cell\[4\]\.ts:1/,
      );
    });
  });

  test("completes names with their types and explains them", { timeout: 120_000 }, async () => {
    await inLab("completes", ["const sentences = ['a', 'b'];\nsentences.length", ""], async (page) => {
      await runAll(page);
      await ran(page, 0);
      const second = page.locator(".jp-Notebook .jp-CodeCell").nth(1);
      await second.locator(".cm-content").click();
      await page.keyboard.type("sentences.fla");
      await page.keyboard.press("Tab");
      const list = page.locator(".jp-Completer:visible .jp-Completer-item");
      await list.first().waitFor({ timeout: 20_000 });
      expect(await list.allTextContents()).toEqual(
        expect.arrayContaining([expect.stringMatching(/flat/), expect.stringMatching(/flatMap/)]),
      );
      await page.keyboard.press("Escape");
      await second.locator(".cm-content").click();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("sentences");
      await page.keyboard.press("Shift+Tab");
      const tip = page.locator(".jp-Tooltip", { hasText: "const sentences: string[]" });
      await tip.waitFor({ timeout: 20_000 });
    });
  });

  test(
    "stops an endless loop, keeps its state, and answers questions of cells",
    { timeout: 150_000 },
    async () => {
      const cells = [
        "let kept = 1; console.log('loop'); for (;;) kept++",
        "kept > 1",
        "const name = input('who? '); name.toUpperCase()",
      ];
      await inLab("interrupts", cells, async (page) => {
        const [loop, after, question] = [0, 1, 2].map((index) =>
          page.locator(".jp-Notebook .jp-CodeCell").nth(index),
        );
        await loop!.locator(".cm-content").click();
        await page.keyboard.press("Shift+Enter");
        await loop!.locator('[data-mime-type="application/vnd.jupyter.stdout"]').waitFor({ timeout: 60_000 });
        await page.click('.lm-MenuBar-itemLabel:text-is("Kernel")');
        await page.click('.lm-Menu-itemLabel:text-is("Interrupt Kernel")');
        await ran(page, 0);
        await after!.locator(".cm-content").click();
        await page.keyboard.press("Shift+Enter");
        expect(
          await (await ran(page, 1)).locator(".jp-OutputArea-executeResult .jp-RenderedText").textContent(),
        ).toBe("true");
        await question!.locator(".cm-content").click();
        await page.keyboard.press("Shift+Enter");
        const box = question!.locator("input.jp-Stdin-input");
        await box.waitFor({ timeout: 60_000 });
        await box.fill("relata");
        await box.press("Enter");
        expect(
          await (await ran(page, 2)).locator(".jp-OutputArea-executeResult .jp-RenderedText").textContent(),
        ).toBe("'RELATA'");
      });
    },
  );
});
