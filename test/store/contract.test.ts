import { describe } from "vitest";
import { openMemoryStore } from "#store/memory-store.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { storeContract } from "./contract-suite.ts";
import { temporaryFolder } from "./temp-folder.ts";

storeContract("in memory", openMemoryStore);
storeContract("SQLite in :memory:", () => openSqliteStore(":memory:"));
describe("in a file", () => {
  const folder = temporaryFolder();
  storeContract("SQLite in a file", () => openSqliteStore(folder.path("store.db")));
});
