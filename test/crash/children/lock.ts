/** Another program that writes to the database: takes the lock, says so, and lets go at SIGTERM. */
import { writeSync } from "node:fs";
import Database from "better-sqlite3";

const [, , path = "", how = "IMMEDIATE"] = process.argv;
const db = new Database(path, { timeout: 10_000 });
db.exec(`BEGIN ${how}`);
writeSync(1, "locked\n");
process.on("SIGTERM", () => {
  db.exec("COMMIT");
  db.close();
  process.exit(0);
});
// Nothing else keeps the process alive.
setInterval(() => {}, 1_000);
