/** Ways on after a failure, and ways to what one looks for: retry from it, cancel one node, go to a node, unfold rounds. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { type App, test } from "./app.ts";

const NAME = "errand.layerloom.yaml";
const ERRAND = `layerloom: 1
name: Errand
nodes:
  think: { title: Think, uses: simulate, with: { script: [{ output: idea, usd: 0.5 }] } }
  judge: { title: Judge, uses: simulate, with: { script: [{ outcome: again }, { outcome: well }] } }
  fetch: { title: Fetch, uses: file.read, with: { path: later.txt } }
  rest: { title: Rest, uses: simulate, timeout: 2h, with: { script: [{ output: rested }], delay: 1h } }
  tell: { title: Tell, uses: template, with: { text: "\${{ nodes.fetch.output }}" } }
edges:
  - think -> judge
  - { from: judge, on: again, to: think, kind: loop, max: 2 }
  - { from: judge, on: well, to: fetch }
  - { from: judge, on: well, to: rest }
  - fetch -> tell
layout:
  think: [0, 0]
  judge: [320, 0]
  fetch: [640, 0]
  rest: [640, 240]
  tell: [960, 0]
`;

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);

async function runErrand(app: App, page: Page): Promise<void> {
  writeFileSync(join(app.workspace, NAME), ERRAND);
  await page.reload();
  await page.getByRole("button", { name: NAME }).click();
  await expect(page.locator(".ll-canvas[data-looked]")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(card(page, "fetch")).toContainText("failed");
  await expect(card(page, "rest")).toContainText("running");
}

test("one node is cancelled, the run ends, and goes on from its failure once that is mended", async ({
  app,
  opened: page,
}) => {
  await runErrand(app, page);
  await card(page, "rest").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Cancel this step" }).click();
  await expect(page.locator(".runs-ended")).toContainText("failed");
  await expect(page.locator(".runs-ended")).toContainText("$1.00");
  await expect(card(page, "tell")).toContainText("not reached");

  writeFileSync(join(app.workspace, "later.txt"), "found it");
  await page.getByRole("button", { name: "Retry from the failure" }).click();
  await expect(card(page, "tell")).toContainText("found it");
  // What had succeeded is taken over, and costs nothing again.
  await page.getByRole("tab", { name: /Runs/ }).click();
  await expect(page.locator(".runs-list tbody tr")).toHaveCount(2);
  await expect(page.locator(".runs-list tbody tr").first()).toContainText("$0.00");
});

test("a search goes to a node; the timeline folds rounds and leads to its node", async ({
  app,
  opened: page,
}) => {
  await runErrand(app, page);
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder(/Search nodes/).fill("Tell");
  await page.keyboard.press("Enter");
  await expect(card(page, "tell")).toHaveClass(/selected/);
  await expect(card(page, "tell")).toBeInViewport({ ratio: 1 });

  const rows = page.locator(".runs-row");
  const folded = rows.filter({ hasText: "Think" });
  await expect(folded).toContainText("↺2");
  await expect(rows.filter({ hasText: /^Round/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Rounds of Think" }).click();
  await expect(rows.filter({ hasText: /^Round/ })).toHaveCount(2);
  await folded.getByRole("button", { name: /^Think/ }).click();
  await expect(card(page, "think")).toHaveClass(/selected/);
});
