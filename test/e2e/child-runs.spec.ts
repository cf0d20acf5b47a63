/** A node that runs as child runs: its list, a child on the canvas with the graph it ran, and the way back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { type App, test } from "./app.ts";
import { expectNothingSerious } from "./axe.ts";

const CHILD = `layerloom: 1
name: One customer
inputs:
  n: { type: integer, required: true }
nodes:
  ask: { title: Ask one, uses: transform, with: { value: "\${{ inputs.n }}" } }
  judge: { title: Judge one, uses: check, with: { score: "\${{ inputs.n }}", pass: "score != 3 && score != 6" } }
  stop: { title: Not this one, uses: simulate, with: { script: [{ error: permanent, message: no good }] } }
  send: { title: Send one, uses: template, with: { text: sent } }
edges:
  - ask -> judge
  - { from: judge, on: pass, to: send }
  - { from: judge, on: fail, to: stop }
`;
const parent = (count: number): string => `layerloom: 1
name: All customers
nodes:
  list: { title: The list, uses: transform, with: { value: [${Array.from({ length: count }, (_, n) => n + 1).join(", ")}] } }
  each:
    title: Each customer
    uses: pipeline
    with: { path: one.layerloom.yaml, inputs: { n: "\${{ item }}" } }
    forEach: "\${{ nodes.list.output }}"
    maxConcurrent: 8
    onItemError: collect
  sum: { title: The sum, uses: template, with: { text: done } }
edges:
  - list -> each -> sum
`;

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const children = (page: Page) => page.getByRole("region", { name: "Child runs" });
const banner = (page: Page) => page.locator(".app-banner");

async function runAll(app: App, page: Page, count: number): Promise<void> {
  writeFileSync(join(app.workspace, "one.layerloom.yaml"), CHILD);
  writeFileSync(join(app.workspace, "all.layerloom.yaml"), parent(count));
  await page.reload();
  await page.getByText("all.layerloom.yaml").click();
  await expect(card(page, "each")).toBeVisible();
  await page.keyboard.press("Control+Enter");
}

test("two of eight fail: they come first, open on the canvas, and lead back to the document", async ({
  app,
  opened: page,
}) => {
  await runAll(app, page, 8);
  await expect(card(page, "each")).toContainText("8 of 8 items");
  await expect(card(page, "each")).toContainText("2 failed");
  await expect(page.locator(".runs-ended")).toContainText("partial");
  await card(page, "each").click();
  await page.getByRole("tab", { name: "Run", exact: true }).click();
  const rows = children(page).getByRole("listitem");
  await expect(rows).toHaveCount(8);
  await expect(rows.nth(0)).toContainText(/Item 3.*failed/);
  await expect(rows.nth(1)).toContainText(/Item 6.*failed/);
  await expect(rows.nth(2)).toContainText(/Item 1.*completed/);

  await rows.nth(1).getByRole("button").click();
  const path = page.getByRole("navigation", { name: "Where this run belongs" });
  await expect(path).toHaveText(/All customers.*each, item 6.*One customer/);
  await expect(card(page, "each")).toHaveCount(0);
  await expect(card(page, "stop")).toContainText("failed");
  await expect(card(page, "send")).toContainText("not reached");
  await expectNothingSerious(page);

  await path.getByRole("button", { name: "All customers" }).click();
  await expect(banner(page)).toHaveCount(0);
  await expect(card(page, "each")).toContainText("2 failed");
  await expect(card(page, "each")).toHaveClass(/selected/);
  await expect(rows).toHaveCount(8);
  await rows.nth(0).getByRole("button").click();
  await expect(path).toContainText("item 3");
  await page.getByRole("button", { name: "Back to editing" }).click();
  await expect(card(page, "each")).toContainText("2 failed");
});

test("a child of a past run leads back to that run, with the node it came from in sight", async ({
  app,
  opened: page,
}) => {
  await runAll(app, page, 8);
  await expect(page.locator(".runs-ended")).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Open", exact: true }).first().click();
  await expect(banner(page)).toContainText("All customers");
  await card(page, "each").click();
  await page.getByRole("tab", { name: "Run", exact: true }).click();
  await children(page)
    .getByRole("button", { name: /Item 6/ })
    .click();
  const path = page.getByRole("navigation", { name: "Where this run belongs" });
  await path.getByRole("button", { name: "All customers" }).click();
  await expect(path).toHaveCount(0);
  await expect(banner(page)).toContainText("read-only");
  await expect(card(page, "each")).toHaveClass(/selected/);
  await expect(card(page, "each")).toBeInViewport({ ratio: 1 });
});

test("of a thousand items a screenful is drawn, the failed ones at the top, the last within reach", async ({
  app,
  opened: page,
}) => {
  await runAll(app, page, 1_000);
  await card(page, "each").click();
  await page.getByRole("tab", { name: "Run", exact: true }).click();
  await expect(card(page, "each")).toContainText("1000 of 1000 items", { timeout: 45_000 });
  const rows = children(page).getByRole("listitem");
  await expect(rows.first()).toHaveAttribute("aria-setsize", "1000");
  await expect(rows.first()).toContainText(/Item 3.*failed/);
  expect(await rows.count()).toBeLessThan(40);
  await children(page)
    .locator(".in-children")
    .evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
  await expect(rows.last()).toContainText("Item 1000");
  expect(await rows.count()).toBeLessThan(40);
});
