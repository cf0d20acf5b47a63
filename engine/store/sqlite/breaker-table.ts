/** Owns the breakers that are not closed and unharmed, one row a service. Must not begin or end a transaction. */
import type { Database, Statement } from "better-sqlite3";
import type { BreakerState } from "#core/breaker.ts";
import type { BreakerRow } from "#ports/store.ts";

export class BreakerTable {
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #all: Statement<[], { service: string; json: string }>;

  constructor(db: Database) {
    this.#put = db.prepare(
      "INSERT INTO breakers (service, json) VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET json = excluded.json",
    );
    this.#drop = db.prepare("DELETE FROM breakers WHERE service = ?");
    this.#all = db.prepare("SELECT service, json FROM breakers ORDER BY service");
  }

  put(rows: readonly BreakerRow[]): void {
    for (const { service, state } of rows) {
      if (state === null) this.#drop.run(service);
      else this.#put.run(service, JSON.stringify(state));
    }
  }

  all(): readonly BreakerRow[] {
    return this.#all.all().map(({ service, json }) => ({ service, state: JSON.parse(json) as BreakerState }));
  }
}
