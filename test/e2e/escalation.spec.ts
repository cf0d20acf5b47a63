/** Recovery as a person sees it: a stand-in on its card, the level over the bar, the question at the end of a chain. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

const FILE = "chain.layerloom.yaml";
const CHAIN = `layerloom: 1
name: Chain
nodes:
  ask:
    title: Ask a model
    layer: reasoning
    uses: llm
    with:
      prompt: Say hello.
      simulate: { delay: 700ms, script: [{ error: permanent, message: gone }, { error: permanent, message: gone too, delay: 3s }] }
    fallback: [sonnet, human]
  send: { title: Send it, layer: execution, uses: template, with: { text: "\${{ nodes.ask.output.outcome }}" } }
edges:
  - ask -> send
layout:
  ask: [0, 0]
  send: [320, 0]
`;

test("a chain that ends with a person: who stands in, the level, the question, the mark behind it", async ({
  app,
  page,
}) => {
  writeFileSync(join(app.workspace, FILE), CHAIN);
  await page.goto(app.url);
  await page.getByText(FILE).click();
  const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  await expect(card("send")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(card("ask")).toContainText("by sonnet");
  await expect(page.getByRole("status").filter({ hasText: "Level 2" }).last()).toContainText(
    "A stand-in took over at Ask a model.",
  );
  const needed = page.getByRole("alert").filter({ hasText: "Level 4" });
  await expect(needed).toContainText("Nothing else has worked at Ask a model: a person is needed.");
  await page.getByRole("button", { name: "OK", exact: true }).click();
  await expect(card("send")).toContainText("succeeded");
  await expect(card("ask")).toContainText("degraded");
  await expect(card("send").getByTitle("Made from a stand-in’s result")).toBeVisible();
  await expect(page.locator(".runs-ended")).toContainText("A stand-in took over at Ask a model.");
});
