/** A disk that is really full, as a person in the window meets it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { canMount, smallDisk } from "#test/crash/small-disk.ts";
import { App, test } from "./app.ts";

const FILE = "slow.layerloom.yaml";
const SLOW = `layerloom: 1
name: Slow
nodes:
  first: { title: First, uses: simulate, with: { delay: 3s, script: [{ output: 1 }] } }
  second: { title: Second, uses: transform, with: { value: 2 } }
edges: [first -> second]
`;

test.skip(!canMount(), "only root can mount a small disk");

test("a full disk is told, starting is refused in words, and with room the run goes on to its end", async ({
  page,
}, info) => {
  const disk = smallDisk(8);
  const app = new App(disk.folder);
  try {
    writeFileSync(join(app.workspace, FILE), SLOW);
    await app.start();
    await page.goto(app.url);
    await page.getByText(FILE).click();
    const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
    const run = page.getByRole("button", { name: "Run", exact: true });
    const banner = page.getByRole("alert").filter({ hasText: "The disk is full." });
    await run.click();
    await expect(card("first")).toContainText("running");
    disk.fill();
    await expect(banner).toBeVisible();
    await expect(banner).toContainText("Runs go on by themselves once there is room.");
    // Nothing that is not on disk is shown.
    await expect(card("first")).toContainText("running");
    await page.screenshot({ path: info.outputPath("full.png") });

    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    const refused = page
      .getByRole("status")
      .or(page.getByRole("alert"))
      .filter({ hasText: "Make room on the disk" });
    await expect(refused.first()).toBeVisible();
    await page.screenshot({ path: info.outputPath("refused.png") });

    disk.free();
    await expect(banner).toBeHidden({ timeout: 35_000 });
    await page.getByRole("tab", { name: /^Runs/ }).click();
    await expect(page.getByRole("button", { name: /^Slow \w{6}$/ })).toHaveCount(1);
    await page.getByRole("button", { name: /^Slow \w{6}$/ }).click();
    await expect(card("second")).toContainText("succeeded");
  } finally {
    await app.end();
    disk.remove();
  }
});

test("an app that starts on a full disk shows its runs, and starts one once there is room", async ({
  page,
}, info) => {
  const disk = smallDisk(8);
  const app = new App(disk.folder);
  try {
    writeFileSync(join(app.workspace, FILE), SLOW.replace("delay: 3s", "delay: 1ms"));
    await app.start();
    await page.goto(app.url);
    await page.getByText(FILE).click();
    const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await expect(card("second")).toContainText("succeeded");
    await app.kill("SIGTERM");
    disk.fill();
    await app.start();
    const banner = page.getByRole("alert").filter({ hasText: "The disk is full." });
    await expect(banner).toBeVisible();
    await page.reload();
    await page.getByText(FILE).click();
    await page.getByRole("tab", { name: /^Runs/ }).click();
    await expect(page.getByRole("button", { name: /^Slow \w{6}$/ })).toHaveCount(1);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await expect(page.getByText("Make room on the disk").first()).toBeVisible();
    await page.screenshot({ path: info.outputPath("started-full.png") });
    disk.free();
    await expect(banner).toBeHidden();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await expect(page.getByRole("button", { name: /^Slow \w{6}$/ })).toHaveCount(2);
    await expect(card("second")).toContainText("succeeded");
  } finally {
    await app.end();
    disk.remove();
  }
});
