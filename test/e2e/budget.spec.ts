/** A budget: told before a run, kept in it, and raised in a form. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

const FILE = "thrifty.layerloom.yaml";
const PIPELINE = `layerloom: 1
name: Thrifty
budget: { usd: 0.25 }
nodes:
  one: { uses: simulate, with: { delay: 100ms, script: [{ output: 1, usd: 0.2 }] } }
  two: { uses: simulate, with: { delay: 100ms, script: [{ output: 2, usd: 0.2 }] } }
edges: [one -> two]
`;

test("is never spent over: the run says what it was short of, and goes through with a larger one", async ({
  app,
  opened: page,
}) => {
  const path = join(app.workspace, FILE);
  writeFileSync(path, PIPELINE);
  await page.reload();
  await page.getByText("thrifty").first().click();
  await expect(page.locator(".app-quote")).toHaveAttribute(
    "title",
    /The budget of \$0\.25 is never spent over/,
  );
  await expect(page.locator(".app-quote")).toContainText("$0.25");

  await page.getByRole("button", { name: "Run", exact: true }).click();
  const bar = page.locator(".runs-ended");
  await expect(bar).toContainText("The budget does not reach for it");
  await expect(bar).toContainText("two may cost $0.20; of the budget of $0.25, $0.20 is spent");
  await expect(bar).toContainText("$0.20 of $0.25");
  await expect(bar.getByRole("meter", { name: "Budget" })).toBeVisible();

  await page.keyboard.press("Escape");
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 200 } });
  await page.getByText("Running", { exact: true }).scrollIntoViewIfNeeded();
  const field = page.getByLabel("Budget (USD)");
  await field.fill("-1");
  await field.press("Tab");
  await expect(page.locator(".in-form")).toContainText("At least 0.");
  await field.fill("0.4");
  await field.press("Tab");
  await page.keyboard.press("Control+s");
  await expect.poll(() => readFileSync(path, "utf8")).toBe(PIPELINE.replace("0.25", "0.4"));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(bar).toContainText("$0.40 of $0.40");
});
