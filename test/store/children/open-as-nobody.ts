/** Opens a database as a user who is not root (for root, no file is read-only), and prints the error. */
import { toErrorShape } from "#contract/errors.ts";
import { takeOwnership } from "#store/owner.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";

const [, , path = "", what] = process.argv;
// Loads the add-on while its file can still be read.
openSqliteStore(":memory:").close();
if (process.getuid?.() === 0) process.setuid?.(65_534);
try {
  if (what === "owner") takeOwnership(path);
  else openSqliteStore(path);
  console.log(JSON.stringify({ code: "none" }));
} catch (thrown) {
  console.log(JSON.stringify(toErrorShape(thrown)));
}
