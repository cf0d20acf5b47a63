/**
 * Takes a database (not before `startAt`, epoch ms, so that several do it at once), says whether it got it, publishes
 * an endpoint when told a URL, and stays until it is killed. It keeps nothing of what it got and collects its garbage:
 * a lock that goes with a forgotten object would be no lock.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { takeOwnership } from "#store/owner.ts";

const [, , path = "", url = "", startAt = "0"] = process.argv;
while (Date.now() < Number(startAt));
const ownership = takeOwnership(path);
if (ownership.owned) {
  if (url) ownership.publish({ url, token: "secret" });
  setInterval(() => {}, 1000);
}
const answer = JSON.stringify(ownership);
setImmediate(() => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  setImmediate(() => console.log(answer));
});
