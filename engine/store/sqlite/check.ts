/**
 * Owns the whole look at a database file: SQLite's own check of its pages, every run's chain, every value against its
 * hash. It takes as long as the file is large. Must not write, and must not be called by a process that has the same
 * file open (see `inspectFile`), unless that is a thread of its own connection.
 */
import { hash } from "node:crypto";
import Database from "better-sqlite3";
import type { DatabaseCheck, DatabaseFinding } from "#contract/database.ts";
import { partsOf } from "#ports/stored-text.ts";
import { ChainWalk, type LinkedRow } from "./chain.ts";
import { guarded, toDatabaseError } from "./faults.ts";
import { brokenChain } from "./journal-reader.ts";
import { refuseNewer, schemaVersion } from "./migrations.ts";
import { BUSY_TIMEOUT_MS } from "./pragmas.ts";

/** The first version whose journal rows have links. */
const CHAINED_SINCE = 2;

/** Throws DATABASE_NEWER and _UNREADABLE; whatever is damaged is a finding. */
export function checkDatabase(path: string): DatabaseCheck {
  const db = guarded(path, "open", () => {
    return new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  });
  const findings: DatabaseFinding[] = [];
  const counts = { runs: 0, events: 0, values: 0 };
  const look = (action: () => void): void => {
    try {
      action();
    } catch (thrown) {
      const error = toDatabaseError(thrown, path, "open");
      if (error.code !== "DATABASE_DAMAGED") throw error;
      // A file that is cut short says so at every look.
      if (!findings.some(({ message }) => message === error.message))
        findings.push({ what: "page", message: error.message });
    }
  };
  try {
    look(() => {
      refuseNewer(db, path);
      findings.push(...pageFindings(db));
    });
    look(() => {
      counts.runs = count(db, "runs");
      counts.events = count(db, "events");
      if (schemaVersion(db) >= CHAINED_SINCE) findings.push(...journalFindings(db));
    });
    look(() => {
      counts.values = count(db, "blobs");
      findings.push(...valueFindings(db));
    });
  } finally {
    db.close();
  }
  return { ...counts, findings };
}

function pageFindings(db: Database.Database): readonly DatabaseFinding[] {
  const lines = db.prepare<[], string>("PRAGMA integrity_check").pluck().all();
  return lines.filter((line) => line !== "ok").map((message) => ({ what: "page", message }));
}

/** The first break of each run. */
function journalFindings(db: Database.Database): readonly DatabaseFinding[] {
  const findings: DatabaseFinding[] = [];
  const rows = db.prepare<[number], LinkedRow>(
    "SELECT seq, at, json, link FROM events WHERE run = ? ORDER BY seq",
  );
  for (const { key, id } of db
    .prepare<[], { key: number; id: string }>("SELECT key, id FROM runs")
    .iterate()) {
    const walk = new ChainWalk(id, 0, null);
    let broken: ReturnType<ChainWalk["take"]>;
    for (const row of rows.iterate(key)) {
      broken = walk.take(row);
      if (broken) break;
    }
    broken ??= walk.end();
    if (broken) findings.push({ what: "journal", run: id, ...broken, message: brokenChain(id, broken) });
  }
  return findings;
}

function valueFindings(db: Database.Database): readonly DatabaseFinding[] {
  const findings: DatabaseFinding[] = [];
  const isThere = db.prepare("SELECT 1 FROM blobs WHERE hash = ?");
  const all = db.prepare<[], { hash: string; json: string }>("SELECT hash, json FROM blobs");
  for (const row of all.iterate()) {
    if (hash("sha256", row.json) !== row.hash)
      findings.push({ what: "value", message: `the value ${row.hash} is not as it was written` });
    else if (partsOf(row.json).some((part) => !isThere.get(part)))
      findings.push({ what: "value", message: `a part of the value ${row.hash} is missing` });
  }
  const texts = db.prepare<[], { hash: string; text: string }>("SELECT hash, text FROM texts");
  for (const row of texts.iterate())
    if (hash("sha256", row.text) !== row.hash)
      findings.push({ what: "value", message: `the pipeline text ${row.hash} is not as it was written` });
  return findings;
}

function count(db: Database.Database, table: "runs" | "events" | "blobs"): number {
  return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
}
