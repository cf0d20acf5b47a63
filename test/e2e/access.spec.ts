/** For everybody: axe finds nothing serious on any screen, in both languages and themes; the keyboard does it all. */
import { expect, type Page } from "@playwright/test";
import { test } from "./app.ts";
import { expectNothingSerious } from "./axe.ts";

type Words = { readonly run: string; readonly problems: string };

async function openPipeline(page: Page): Promise<void> {
  await page.getByText("governance-gate.layerloom.yaml").click();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
}

/** Each screen by the way that a person takes to it. */
const SCREENS: Readonly<Record<string, (page: Page, words: Words) => Promise<void>>> = {
  "start page": (page) => page.getByText("quality-loop.layerloom.yaml").waitFor(),
  pipeline: openPipeline,
  node: async (page) => {
    await openPipeline(page);
    await page.locator('.react-flow__node[data-id="gate"]').click();
  },
  approval: async (page, words) => {
    await openPipeline(page);
    await page.getByRole("button", { name: words.run, exact: true }).click();
    await expect(page.getByRole("heading", { name: "Spend 1200 dollars?" })).toBeVisible({ timeout: 20_000 });
  },
  problems: async (page, words) => {
    await openPipeline(page);
    await page.getByRole("tab", { name: words.problems }).first().click();
  },
  YAML: async (page) => {
    await openPipeline(page);
    await page.getByRole("tab", { name: "YAML" }).first().click();
  },
};

for (const [colorScheme, locale, words] of [
  ["light", "en-US", { run: "Run", problems: "Problems" }],
  ["dark", "ja-JP", { run: "実行", problems: "問題" }],
] as const) {
  test.describe(`axe finds nothing serious: ${colorScheme}, ${locale}`, () => {
    test.use({ colorScheme, locale, viewport: { width: 1280, height: 800 } });
    for (const [screen, goThere] of Object.entries(SCREENS)) {
      test(screen, async ({ opened: page }) => {
        await goThere(page, words);
        await expectNothingSerious(page);
      });
    }
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
