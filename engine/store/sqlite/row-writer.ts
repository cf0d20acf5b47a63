/**
 * Owns how journal rows get in quickly: many by one statement, and nothing bound that need not be. Must not know what is
 * in a row, nor begin or end a transaction.
 */
import type { Database, Statement } from "better-sqlite3";

/** Rows a statement, largest first. What a statement costs besides its rows is most of what a single row costs. */
const BATCHES = [64, 8, 1] as const;
/** run, seq, at, json. */
const COLUMNS = 4;

/** Which rows of a batch have a link. Binding none for each of the others would cost a tenth of the speed. */
type Linked = "none" | "last" | "any";

export class RowWriter {
  readonly #db: Database;
  readonly #statements = {
    none: new Map<number, Statement>(),
    last: new Map<number, Statement>(),
    any: new Map<number, Statement>(),
  };

  constructor(db: Database) {
    this.#db = db;
  }

  /** `values`: run, seq, at and json of row after row; `links`: one entry a row. */
  write(values: readonly (number | string)[], links: readonly (string | null)[]): void {
    let done = 0;
    for (const rows of BATCHES) {
      for (; links.length - done >= rows; done += rows) {
        const end = done + rows;
        this.#insert(values.slice(done * COLUMNS, end * COLUMNS), links.slice(done, end));
      }
    }
  }

  #insert(values: (number | string | null)[], links: readonly (string | null)[]): void {
    const first = links.findIndex((link) => link !== null);
    if (first === -1) this.#statement("none", links.length).run(values);
    else if (first === links.length - 1) this.#statement("last", links.length).run(values, links[first]);
    else this.#statement("any", links.length).run(interleaved(values, links));
  }

  /** Prepared when it is first needed: most shapes are not, in a short run. */
  #statement(linked: Linked, rows: number): Statement {
    const known = this.#statements[linked].get(rows);
    if (known) return known;
    const tuples = Array.from({ length: rows }, (_, row) =>
      linked === "any" || (linked === "last" && row === rows - 1) ? "(?, ?, ?, ?, ?)" : "(?, ?, ?, ?, NULL)",
    );
    const made = this.#db.prepare(
      `INSERT INTO events (run, seq, at, json, link) VALUES ${tuples.join(", ")}`,
    );
    this.#statements[linked].set(rows, made);
    return made;
  }
}

function interleaved(
  values: readonly (number | string | null)[],
  links: readonly (string | null)[],
): (number | string | null)[] {
  const all: (number | string | null)[] = [];
  let next = 0;
  for (const link of links) {
    for (const end = next + COLUMNS; next < end; next += 1) all.push(values[next] ?? null);
    all.push(link);
  }
  return all;
}
