/** Starts a migration and is killed in the middle of it, after it has changed the tables. */
import Database from "better-sqlite3";
import { MIGRATIONS, migrate } from "#store/sqlite/migrations.ts";

const path = process.argv[2] ?? "";
const db = new Database(path);
migrate(db, path, [
  ...MIGRATIONS,
  {
    version: MIGRATIONS.length + 1,
    up: (connection) => {
      connection.exec("ALTER TABLE runs ADD COLUMN priority REAL; DROP TABLE drafts");
      process.kill(process.pid, "SIGKILL");
    },
  },
]);
