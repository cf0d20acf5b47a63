/** Before a run: what it can come to. The forms of recovery's keys. During it: who stood in, and what was made of that. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

const PIPELINE = `layerloom: 1
name: Stand-ins
nodes:
  ask:
    uses: llm
    with: { prompt: Hi, provider: simulated, simulate: { delay: 100ms, script: [{ error: permanent, usd: 0.2 }, { output: Hello., usd: 0.1 }] } }
    fallback: [haiku]
  use: { uses: transform, with: { value: "\${{ nodes.ask.output.text }}" } }
  again: { uses: gate, with: { rules: [{ when: "false", outcome: again }], otherwise: done } }
edges:
  - ask -> use -> again
  - { from: again, on: again, to: use, kind: loop, max: 4, onExhausted: continue }
`;

const node = (id: string) => `.react-flow__node[data-id="${id}"]`;

test("a run is quoted before it starts, and shows afterwards who stood in", async ({ app, opened: page }) => {
  writeFileSync(join(app.workspace, "stand-ins.layerloom.yaml"), PIPELINE);
  await page.reload();
  await page.getByText("stand-ins").first().click();
  await expect(page.locator(".app-quote")).toContainText("$0.30");
  await expect(page.locator(".app-quote")).toHaveAttribute("title", /Expected: \$0\.30/);
  await expect(page.locator(node("use"))).toContainText("≤ 5×");
  await page.locator(node("use")).click();
  await expect(page.getByText("Runs at most 5 times in one run, 30 tries in all.")).toBeVisible();

  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator(node("again"))).toHaveAttribute("class", /.*/);
  await expect(page.locator(`${node("ask")} .ll-card`)).toHaveAttribute("data-degraded", "own");
  await expect(page.locator(`${node("use")} .ll-card`)).toHaveAttribute("data-degraded", "inherited");
  await expect(page.locator(".ll-wire[data-degraded]")).toHaveCount(2);
  await page.locator(node("ask")).click();
  await page.getByRole("tab", { name: "Run", exact: true }).click();
  const inspector = page.getByRole("complementary", { name: "Properties" });
  await expect(inspector).toContainText("haiku took over (link 1 of the chain)");
  await expect(inspector).toContainText("Does not pass: not tried again");
  await page.getByRole("button", { name: "Events" }).click();
  await expect(page.getByRole("log")).toContainText("haiku takes over, link 1 of the chain");
});

test("the keys of recovery are set in forms and reach the file", async ({ app, opened: page }) => {
  writeFileSync(join(app.workspace, "stand-ins.layerloom.yaml"), PIPELINE);
  await page.reload();
  await page.getByText("stand-ins").first().click();
  await page.locator(node("ask")).click();
  const field = (path: string) => page.locator(`[data-path="nodes.ask.${path}"]`);
  const chain = page.locator("section", { has: field("fallback") });
  await chain.getByRole("button", { name: "Add" }).click();
  await field("fallback.1").selectOption("human");
  await page.locator(`input[data-path="nodes.ask.breaker"]`).uncheck();
  await page.getByText("Results: keep, pin, go ahead").click();
  await page.getByText("Keep the result").click();
  await field("cache.ttl").fill("1h");
  await field("cache.ttl").press("Tab");
  await page.getByRole("tab", { name: "YAML" }).click();
  const text = page.locator(".cm-content");
  await expect(text).toContainText("fallback: [haiku, human]");
  await expect(text).toContainText("breaker: false");
  await expect(text).toContainText("ttl: 1h");
  await expect(page.getByRole("tab", { name: /Problems/ })).toContainText("0");
});
