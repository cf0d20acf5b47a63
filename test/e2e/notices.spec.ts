/** Notifications of the browser: only once they were asked for, one for a burst, and a click that leads to the run. */
import { expect, type Page } from "@playwright/test";
import { type App, test } from "./app.ts";

const ASKING = `layerloom: 1
name: Orders <b>of</b> today
nodes:
  ask: { title: Secret question, uses: human, with: { title: "Is the secret 1234 right?" } }
  after: { uses: template, with: { text: done } }
edges:
  - { from: ask, on: approved, to: after }
`;

const FIRST = `layerloom: 1
name: First
nodes: { only: { uses: template, with: { text: done } } }
edges: []
`;

type Noticed = { title: string; body: string; closed: boolean };
declare global {
  interface Window {
    noticed: (Notification & { wasClosed?: boolean })[];
    away: boolean;
  }
}

/** The browser's own notifications, written down; whether the window is looked at is the test's to say. */
async function watchNotices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.noticed = [];
    window.away = false;
    document.hasFocus = () => !window.away;
    window.Notification = class extends window.Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        window.noticed.push(this);
      }
      override close(): void {
        (this as { wasClosed?: boolean }).wasClosed = true;
        super.close();
      }
    };
  });
}

const noticed = (page: Page): Promise<readonly Noticed[]> =>
  page.evaluate(() =>
    window.noticed.map(({ title, body, wasClosed }) => ({ title, body, closed: wasClosed === true })),
  );
const setAway = (page: Page, away: boolean) =>
  page.evaluate((now) => {
    window.away = now;
    if (!now) window.dispatchEvent(new Event("focus"));
  }, away);

/** What is there when the window opens is no news: the run that is shown says that it has listened. */
async function listening(app: App, page: Page): Promise<void> {
  await startRuns(app, 1, FIRST);
  await expect(page.getByRole("button", { name: /^First/ })).toBeVisible();
}

async function startRuns(app: App, count: number, text = ASKING): Promise<void> {
  const { origin, hash } = new URL(app.url);
  const headers = {
    "content-type": "application/json",
    "x-api-key": decodeURIComponent(hash.replace("#token=", "")),
  };
  const body = JSON.stringify({ text, provider: "simulated" });
  const answers = await Promise.all(
    Array.from({ length: count }, () => fetch(`${origin}/api/v1/runs`, { method: "POST", headers, body })),
  );
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
}

test.beforeEach(async ({ context, page }) => {
  await context.grantPermissions(["notifications"]);
  await watchNotices(page);
});

test("off until they are switched on: news then stay in the window", async ({ app, opened: page }) => {
  await expect(page.getByRole("button", { name: /Notifications are off/ })).toBeVisible();
  await listening(app, page);
  await setAway(page, true);
  await startRuns(app, 1);
  await expect(page.getByText("Is the secret 1234 right?").first()).toBeVisible();
  await setAway(page, false);
  await startRuns(app, 1);
  const told = page.locator(".ui-toast").filter({ hasText: "A question waits for your answer." });
  await expect(told).toBeVisible();
  expect(await noticed(page)).toEqual([]);
  await told.getByRole("button", { name: "Show" }).click();
  await expect(page.locator('.react-flow__node[data-id="ask"]')).toHaveClass(/selected/);
});

test("fifty runs that need a person are one notification; the name is all of the pipeline in it", async ({
  app,
  opened: page,
}) => {
  await page.getByRole("button", { name: /Notifications are off/ }).click();
  await expect(page.getByRole("button", { name: /Notifications are on/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /Notifications are on/ })).toBeVisible();
  await listening(app, page);
  await setAway(page, true);
  await startRuns(app, 1);
  await expect
    .poll(() => noticed(page))
    .toEqual([{ title: "Orders <b>of</b> today", body: "A question waits for your answer.", closed: false }]);

  await startRuns(app, 49);
  await expect
    .poll(async () => (await noticed(page)).at(-1))
    .toEqual({ title: "Layerloom", body: "50 runs need you.", closed: false });
  expect((await noticed(page)).filter(({ closed }) => !closed)).toHaveLength(1);
  expect((await noticed(page)).length).toBeLessThan(5);

  await setAway(page, false);
  expect((await noticed(page)).every(({ closed }) => closed)).toBe(true);
});

test("a click on one opens its run at the node that asks", async ({ app, opened: page }) => {
  await page.getByRole("button", { name: /Notifications are off/ }).click();
  await listening(app, page);
  await setAway(page, true);
  await startRuns(app, 1);
  await expect.poll(async () => (await noticed(page)).length).toBe(1);
  await page.evaluate(() => window.noticed[0]?.dispatchEvent(new Event("click")));
  await expect(page.locator('.react-flow__node[data-id="ask"]')).toHaveClass(/selected/);
  await expect(page.getByRole("article", { name: "Is the secret 1234 right?" })).toBeVisible();
});
