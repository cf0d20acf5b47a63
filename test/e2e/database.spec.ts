/** A damaged database in the window: it is said, what is left can be looked at, and a backup undoes it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import Database from "better-sqlite3";
import { test } from "./app.ts";

const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const NOTE = `layerloom: 1
name: note
nodes: { write: { uses: template, with: { text: "${"x".repeat(2_000)}" } } }
edges: []
`;

test("is shown as damaged, and goes on from the backup that is chosen", async ({ app, page }, info) => {
  await app.kill();
  writeFileSync(join(app.workspace, "note.layerloom.yaml"), NOTE);
  for (let run = 0; run < 3; run += 1)
    execFileSync(process.execPath, [CLI, "run", "note.layerloom.yaml", "--db", app.database], {
      cwd: app.workspace,
    });
  const backups = join(app.workspace, "backups");
  mkdirSync(backups);
  const db = new Database(app.database);
  db.prepare("VACUUM INTO ?").run(join(backups, "engine-2026-01-01.db"));
  db.close();
  truncateSync(app.database, statSync(app.database).size - 4096);

  await app.start();
  await page.goto(app.url);
  const banner = page.getByRole("alert").filter({ hasText: "The database is damaged." });
  await expect(banner).toBeVisible();
  await page.screenshot({ path: info.outputPath("damaged.png") });
  await banner.getByRole("button", { name: "Restore a backup…" }).click();
  const dialog = page.getByRole("dialog", { name: "Restore a backup" });
  await expect(dialog.getByRole("radio")).toBeChecked();
  await expect(dialog).toContainText("engine-2026-01-01.db");
  await page.screenshot({ path: info.outputPath("restore.png") });
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(banner).toBeHidden();
  await expect(page.getByText("What was there is kept as")).toBeVisible();
  await expect(page.getByRole("button", { name: /^note \w{6}$/ })).toHaveCount(3);
});
