/** The key of a served database: kept, private, and replaced when it can no longer be trusted. */
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveKey } from "#cli/serve-key.ts";

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-key-"));
  database = join(folder, "engine.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("is the same at the next start, and for the owner's eyes only", () => {
  const key = serveKey(database);
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(serveKey(database)).toBe(key);
  expect(statSync(`${database}.key`).mode & 0o777).toBe(0o600);
});

test("is made anew when others could have read it, or it is damaged", () => {
  const key = serveKey(database);
  chmodSync(`${database}.key`, 0o644);
  const second = serveKey(database);
  expect(second).not.toBe(key);
  expect(statSync(`${database}.key`).mode & 0o777).toBe(0o600);
  writeFileSync(`${database}.key`, "");
  expect(serveKey(database)).not.toBe(second);
});

test("differs from database to database", () => {
  expect(serveKey(join(folder, "other.db"))).not.toBe(serveKey(database));
});
