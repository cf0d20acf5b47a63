/** `layerloom db`: is it whole, what can be restored, and going back. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeBackup } from "#store/backups/make-backup.ts";
import { Desk, lines, PIPELINES } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const inDb = (...args: readonly string[]) => desk.run(...args, "--db", desk.db);

async function ran(): Promise<string> {
  await inDb("run", desk.write("q.layerloom.yaml", PIPELINES.quick));
  makeBackup(desk.db, new Date());
  return `test-${new Date().toISOString().slice(0, 10)}.db`;
}

function change(sql: string): void {
  const db = new Database(desk.db);
  db.exec(sql);
  db.close();
}

test("a whole database is said to be whole, and looking leaves no files", async () => {
  const name = await ran();
  const files = readdirSync(desk.folder);
  const { code, stdout, stderr } = await inDb("db", "check");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^The database is whole: 1 run, \d+ journal rows, 0 large values\.\n$/);
  expect(readdirSync(desk.folder)).toEqual(files);
  const json = await inDb("db", "backups", "--json");
  expect(lines(json.stdout)).toMatchObject([{ type: "backup", name, size: expect.any(Number) }]);
  expect((await inDb("db", "backups")).stdout).toContain(name);
});

test("a changed row is found, named and undone by going back; a new run then goes through", async () => {
  const name = await ran();
  change("UPDATE events SET json = replace(json, 'greet', 'great') WHERE seq = 3");
  const found = await inDb("db", "check");
  expect(found.code).toBe(2);
  expect(found.stdout).toMatch(/^the journal of the run \w{12} is not as it was written, at rows? \d/);
  expect(found.stderr).toContain("DATABASE_DAMAGED");
  expect(found.stderr).toContain(`db restore ${name} --db`);
  const json = await inDb("db", "check", "--json");
  expect(lines(json.stdout)[0]).toMatchObject({ type: "check", findings: [{ what: "journal", from: 2 }] });

  const back = await inDb("db", "restore", name, "--json");
  expect(back.code).toBe(0);
  const [restored] = lines(back.stdout);
  expect(restored).toMatchObject({ type: "restored", name });
  expect(existsSync(String(restored?.keptAs))).toBe(true);
  expect((await inDb("db", "check")).code).toBe(0);
  expect((await inDb("runs", "list")).stdout).toContain("quick");
});

test("a destroyed file: nothing can be run, what to do is said, and going back works", async () => {
  const name = await ran();
  const bytes = readFileSync(desk.db);
  writeFileSync(desk.db, bytes.subarray(0, 4096 * 3));
  const refused = await inDb("run", desk.write("q.layerloom.yaml", PIPELINES.quick));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("DATABASE_DAMAGED");
  // Not even the first bytes are ours any more.
  writeFileSync(desk.db, Buffer.alloc(8192, 0xa5));
  expect((await inDb("db", "check")).code).toBe(2);
  const back = await inDb("db", "restore", name);
  expect([back.code, back.stderr]).toEqual([0, ""]);
  expect(back.stdout).toMatch(new RegExp(`^Restored ${name}\\. What was there is kept as .*damaged-`));
  expect((await inDb("runs", "list", "--json")).stdout).toContain('"quick"');
});

test("going back through the process that has the database open", async () => {
  const name = await ran();
  const server = desk.start(["serve", "--json", "--db", desk.db]);
  await server.seen("serving");
  const back = await inDb("db", "restore", name, "--json");
  expect([back.code, back.stderr]).toEqual([0, ""]);
  expect((await inDb("runs", "list")).stdout).toContain("quick");
  server.child.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

test("what is not there is said: no database, no backups, no such backup", async () => {
  expect((await inDb("db", "check")).stderr).toContain("NOT_FOUND: there is no database");
  await inDb("run", desk.write("q.layerloom.yaml", PIPELINES.quick));
  expect((await inDb("db", "backups")).stdout).toContain("No backups yet");
  const none = await inDb("db", "restore", "nope.db");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain(`NOT_FOUND: there is no backup "nope.db"`);
  expect(none.stderr).toContain("db backups");
  expect(basename(desk.db)).toBe("test.db");
});
