/** One owner a database: other commands attach through it, and take over from their last recorded step when it dies. */
import { request } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk, lines, PIPELINES } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const LONGER = `layerloom: 1
name: longer
nodes:
  a: { uses: simulate, with: { script: [{ output: 1 }], delay: 100ms } }
  b: { uses: simulate, with: { script: [{ output: 2 }], delay: 1500ms } }
  c: { uses: simulate, with: { script: [{ output: 3 }], delay: 100ms } }
edges:
  - a -> b -> c
`;

test("a second command works through the owner", async () => {
  const human = desk.start([
    "run",
    desk.write("h.layerloom.yaml", PIPELINES.human),
    "--json",
    "--db",
    desk.db,
  ]);
  await human.seen("HumanTaskOpened");
  const quick = await desk.run(
    "run",
    desk.write("q.layerloom.yaml", PIPELINES.quick),
    "--json",
    "--db",
    desk.db,
  );
  expect(quick.code).toBe(0);
  expect(lines(quick.stdout).at(-1)).toMatchObject({ run: { status: "completed" } });

  const [task] = lines((await desk.run("inbox", "--json", "--db", desk.db)).stdout);
  const decided = await desk.run("decide", String(task?.runId), "ask", "approved", "--db", desk.db);
  expect([decided.code, decided.stderr]).toEqual([0, ""]);
  const { code, stdout } = await human.ended;
  expect(code).toBe(0);
  expect(lines(stdout).at(-1)).toMatchObject({ run: { status: "completed", output: "finished" } });
});

test("when the owner is killed, a run that went through it goes on in its own process, each event once", async () => {
  const owner = desk.start([
    "run",
    desk.write("s.layerloom.yaml", PIPELINES.slow),
    "--json",
    "--db",
    desk.db,
  ]);
  await owner.seen('"node":"long"');
  const guest = desk.start(["run", desk.write("l.layerloom.yaml", LONGER), "--json", "--db", desk.db]);
  await guest.seen('"node":"b"');
  owner.child.kill("SIGKILL");
  const { code, stdout, stderr } = await guest.ended;
  expect([code, stderr]).toEqual([0, ""]);
  const printed = lines(stdout);
  const seqs = printed.slice(0, -1).map((event) => event.seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(printed.filter((event) => event.event === "AttemptSucceeded" && event.node === "a")).toHaveLength(1);
  expect(printed.at(-1)).toMatchObject({ run: { status: "completed" } });
});

test("serve: one line with the address, the API behind its key, attached commands, a clean end", async () => {
  const server = desk.start(["serve", "--db", desk.db]);
  const line = await server.seen(/Layerloom is at http:\/\/127\.0\.0\.1:\d+\/#token=\S+\n/);
  const [, url, token] = /is at (http:\/\/\S+?)\/#token=(\S+)/.exec(line) ?? [];
  if (!url || !token) throw new Error("no address");
  expect(await get(`${url}/api/v1/info`, {})).toMatchObject({ status: 401 });
  expect(await get(`${url}/api/v1/info`, { "x-api-key": token })).toMatchObject({ status: 200 });
  const run = await desk.run(
    "run",
    desk.write("q.layerloom.yaml", PIPELINES.quick),
    "--json",
    "--db",
    desk.db,
  );
  expect(run.code).toBe(0);
  const listed = await get(`${url}/api/v1/runs`, { authorization: `Bearer ${token}` });
  expect(JSON.parse(listed.body)).toMatchObject({ runs: [{ pipeline: "quick", status: "completed" }] });

  const second = await desk.run("serve", "--db", desk.db);
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("DATABASE_LOCKED: ")]);
  const { port } = new URL(url);
  const samePort = await desk.run("serve", "--db", `${desk.db}2`, "--port", port);
  expect([samePort.code, samePort.stderr]).toEqual([2, expect.stringContaining("PORT_IN_USE: ")]);

  server.child.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
});

test.skipIf(process.platform === "win32").each([
  ["before it has said where it listens", ["run", "h.layerloom.yaml", "--json"], "HumanTaskOpened", ""],
  ["when it has", ["serve"], "Layerloom is at", ", which does not answer"],
])("an owner that does not answer is named, after some patience: %s", async (_when, args, sign, words) => {
  desk.write("h.layerloom.yaml", PIPELINES.human);
  const owner = desk.start([...args, "--db", desk.db]);
  await owner.seen(sign);
  owner.child.kill("SIGSTOP");
  const { code, stderr } = await desk.run("runs", "list", "--db", desk.db);
  owner.child.kill("SIGKILL");
  await owner.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^DATABASE_LOCKED: .+\n {2}hint: .+\n$/);
  expect(stderr).toContain(` is in use by process ${owner.child.pid}${words}`);
  expect((await desk.run("runs", "list", "--db", desk.db)).code).toBe(0);
});

test("serve goes on with the runs that were left", async () => {
  const left = desk.start(["run", desk.write("l.layerloom.yaml", LONGER), "--json", "--db", desk.db]);
  await left.seen('"node":"b"');
  left.child.kill("SIGKILL");
  await left.ended;
  const server = desk.start(["serve", "--db", desk.db]);
  await server.seen("Layerloom is at");
  await expect
    .poll(async () => lines((await desk.run("runs", "list", "--json", "--db", desk.db)).stdout)[0]?.status, {
      timeout: 20_000,
      interval: 500,
    })
    .toBe("completed");
  server.child.kill("SIGINT");
  expect((await server.ended).code).toBe(0);
});

function get(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false }, (incoming) => {
      let body = "";
      incoming.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
