/** What a newcomer does first: open the sample, run it, watch it, approve, keep it, run it again elsewhere. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

test("open the five layers, run, watch a retry and a round, approve, see the end", async ({
  opened: page,
}) => {
  await page.getByText("Standard five layers").first().click();
  await expect(page.getByText("Simulated model · no network · $0.00")).toBeVisible();
  await expect(page.locator(".react-flow__node")).toHaveCount(7);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const reason = page.locator('.react-flow__node[data-id="reason"]');
  await expect(reason).toContainText("retrying");
  await expect(page.locator(".react-flow__node", { hasText: "Quality check" })).toContainText("succeeded", {
    timeout: 20_000,
  });
  await expect(page.locator('.ll-wire-label[data-edge-index="4"]')).toContainText("1/3");
  const card = page.getByRole("heading", { name: "Approve the outreach plan" });
  await expect(card).toBeVisible();
  await expect(page.getByText("Call Aoyama Foods on Tuesday").first()).toBeVisible();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.locator('.react-flow__node[data-id="reflect"]')).toContainText("succeeded");
  await expect(card).toBeHidden();
});

test("change a node, save as YAML: the comment stays, the file runs from the command line", async ({
  app,
  opened: page,
}) => {
  await page.getByText("Open", { exact: false }).first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /quality-loop/ })
    .click();
  await page.locator('.react-flow__node[data-id="publish"]').click();
  const title = page.getByLabel("Title");
  await title.fill("Send it");
  await title.blur();
  await expect(page.locator('.react-flow__node[data-id="publish"]')).toContainText("Send it");
  await page.keyboard.press("Control+s");
  const file = join(app.workspace, "quality-loop.layerloom.yaml");
  await expect.poll(() => readFileSync(file, "utf8")).toContain("title: Send it");
  const before = readFileSync(
    fileURLToPath(new URL("../../examples/quality-loop.layerloom.yaml", import.meta.url)),
    "utf8",
  );
  expect(readFileSync(file, "utf8")).toBe(before.replace("title: Publish", "title: Send it"));
  const out = execFileSync(
    process.execPath,
    [CLI, "run", file, "--json", "--db", join(app.workspace, "other.db")],
    { encoding: "utf8" },
  );
  expect(out.trim().split("\n").at(-1)).toContain('"status":"completed"');
});

test("re-opened, the file is the same graph; a past run shows the graph it ran", async ({ opened: page }) => {
  await page.getByText("quality-loop.layerloom.yaml").click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator('.react-flow__node[data-id="publish"]')).toContainText("succeeded", {
    timeout: 20_000,
  });
  await page.locator('.react-flow__node[data-id="apologise"]').click();
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
  await page.getByRole("tab", { name: /Runs/ }).click();
  await page.getByRole("tabpanel").getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(4);
  await page.getByRole("button", { name: /back to editing/i }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
});

test("unsaved work survives the engine and the page", async ({ app, opened: page }) => {
  await page.getByText("quality-loop.layerloom.yaml").click();
  await page.locator('.react-flow__node[data-id="draft"]').click();
  await page.getByLabel("Title").fill("A better draft");
  await page.getByLabel("Title").blur();
  await expect(page.locator(".app-edited")).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(app.url);
  await expect(async () => {
    await other.reload();
    await expect(other.locator(".start-draft")).toHaveCount(1, { timeout: 1_000 });
  }).toPass();
  await app.kill();
  await app.start();
  await page.goto("about:blank");
  await page.goto(app.url);
  await page
    .getByRole("button", { name: /Restore|Continue/ })
    .first()
    .click();
  await expect(page.locator('.react-flow__node[data-id="draft"]')).toContainText("A better draft");
  expect(readFileSync(join(app.workspace, "quality-loop.layerloom.yaml"), "utf8")).not.toContain(
    "A better draft",
  );
});

test("a file that changed outside is not overwritten without asking", async ({ app, opened: page }) => {
  await page.getByText("quality-loop.layerloom.yaml").click();
  await page.locator('.react-flow__node[data-id="draft"]').click();
  await page.getByLabel("Title").fill("Mine");
  await page.getByLabel("Title").blur();
  const file = join(app.workspace, "quality-loop.layerloom.yaml");
  const theirs = `${readFileSync(file, "utf8")}# theirs\n`;
  writeFileSync(file, theirs);
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(readFileSync(file, "utf8")).toBe(theirs);
});

test("a killed engine: the window says so, reconnects, and the run goes on", async ({
  app,
  opened: page,
}) => {
  await page.getByText("Standard five layers").first().click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Approve the outreach plan" })).toBeVisible({
    timeout: 20_000,
  });
  await app.kill();
  await expect(page.getByText(/connection/i).first()).toBeVisible();
  await app.start();
  await expect(page.getByText(/connection/i)).toHaveCount(0, { timeout: 20_000 });
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(page.locator('.react-flow__node[data-id="reflect"]')).toContainText("succeeded");
});
