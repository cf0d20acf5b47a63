/** Two windows on one file: the second says so, each keeps its own work, and none takes the other's away. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { test } from "./app.ts";

const FILE = "quality-loop.layerloom.yaml";
const said = (page: Page) => page.getByText("This file is also open in another window.");
const card = (page: Page) => page.locator('.react-flow__node[data-id="draft"]');

async function open(page: Page): Promise<void> {
  await page.getByRole("button", { name: FILE }).click();
  await expect(card(page)).toBeVisible();
}

async function rename(page: Page, title: string): Promise<void> {
  await card(page).click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Title").blur();
  await expect(card(page)).toContainText(title);
}

test("the second window says so, and what both changed is kept apart", async ({
  app,
  context,
  opened: one,
}) => {
  await open(one);
  const two = await context.newPage();
  await two.goto(app.url);
  await open(two);
  await expect(said(two)).toBeVisible();
  await expect(said(one)).toHaveCount(0);

  await rename(one, "From the first");
  await rename(two, "From the second");
  const three = await context.newPage();
  await three.goto(app.url);
  const drafts = three.locator(".start-draft");
  await expect(async () => {
    await three.reload();
    await expect(drafts).toHaveCount(2, { timeout: 1_000 });
  }).toPass();

  // What the second saves goes to the file; the first is asked, and has its work still.
  await two.keyboard.press("Control+s");
  await expect(two.locator(".app-edited")).toHaveCount(0);
  await one.keyboard.press("Control+s");
  await expect(one.getByRole("dialog")).toContainText("changed outside");
  expect(readFileSync(join(app.workspace, FILE), "utf8")).toContain("From the second");

  await one.close();
  await expect(said(two)).toHaveCount(0);
  await three.reload();
  await expect(drafts).toHaveCount(1);
  await three.getByRole("button", { name: /Restore|Continue/ }).click();
  await expect(card(three)).toContainText("From the first");
});

test("a file that changed outside is shown anew when one comes back, unless there is unsaved work", async ({
  app,
  opened: page,
}) => {
  const file = join(app.workspace, FILE);
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await open(page);
  writeFileSync(file, readFileSync(file, "utf8").replace("title: ", "title: New "));
  await comeBack();
  await expect(page.getByText("this is the new version")).toBeVisible();
  await expect(page.locator(".react-flow__node").filter({ hasText: "New " })).toHaveCount(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".react-flow__node").filter({ hasText: "New " })).toHaveCount(0);

  await rename(page, "Mine");
  writeFileSync(file, `${readFileSync(file, "utf8")}# theirs\n`);
  await comeBack();
  await expect(page.getByText("Your changes here are untouched.")).toBeVisible();
  await expect(card(page)).toContainText("Mine");
});
