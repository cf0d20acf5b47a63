/** The engine is killed amid a list: the window finds it again, and the list goes on to its end, each item done once. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { test } from "./app.ts";

const ITEMS = 20;
const FILE = "list.layerloom.yaml";
const LIST = `layerloom: 1
name: List
nodes:
  each:
    title: Each
    uses: simulate
    forEach: [${Array.from({ length: ITEMS }, (_, item) => item).join(", ")}]
    maxConcurrent: 2
    with: { delay: 500ms, script: [{ output: 1 }] }
`;

test("after a kill -9 the run list shows the run, and it ends with every item done", async ({
  app,
  opened: page,
}, info) => {
  writeFileSync(join(app.workspace, FILE), LIST);
  await page.reload();
  await page.getByText(FILE).click();
  const card = page.locator('.react-flow__node[data-id="each"]');
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(card).toContainText(/[4-9] of 20 items/);
  await app.kill();
  await expect(page.getByText("The connection to the engine is lost.")).toBeVisible();
  const before = ended(app.database);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(ITEMS);

  await app.start();
  await expect(page.getByText("The connection to the engine is lost.")).toBeHidden();
  await page.getByRole("tab", { name: /^Runs/ }).click();
  const listed = page.getByRole("button", { name: /^List \w{6}$/ });
  await expect(listed).toHaveCount(1);
  await page.screenshot({ path: info.outputPath("again.png") });
  await expect(card).toContainText("succeeded", { timeout: 20_000 });
  await expect(listed).toHaveCount(1);
  await app.kill();
  const items = ended(app.database);
  expect(items.slice(0, before.length)).toEqual(before);
  expect(items.toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: ITEMS }, (_, item) => item),
  );
});

/** The items whose end is on disk, in the order of their ends. */
function ended(database: string): readonly number[] {
  const store = openSqliteStore(database);
  try {
    const [run] = store.runs(10);
    return store
      .events(run?.id ?? "", 0, 100_000)
      .flatMap((event) => (event.event === "ChildEnded" ? [event.item] : []));
  } finally {
    store.close();
  }
}
