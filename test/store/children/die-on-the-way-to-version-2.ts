/** Brings a database of version 1 to version 2 and is killed in the middle: after so many statements, or just before the end. */
import Database from "better-sqlite3";
import { MIGRATIONS, migrate } from "#store/sqlite/migrations.ts";
import { RECOVERY_SCHEMA } from "#store/sqlite/schema.ts";

const [, , path = "", statements = "0"] = process.argv;
const [first] = MIGRATIONS;
if (!first) throw new Error("there is no first migration");
const db = new Database(path);
migrate(db, path, [
  first,
  {
    version: 2,
    up: (connection) => {
      for (const statement of RECOVERY_SCHEMA.split(/(?<=;)\n/).slice(0, Number(statements)))
        connection.exec(statement);
      process.kill(process.pid, "SIGKILL");
    },
  },
]);
