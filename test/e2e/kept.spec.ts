/** What runs keep for each other, as a person sees it: a taken result, a head start, memory, and forgetting results. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

const FILE = "kept.layerloom.yaml";
const KEPT = `layerloom: 1
name: Kept
nodes:
  look: { title: Look, uses: simulate, cache: { ttl: 1h }, remember: world, with: { delay: 300ms, script: [{ output: { n: 7 }, usd: 0.02 }] } }
  reason: { title: Reason, uses: simulate, speculate: [act], with: { delay: 1500ms, script: [{ output: plan }] } }
  act: { title: Act, uses: simulate, pure: true, with: { delay: 1s, script: [{ output: "\${{ nodes.reason.output }}" }] } }
edges:
  - look -> reason -> act
layout:
  look: [0, 0]
  reason: [320, 0]
  act: [640, 0]
`;

test("the second run takes the result, starts ahead, and runs anew once the result is forgotten", async ({
  app,
  page,
}) => {
  writeFileSync(join(app.workspace, FILE), KEPT);
  await page.goto(app.url);
  await page.getByText(FILE).click();
  const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  const run = async () => {
    await page.getByRole("button", { name: /^Run/ }).first().focus();
    await page.keyboard.press("Control+Enter");
  };
  const back = async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  };
  await expect(card("act")).toBeVisible();
  await run();
  await expect(card("act")).toContainText("succeeded");
  await expect(card("look")).toContainText("succeeded");
  await run();
  await expect(card("look")).toContainText("cached");
  await expect(card("look")).toContainText("saved $0.0200");
  await expect(card("act").getByTitle("Started ahead, on a guess")).toBeVisible();
  await expect(card("act")).toContainText("succeeded");

  await card("look").click();
  await page.getByRole("tab", { name: "Run", exact: true }).click();
  await expect(page.getByText("Memory: world")).toBeVisible();
  await expect(page.getByText(/^version 1, .+ ago$/)).toBeVisible();
  await back();

  await card("look").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Forget stored results" }).click();
  await expect(page.getByText("Stored results of Look forgotten: 1")).toBeVisible();
  await run();
  await expect(card("act")).toContainText("succeeded");
  await expect(card("look")).toContainText("succeeded");
});
