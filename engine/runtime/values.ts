/**
 * Values of a run by reference: small ones live in the event, larger ones once in the store under their SHA-256.
 * Holds what was not yet committed and a bounded cache of what was read; knows nothing of runs.
 */
import { createHash } from "node:crypto";
import { LayerloomError } from "#contract/errors.ts";
import type { ValueRef } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Blob, Store } from "#ports/store.ts";

/** Bytes of JSON up to which a value is kept in the event itself. */
const INLINE_LIMIT = 512;
/** Bytes of JSON that one value may have. */
const VALUE_LIMIT = 32 * 1024 * 1024;
/** Bytes of JSON kept in memory for reading again. */
const CACHE_LIMIT = 64 * 1024 * 1024;

export class ValueStore {
  readonly #store: Store;
  #uncommitted: Blob[] = [];
  readonly #cache = new Map<string, { readonly value: Json; readonly size: number }>();
  #cached = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws INVALID_OUTPUT for what is not JSON, OUTPUT_TOO_LARGE above 32 MiB. */
  put(value: unknown): ValueRef {
    const json = toJson(value);
    // The value as it will be read back: JSON knows no NaN, no undefined field, no date.
    if (json.length <= INLINE_LIMIT)
      return { value: typeof value === "string" || typeof value === "boolean" ? value : JSON.parse(json) };
    const size = Buffer.byteLength(json);
    if (size > VALUE_LIMIT) {
      throw new LayerloomError(
        "OUTPUT_TOO_LARGE",
        `the value has ${size} bytes; the limit is ${VALUE_LIMIT}`,
        {
          hint: "Write large data to a file and hand on its path.",
        },
      );
    }
    const hash = createHash("sha256").update(json).digest("hex");
    if (!this.#cache.has(hash)) this.#uncommitted.push({ hash, json });
    // What is kept is the parsed copy: a later change of the original by its owner must not reach the run.
    this.#remember(hash, JSON.parse(json) as Json, size);
    return { hash, size };
  }

  get(ref: ValueRef): Json {
    if ("value" in ref) return ref.value;
    const cached = this.#cache.get(ref.hash);
    if (cached) return cached.value;
    const json = this.#uncommitted.find((blob) => blob.hash === ref.hash)?.json ?? this.#store.blob(ref.hash);
    if (json === undefined) {
      throw new LayerloomError("DATABASE_DAMAGED", `the value ${ref.hash} is missing from the database`, {
        hint: "`layerloom db backups` lists the backups, `layerloom db restore` goes back to one.",
      });
    }
    const value = JSON.parse(json) as Json;
    this.#remember(ref.hash, value, ref.size);
    return value;
  }

  /** The values that the next commit has to write. Call `committed` once it is on disk. */
  get uncommitted(): readonly Blob[] {
    return this.#uncommitted;
  }

  committed(): void {
    this.#uncommitted = [];
    for (const [hash, entry] of this.#cache) {
      if (this.#cached <= CACHE_LIMIT) return;
      this.#cache.delete(hash);
      this.#cached -= entry.size;
    }
  }

  #remember(hash: string, value: Json, size: number): void {
    if (this.#cache.has(hash)) return;
    this.#cache.set(hash, { value, size });
    this.#cached += size;
  }
}

function toJson(value: unknown): string {
  try {
    const json = JSON.stringify(value);
    if (json !== undefined) return json;
  } catch {
    // falls through: cyclic, BigInt
  }
  throw new LayerloomError("INVALID_OUTPUT", "the output is not JSON", {
    hint: "An output may hold null, booleans, numbers, texts, lists and objects.",
  });
}
