/**
 * Takes a database (not before `startAt`, epoch ms, so that several do it at once), says whether it got it, publishes
 * an endpoint when told a URL, and stays until it is killed.
 */
import { takeOwnership } from "#store/owner.ts";

const [, , path = "", url = "", startAt = "0"] = process.argv;
while (Date.now() < Number(startAt));
const ownership = takeOwnership(path);
if (ownership.owned) {
  if (url) ownership.publish({ url, token: "secret" });
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify(ownership));
