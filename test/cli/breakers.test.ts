/** `layerloom breakers`: what a person sees of services that are given a rest, and ends it early. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk, lines } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

test("nothing has failed where nothing has run", async () => {
  expect(await desk.run("breakers", "list")).toMatchObject({ code: 0, stdout: "No service has failed.\n" });
  expect((await desk.run("breakers", "list", "--db", desk.db)).stderr).toContain("NOT_FOUND");
});

test("lists a service that rests, and calls it again when told to", async () => {
  let ill = true;
  const server = createServer((_request, response) => response.writeHead(ill ? 503 : 200).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const service = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const file = desk.write(
      "a.layerloom.yaml",
      `layerloom: 1\nname: a\nnodes:\n  a: { uses: http, retry: { initial: 1ms, retries: 5 }, breaker: { failures: 2 }, with: { url: "http://${service}/" } }\nedges: []\n`,
    );
    const run = desk.start(["run", file, "--db", desk.db, "--json"]);
    await run.seen('"state":"open"');
    const list = await desk.run("breakers", "list", "--db", desk.db);
    expect(list.stdout).toMatch(
      new RegExp(`^open +${service}  2 failed in a row, tried again in [45]m [0-9]+s\n$`),
    );
    const json = await desk.run("breakers", "list", "--db", desk.db, "--json");
    expect(lines(json.stdout)).toMatchObject([{ type: "breaker", service, state: "open", failures: 2 }]);

    const wrong = await desk.run("breakers", "reset", "nobody", "--db", desk.db);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("breakers list");
    ill = false;
    const reset = await desk.run("breakers", "reset", service, "--db", desk.db);
    expect(reset).toMatchObject({ code: 0, stdout: `${service} is called again.\n` });
    expect((await run.ended).code).toBe(0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
