/** Journal rows that somebody or something changed are noticed before they are replayed. */
import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { linkOver } from "#store/sqlite/chain.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { events, runRow } from "./contract-suite.ts";
import { temporaryFolder } from "./temp-folder.ts";

const folder = temporaryFolder();
const RUN = "run-1";

/** Two runs; the first has rows 1 to 3, 4, 5 to 2004 and 2005 to 2010, by commit, written by two processes. */
function filled(): string {
  const path = folder.path("a.db");
  let store = openSqliteStore(path);
  store.commit({ created: [runRow("other"), runRow(RUN)], events: [{ runId: RUN, events: events(1, 3) }] });
  store.commit({
    events: [
      { runId: "other", events: events(1, 5) },
      { runId: RUN, events: events(4, 1) },
    ],
  });
  store.close();
  store = openSqliteStore(path);
  store.commit({ events: [{ runId: RUN, events: events(5, 2_000) }] });
  store.commit({ events: [{ runId: RUN, events: events(2_005, 6) }] });
  store.close();
  return path;
}

function change(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

/** The error of a replay after `after`, or how many rows it gave. */
function replay(path: string, after = 0): unknown {
  const store = openSqliteStore(path);
  try {
    return [...store.tail(RUN, after)].length;
  } catch (thrown) {
    return thrown;
  } finally {
    store.close();
  }
}

const broken = (rows: string) =>
  expect.objectContaining({
    code: "DATABASE_DAMAGED",
    message: `the journal of the run ${RUN} is not as it was written, at ${rows}`,
    hint: expect.stringContaining("backup"),
  });
const OF_RUN = `run = (SELECT key FROM runs WHERE id = '${RUN}')`;

describe("a replay", () => {
  test("takes rows as they were written, from the start or from where a commit ended", () => {
    const path = filled();
    expect([0, 3, 4, 2_004, 2_010].map((after) => replay(path, after))).toEqual([2_010, 2_007, 2_006, 6, 0]);
    const store = openSqliteStore(path);
    expect([...store.tail(RUN, 4)]).toEqual([...events(5, 2_000), ...events(2_005, 6)]);
    store.close();
  });

  test("takes the rows of many runs that were committed together, however many each has", () => {
    const path = folder.path("many.db");
    const counts = [70, 3, 1, 1, 64, 2, 200, ...Array.from({ length: 40 }, () => 1)];
    let store = openSqliteStore(path);
    store.commit({ created: counts.map((_, run) => runRow(`run-${run}`)) });
    store.commit({
      events: counts.map((count, run) => ({ runId: `run-${run}`, events: events(1, count) })),
    });
    store.close();
    store = openSqliteStore(path);
    for (const [run, count] of counts.entries())
      expect([...store.tail(`run-${run}`, 0)]).toEqual(events(1, count));
    store.close();
  });

  test.each([
    [
      "a changed text",
      `UPDATE events SET json = replace(json, 'node-1', 'node-2') WHERE seq = 2`,
      "rows 1 to 3",
    ],
    ["a changed time", "UPDATE events SET at = at + 1 WHERE seq = 4", "row 4"],
    ["a lost row", `DELETE FROM events WHERE seq = 1500 AND ${OF_RUN}`, "rows 1500 to 1501"],
    [
      "a row put in",
      `DELETE FROM events WHERE seq = 2010 AND ${OF_RUN};
       INSERT INTO events SELECT run, 2010, at, json, link FROM events WHERE seq = 2009 AND ${OF_RUN}`,
      "rows 2005 to 2010",
    ],
    ["the end of a commit cut off", `DELETE FROM events WHERE seq > 2008 AND ${OF_RUN}`, "rows 2005 to 2008"],
    ["a link taken out", `UPDATE events SET link = NULL WHERE seq = 4 AND ${OF_RUN}`, "rows 4 to 2004"],
    [
      "two rows exchanged",
      `UPDATE events SET json = CASE seq WHEN 2006 THEN (SELECT json FROM events WHERE seq = 2007) ELSE
       (SELECT json FROM events WHERE seq = 2006) END WHERE seq IN (2006, 2007)`,
      "rows 2005 to 2010",
    ],
    [
      "the rows of another run",
      `DELETE FROM events WHERE ${OF_RUN}; UPDATE events SET run = (SELECT key FROM runs WHERE id = '${RUN}')`,
      "rows 1 to 5",
    ],
  ])("refuses %s, and says where", (_, sql, rows) => {
    const path = filled();
    change(path, sql);
    expect(replay(path)).toEqual(broken(rows));
  });

  test("reads only what it replays", () => {
    const path = filled();
    change(path, "UPDATE events SET json = '{\"event\":1}' WHERE seq = 2");
    expect(replay(path, 4)).toBe(2_006);
  });

  test("that begins after the last row of a journal finds it cut", () => {
    expect(replay(filled(), 2_011)).toEqual(broken("row 2011"));
  });

  test("takes rows from before there were links, and none after the first link", () => {
    const path = filled();
    change(path, "UPDATE events SET link = NULL");
    expect(replay(path)).toBe(2_010);
    const store = openSqliteStore(path);
    store.commit({ events: [{ runId: RUN, events: events(2_011, 2) }] });
    store.commit({ events: [{ runId: RUN, events: events(2_013, 2) }] });
    store.close();
    expect([0, 4, 2_010, 2_012].map((after) => replay(path, after))).toEqual([2_014, 2_010, 4, 2]);
    change(path, `UPDATE events SET json = replace(json, 'node', 'name') WHERE seq = 2011`);
    expect(replay(path)).toEqual(broken("rows 2011 to 2012"));
  });

  test("goes on from a commit that was refused", () => {
    const path = filled();
    const store = openSqliteStore(path);
    const refused = { created: [runRow("other")], events: [{ runId: RUN, events: events(2_011, 3) }] };
    expect(() => store.commit({ events: refused.events, created: refused.created })).toThrow();
    store.commit({ events: [{ runId: RUN, events: events(2_011, 1) }] });
    store.close();
    expect(replay(path)).toBe(2_011);
  });
});

test("a link is the SHA-256 of one text, whatever is in it and however long it is", () => {
  const at = [0, 1_763_700_000_000.25, 3];
  const jsons = ['{"a":1}', '{"b":"顧客 é 🧶"}', JSON.stringify({ long: "あ".repeat(200_000) })];
  const clock = Buffer.from(new Float64Array(at).buffer).toString("base64");
  for (const before of [null, "3 abc="]) {
    const text = `${before ?? ""}\nrun-1\n7\n${clock}\n${jsons.join("\n")}`;
    const digest = createHash("sha256").update(text).digest("base64");
    expect(linkOver(before, "run-1", 7, at, jsons)).toBe(`3 ${digest}`);
  }
});
