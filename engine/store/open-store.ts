/** Owns the choice how a database can be opened now: as ever, or only for looking, and then why. */
import { LayerloomError } from "#contract/errors.ts";
import type { Store } from "#ports/store.ts";
import { openSqliteStore, refuseEmptied } from "./sqlite/open.ts";
import { openDamaged, openFull } from "./sqlite/open-for-looking.ts";

/** A damaged database opens for looking, and so does one on a full disk. */
export function openStore(
  database: string,
  onDamage: (error: LayerloomError) => void,
): { readonly store: Store; readonly error?: LayerloomError } {
  try {
    refuseEmptied(database);
    return { store: openSqliteStore(database, onDamage) };
  } catch (thrown) {
    if (!(thrown instanceof LayerloomError)) throw thrown;
    if (thrown.code === "DATABASE_FULL") return { store: openFull(database, thrown), error: thrown };
    if (thrown.code !== "DATABASE_DAMAGED") throw thrown;
    return { store: openDamaged(database, thrown), error: thrown };
  }
}
