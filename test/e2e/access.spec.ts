/** For everybody: axe finds nothing serious on any screen, in both languages and themes; the keyboard does it all. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { test } from "./app.ts";

async function expectNothingSerious(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.map(
    ({ id, nodes }) => `${screen}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
  expect(told).toEqual([]);
}

for (const [colorScheme, locale, words] of [
  ["light", "en-US", { run: "Run", problems: "Problems" }],
  ["dark", "ja-JP", { run: "実行", problems: "問題" }],
] as const) {
  test.describe(`${colorScheme}, ${locale}`, () => {
    test.use({ colorScheme, locale, viewport: { width: 1280, height: 800 } });
    test("axe finds nothing serious on any screen", async ({ opened: page }) => {
      await page.getByText("quality-loop.layerloom.yaml").waitFor();
      await expectNothingSerious(page, "start");
      await page.getByText("governance-gate.layerloom.yaml").click();
      await expect(page.locator(".react-flow__node").first()).toBeVisible();
      await expectNothingSerious(page, "pipeline");
      await page.locator('.react-flow__node[data-id="gate"]').click();
      await expectNothingSerious(page, "node");
      await page.getByRole("button", { name: words.run, exact: true }).click();
      await expect(page.getByRole("heading", { name: "Spend 1200 dollars?" })).toBeVisible({
        timeout: 20_000,
      });
      await expectNothingSerious(page, "approval");
      for (const tab of [words.problems, "YAML"]) {
        await page.getByRole("tab", { name: tab }).first().click();
        await expectNothingSerious(page, tab);
      }
    });
  });
}

test("language and theme change without a restart", async ({ opened: page }) => {
  await page.getByText("quality-loop.layerloom.yaml").click();
  await expect(page.getByRole("tab", { name: "Timeline" })).toBeVisible();
  await page
    .getByRole("button", { name: /JA|日本語/ })
    .first()
    .click();
  await expect(page.getByRole("tab", { name: "タイムライン" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
});
