/** Running a part, pinning an output, forking a run: from the canvas, with what will run said before it does. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { test } from "./app.ts";

const FILE = "letter.layerloom.yaml";
const LETTER = `layerloom: 1
name: Letter
nodes:
  look: { title: Look it up, layer: perception, uses: template, with: { text: Ann } }
  write: { title: Write it, layer: reasoning, uses: template, with: { text: "Dear \${{ nodes.look.output }}" } }
  send: { title: Send it, layer: execution, uses: template, with: { text: "\${{ nodes.write.output }}, bye" } }
edges:
  - look -> write -> send
layout:
  look: [0, 0]
  write: [320, 0]
  send: [640, 0]
`;

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);

async function menu(page: Page, id: string, entry: string): Promise<void> {
  await card(page, id).click({ button: "right" });
  await page.getByRole("menuitem", { name: entry, exact: true }).click();
}

const letter = test.extend<{ page: Page }>({
  page: async ({ app, page }, use) => {
    writeFileSync(join(app.workspace, FILE), LETTER);
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(app.url);
    await page.getByText(FILE).click();
    await expect(page.locator(".react-flow__node")).toHaveCount(3);
    await expect(page.locator(".ll-canvas[data-looked]")).toBeVisible();
    await use(page);
    expect(errors).toEqual([]);
  },
});

letter("up to here with its preview, then pinned, then forked", async ({ app, page }) => {
  await menu(page, "write", "Run up to here");
  const dialog = page.getByRole("dialog", { name: "Run up to Write it" });
  await expect(dialog.getByRole("listitem")).toHaveText([
    /runs\s*Look it up\s*needed for it/,
    /runs\s*Write it\s*you asked for it/,
  ]);
  await expect(dialog).toContainText("Left out: 1");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(card(page, "write")).toContainText("succeeded");
  await expect(card(page, "send")).toContainText("not reached");
  await expect(page.locator(".runs-ended")).toContainText("completed");

  // Only what comes last, on what is there.
  await card(page, "send").click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("only this");
  await page.keyboard.press("Enter");
  const only = page.getByRole("dialog", { name: "Run only Send it" });
  await expect(only.getByRole("listitem")).toHaveText([/taken over/, /taken over/, /runs\s*Send it/]);
  await page.keyboard.press("Enter");
  await expect(card(page, "send")).toContainText("succeeded");
  await expect(card(page, "write")).toContainText("skipped");

  await menu(page, "write", "Pin output");
  await expect(
    card(page, "write").getByRole("img", { name: "Pinned: it does not run", exact: true }),
  ).toBeVisible();
  await card(page, "write").click();
  await page.getByRole("tab", { name: "Output" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const json = page.getByRole("textbox", { name: "Output as JSON" });
  await json.fill("Hello");
  await expect(page.getByText("This is not valid JSON yet.")).toBeVisible();
  await json.fill('"Hello"');
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page.keyboard.press("Control+s");
  const saved = () => readFileSync(join(app.workspace, FILE), "utf8");
  await expect.poll(saved).toContain("pin: { output: Hello }");
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(page.getByTitle("Write it is pinned: it does not run")).toHaveText("1 pinned");
  await menu(page, "write", "Unpin output");
  await page.keyboard.press("Control+s");
  await expect.poll(saved).toBe(LETTER);

  await card(page, "look").click();
  await page.getByRole("button", { name: "Edit output and fork" }).click();
  await json.fill('"Bo"');
  await page.getByRole("button", { name: "Run on with this output" }).click();
  await expect(card(page, "look")).toContainText("skipped");
  await card(page, "send").click();
  await expect(page.locator(".in-data")).toContainText("Hello, bye");
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.locator(".runs-list tbody tr").first()).toContainText("fork of");
});

letter("a dot is on what was changed since the run, until it runs again", async ({ page }) => {
  const dot = (id: string) => card(page, id).getByTitle("Changed since the run that is shown");
  await page.keyboard.press("Control+Enter");
  await expect(card(page, "send")).toContainText("succeeded");
  await expect(dot("look")).toHaveCount(0);
  await card(page, "write").click();
  const text = page.locator('[data-path="nodes.write.with.text"]');
  await text.fill("Hello ${{ nodes.look.output }}");
  await page.locator('[data-path="nodes.write.title"]').fill("Write it well");
  await page.locator('[data-path="nodes.write.title"]').blur();
  await expect(dot("write")).toBeVisible();
  await expect(dot("look")).toHaveCount(0);
  await expect(dot("send")).toHaveCount(0);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(dot("write")).toHaveCount(0);
  await expect(card(page, "send")).toContainText("Hello Ann, bye");
});

letter("what a part needs and nobody has is said, and nothing starts", async ({ page }) => {
  await menu(page, "send", "Run only this");
  await expect(page.getByText("A result that this node needs is missing").first()).toBeVisible();
  await expect(page.getByText("Run up to the node").first()).toBeVisible();
  await expect(page.locator(".runs-bar-box")).toHaveCount(0);
});
