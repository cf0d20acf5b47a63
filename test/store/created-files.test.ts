/** An opening that fails leaves nothing behind, and a database has one name. */
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEngine } from "#engine/open.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-created-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string) => openEngine({ database: join(folder, name), workspace: folder });

test("a text file as a database: refused, untouched, and nothing beside it", () => {
  writeFileSync(
    join(folder, "notes.txt"),
    "my notes, long enough to be no header of anything at all\n".repeat(4),
  );
  const before = readFileSync(join(folder, "notes.txt"));
  expect(() => open("notes.txt")).toThrowError(expect.objectContaining({ code: "DATABASE_UNREADABLE" }));
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
  expect(readFileSync(join(folder, "notes.txt"))).toEqual(before);
});

test("a second name of a database is refused while it could split the history", async () => {
  await open("one.db").close();
  linkSync(join(folder, "one.db"), join(folder, "two.db"));
  expect(() => open("two.db")).toThrowError(expect.objectContaining({ code: "DATABASE_UNREADABLE" }));
});
