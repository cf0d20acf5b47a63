import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type Ownership, takeOwnership } from "#store/owner.ts";
import { type Child, startChild } from "./child.ts";
import { temporaryFolder } from "./temp-folder.ts";

const folder = temporaryFolder();
const own = new URL("./children/own.ts", import.meta.url);
const children: Child[] = [];
const start = (...args: string[]) => {
  const child = startChild(own, args);
  children.push(child);
  return child;
};
afterEach(async () => {
  for (const child of children) child.process.kill("SIGKILL");
  await Promise.all(children.splice(0).map((child) => child.ended));
});

const answer = async (child: Child) => {
  const line = await child.nextLine();
  if (line === undefined) throw new Error((await child.ended).stderr);
  return JSON.parse(line) as Ownership;
};
const mine = (ownership: Ownership) => {
  if (!ownership.owned) throw new Error("somebody else has it");
  return ownership;
};

test("a second process finds the owner's endpoint, and its pid before there is one", async () => {
  const db = folder.path("a.db");
  const owner = mine(takeOwnership(db));
  expect(await answer(start(db))).toEqual({ owned: false, pid: process.pid });
  owner.publish({ url: "http://127.0.0.1:7", token: "t0" });
  owner.publish({ url: "http://127.0.0.1:8", token: "t1" });
  const endpoint = { url: "http://127.0.0.1:8", token: "t1" };
  expect(await answer(start(db))).toEqual({ owned: false, pid: process.pid, endpoint });
  expect(takeOwnership(db)).toEqual({ owned: false, pid: process.pid, endpoint });
  owner.release();
  owner.release();
  // Its room stays, and nobody is in it.
  expect(JSON.parse(readFileSync(`${db}.endpoint.json`, "utf8"))).toEqual({});
  expect(() => owner.publish(endpoint)).toThrow(/given up/);
  const next = mine(takeOwnership(db));
  next.release();
  expect(existsSync(db)).toBe(false);
});

test("the endpoint file is for its user alone and leaves no drafts", () => {
  const db = folder.path("a.db");
  const owner = mine(takeOwnership(db));
  owner.publish({ url: "http://127.0.0.1:7", token: "t" });
  if (process.platform !== "win32") expect(statSync(`${db}.endpoint.json`).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path("."))).toEqual(["a.db.endpoint.json", "a.db.owner"]);
  owner.release();
});

test("a killed owner leaves the database free and its endpoint meaningless", async () => {
  const db = folder.path("a.db");
  const owner = start(db, "http://127.0.0.1:9");
  expect(await answer(owner)).toEqual({ owned: true });
  const endpoint = { url: "http://127.0.0.1:9", token: "secret" };
  expect(takeOwnership(db)).toEqual({ owned: false, pid: owner.process.pid, endpoint });
  owner.process.kill("SIGKILL");
  expect((await owner.ended).signal).toBe("SIGKILL");
  expect(existsSync(`${db}.endpoint.json`)).toBe(true);
  const heir = mine(takeOwnership(db));
  expect(readFileSync(`${db}.endpoint.json`, "utf8")).not.toContain("secret");
  heir.release();
});

test("of processes that start at once exactly one wins", async () => {
  for (let round = 0; round < 5; round += 1) {
    const db = folder.path(`race-${round}.db`);
    const startAt = String(Date.now() + 700);
    const racers = Array.from({ length: 3 }, () => start(db, "", startAt));
    const answers = await Promise.all(racers.map(answer));
    expect(answers.filter(({ owned }) => owned)).toHaveLength(1);
    for (const racer of racers) racer.process.kill("SIGKILL");
    await Promise.all(racers.map((racer) => racer.ended));
  }
});

test.each([
  ["nonsense", "{"],
  ["null", "null"],
  ["a dead owner", JSON.stringify({ pid: 2 ** 30, endpoint: { url: "u", token: "t" } })],
])("a left-over notice with %s misleads nobody", async (_, text) => {
  const db = folder.path("a.db");
  writeFileSync(`${db}.endpoint.json`, text);
  const owner = mine(takeOwnership(db));
  writeFileSync(`${db}.endpoint.json`, text);
  expect(takeOwnership(db)).toEqual({ owned: false });
  owner.release();
});

test("a symbolic link to a database is the same database", () => {
  const db = folder.path("a.db");
  writeFileSync(db, "");
  symlinkSync(db, folder.path("link.db"));
  const owner = mine(takeOwnership(db));
  expect(takeOwnership(folder.path("link.db")).owned).toBe(false);
  owner.release();
});

test("a database in memory belongs to whoever opens it", () => {
  const first = mine(takeOwnership(":memory:"));
  const second = mine(takeOwnership(":memory:"));
  first.publish({ url: "u", token: "t" });
  first.release();
  second.release();
});

test("a folder that is not there is one clear error", () => {
  expect(() => takeOwnership(folder.path("no/such/a.db"))).toThrowError(
    expect.objectContaining({ code: "DATABASE_UNREADABLE", hint: expect.stringContaining("folder") }),
  );
});
