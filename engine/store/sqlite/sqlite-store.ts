/**
 * Owns the transaction: one `commit` is one BEGIN IMMEDIATE … COMMIT, on disk when it returns. The tables own their
 * rows. Must not know how the connection was opened.
 */

import type { Database, Statement } from "better-sqlite3";
import type { ResultFilter } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Commit, DraftRow, GuessKind, Store } from "#ports/store.ts";
import { BreakerTable } from "./breaker-table.ts";
import { DraftTable } from "./draft-table.ts";
import { type Doing, databaseError, toDatabaseError } from "./faults.ts";
import { GuessTable } from "./guess-table.ts";
import { JournalReader } from "./journal-reader.ts";
import { JournalTable } from "./journal-table.ts";
import { MemoryTable } from "./memory-table.ts";
import { BUSY_TIMEOUT_MS, SHORT_BUSY_TIMEOUT_MS } from "./pragmas.ts";
import { ResultTable } from "./result-table.ts";
import { RunTable } from "./run-table.ts";
import { BlobTable, CheckpointTable, LastOutputTable } from "./value-tables.ts";

export class SqliteStore implements Store {
  readonly #db: Database;
  readonly #path: string;
  readonly #onClose: () => void;
  readonly #onDamage: (error: LayerloomError) => void;
  readonly #begin: Statement;
  readonly #end: Statement;
  readonly #undo: Statement;
  readonly #runs: RunTable;
  readonly #journal: JournalTable;
  readonly #blobs: BlobTable;
  readonly #checkpoints: CheckpointTable;
  #patient = true;
  // Many a process never needs these, and preparing statements takes time at every start.
  #journalReader: JournalReader | undefined;
  #memoryTable: MemoryTable | undefined;
  #outputTable: LastOutputTable | undefined;
  #draftTable: DraftTable | undefined;
  #resultTable: ResultTable | undefined;
  #breakerTable: BreakerTable | undefined;
  #guessTable: GuessTable | undefined;

  /** `onDamage` is told, besides the caller, whenever the database turns out to be damaged. */
  constructor(
    db: Database,
    path: string,
    onClose: () => void,
    onDamage: (error: LayerloomError) => void = () => {},
  ) {
    this.#db = db;
    this.#path = path;
    this.#onClose = onClose;
    this.#onDamage = onDamage;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#end = db.prepare("COMMIT");
    this.#undo = db.prepare("ROLLBACK");
    this.#runs = new RunTable(db);
    this.#journal = new JournalTable(db, this.#runs);
    this.#blobs = new BlobTable(db);
    this.#checkpoints = new CheckpointTable(db, this.#runs);
  }

  get #replay(): JournalReader {
    this.#journalReader ??= new JournalReader(this.#db);
    return this.#journalReader;
  }

  get #memory(): MemoryTable {
    this.#memoryTable ??= new MemoryTable(this.#db, this.#blobs);
    return this.#memoryTable;
  }

  get #outputs(): LastOutputTable {
    this.#outputTable ??= new LastOutputTable(this.#db);
    return this.#outputTable;
  }

  get #drafts(): DraftTable {
    this.#draftTable ??= new DraftTable(this.#db);
    return this.#draftTable;
  }

  get #results(): ResultTable {
    this.#resultTable ??= new ResultTable(this.#db);
    return this.#resultTable;
  }

  get #breakers(): BreakerTable {
    this.#breakerTable ??= new BreakerTable(this.#db);
    return this.#breakerTable;
  }

  get #guesses(): GuessTable {
    this.#guessTable ??= new GuessTable(this.#db);
    return this.#guessTable;
  }

  commit(commit: Commit): void {
    if (!this.#db.open) throw this.#closed();
    try {
      this.#begin.run();
      this.#write(commit);
      this.#end.run();
    } catch (thrown) {
      this.#rollBack();
      const error = this.#told(toDatabaseError(thrown, this.#path, "write"));
      this.#bePatient(error.code !== "DATABASE_LOCKED");
      throw error;
    }
    this.#bePatient(true);
  }

  #bePatient(patient: boolean): void {
    if (patient === this.#patient || !this.#db.open) return;
    this.#db.pragma(`busy_timeout = ${patient ? BUSY_TIMEOUT_MS : SHORT_BUSY_TIMEOUT_MS}`);
    this.#patient = patient;
  }

  #told(error: LayerloomError): LayerloomError {
    if (error.code === "DATABASE_DAMAGED") this.#onDamage(error);
    return error;
  }

  #write(commit: Commit): void {
    for (const run of commit.created ?? []) this.#runs.insert(run);
    for (const blob of commit.blobs ?? []) this.#blobs.insert(blob);
    if (commit.events) this.#journal.append(commit.events);
    for (const checkpoint of commit.checkpoints ?? []) this.#checkpoints.put(checkpoint);
    for (const write of commit.memory ?? []) this.#memory.write(write);
    if (commit.lastOutputs && commit.lastOutputs.length > 0) this.#outputs.put(commit.lastOutputs);
    if (commit.guesses && commit.guesses.length > 0) this.#guesses.add(commit.guesses);
    if (commit.results && commit.results.length > 0) this.#results.put(commit.results);
    if (commit.breakers && commit.breakers.length > 0) this.#breakers.put(commit.breakers);
    // Last, because a final status lets the run's key be forgotten.
    for (const patch of commit.patches ?? []) this.#runs.patch(patch);
  }

  /** SQLite has often rolled back by itself (a full disk); what it had to say was said by the first error. */
  #rollBack(): void {
    this.#runs.forget();
    try {
      if (this.#db.open && this.#db.inTransaction) this.#undo.run();
    } catch {
      // The transaction is not committed either way: the journal is rolled back at the latest by the next open.
    }
  }

  run(id: string) {
    return this.#read(() => this.#runs.one(id));
  }

  runs(limit: number, before?: string, parent?: string) {
    return this.#read(() => this.#runs.newest(limit, before, parent));
  }

  openRuns() {
    return this.#read(() => this.#runs.open());
  }

  events(runId: string, after: number, limit: number) {
    return this.#read(() => this.#journal.after(runId, after, limit));
  }

  *tail(runId: string, after: number) {
    const rows = this.#read(() => this.#replay.tail(runId, after));
    for (;;) {
      const next = this.#read(() => rows.next());
      if (next.done) return;
      yield next.value;
    }
  }

  checkpoint(runId: string) {
    return this.#read(() => this.#checkpoints.newest(runId));
  }

  blob(hash: string) {
    return this.#read(() => this.#blobs.one(hash));
  }

  lastOutput(pipeline: string, node: string) {
    return this.#read(() => this.#outputs.one(pipeline, node));
  }

  result(key: string) {
    return this.#read(() => this.#results.one(key));
  }

  results(filter: ResultFilter, limit: number) {
    return this.#read(() => this.#results.list(filter, limit));
  }

  clearResults(filter: ResultFilter): number {
    return this.#guarded("write", () => this.#results.clear(filter));
  }

  guesses(kind: GuessKind) {
    return this.#read(() => this.#guesses.one(kind));
  }

  forgetGuesses({ pipeline, node }: Pick<ResultFilter, "pipeline" | "node">): void {
    this.#guarded("write", () => this.#guesses.forget(pipeline, node));
  }

  memory(name: string) {
    return this.#read(() => this.#memory.newest(name));
  }

  memoryNames() {
    return this.#read(() => this.#memory.names());
  }

  memoryHistory(name: string, limit: number) {
    return this.#read(() => this.#memory.history(name, limit));
  }

  breakers() {
    return this.#read(() => this.#breakers.all());
  }

  drafts() {
    return this.#read(() => this.#drafts.all());
  }

  putDraft(draft: DraftRow): void {
    this.#guarded("write", () => this.#drafts.put(draft));
  }

  dropDraft(key: string): void {
    this.#guarded("write", () => this.#drafts.drop(key));
  }

  close(): void {
    if (!this.#db.open) return;
    try {
      this.#guarded("write", () => this.#db.close());
    } finally {
      this.#onClose();
    }
  }

  #read<T>(action: () => T): T {
    return this.#guarded("read", action);
  }

  #guarded<T>(doing: Doing, action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      // Only our own rows are parsed here: text that is no JSON was not written by us.
      if (thrown instanceof SyntaxError) {
        const message = `a row cannot be read: ${this.#path}: ${thrown.message}`;
        throw this.#told(databaseError("DATABASE_DAMAGED", message, thrown));
      }
      if (!this.#db.open) throw this.#closed();
      throw this.#told(toDatabaseError(thrown, this.#path, doing));
    }
  }

  #closed(): LayerloomError {
    return new LayerloomError("INTERNAL", `the database is closed: ${this.#path}`);
  }
}
