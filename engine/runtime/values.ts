/**
 * Values of a run by reference: small ones live in the event, larger ones once in the store under their SHA-256.
 * Holds what was not yet committed and a bounded cache of what was read; knows nothing of runs.
 */
import { hash } from "node:crypto";
import { LayerloomError } from "#contract/errors.ts";
import type { ValueRef } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Blob, Store } from "#ports/store.ts";
import { pack, unpack } from "#ports/stored-text.ts";

/** Bytes of JSON up to which a value is kept in the event itself. */
const INLINE_LIMIT = 512;
/** Bytes of JSON that one value may have. */
const VALUE_LIMIT = 32 * 1024 * 1024;
/** Bytes of JSON kept in memory for reading again. */
const CACHE_LIMIT = 64 * 1024 * 1024;
const HASHES_KNOWN = 10_000;

export class ValueStore {
  readonly #store: Store;
  readonly #uncommitted = new Map<string, string>();
  /** Hashes of what is in the store: what is handed on again is not written again. */
  readonly #stored = new Set<string>();
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
    // What is kept is the parsed copy: a later change of the original by its owner must not reach the run.
    const copy = JSON.parse(json) as Json;
    const hash = pack(copy, json, (text) => this.#keep(text));
    this.#remember(hash, copy, size);
    return { hash, size };
  }

  get(ref: ValueRef): Json {
    if ("value" in ref) return ref.value;
    const value = this.#read(ref.hash);
    this.#remember(ref.hash, value, ref.size);
    return value;
  }

  #read(hash: string): Json {
    const cached = this.#cache.get(hash);
    if (cached) return cached.value;
    const text = this.#uncommitted.get(hash) ?? this.#store.blob(hash);
    if (text === undefined) {
      throw new LayerloomError("DATABASE_DAMAGED", `the value ${hash} is missing from the database`, {
        hint: "`layerloom db backups` lists the backups, `layerloom db restore` goes back to one.",
      });
    }
    return unpack(text, (part) => this.#read(part));
  }

  #keep(text: string): string {
    const digest = hash("sha256", text);
    if (!this.#stored.has(digest)) this.#uncommitted.set(digest, text);
    return digest;
  }

  /** The values that the next commit has to write. Call `committed` once it is on disk. */
  get uncommitted(): readonly Blob[] {
    return this.#uncommitted.size === 0
      ? []
      : Array.from(this.#uncommitted, ([hash, json]) => ({ hash, json }));
  }

  committed(): void {
    if (this.#stored.size > HASHES_KNOWN) this.#stored.clear();
    for (const hash of this.#uncommitted.keys()) this.#stored.add(hash);
    this.#uncommitted.clear();
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
