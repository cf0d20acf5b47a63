/**
 * Waits outlive a SIGKILL: a retry comes at the moment that the journal names, and a service that is given a rest has its
 * rest, whoever runs next. A real child process, a real file, a server that notes when it is called.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PrintedEvent } from "#contract/events.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { type Child, startCli } from "#test/cli/child.ts";

/** A child has to start and to open its database. */
const LATE_MS = 3_000;

type Answer = (response: ServerResponse) => void;
const ill =
  (headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(503, headers).end();
const well: Answer = (response) => response.end("well");

let folder: string;
let database: string;
let server: ReturnType<typeof createServer>;
let answers: Answer[];
let calledAt: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-resting-"));
  database = join(folder, "a.db");
  calledAt = [];
  server = createServer((_request, response) => {
    calledAt.push(Date.now());
    (answers[calledAt.length - 1] ?? well)(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function pipeline(settings: string): string {
  const { port } = server.address() as AddressInfo;
  const path = join(folder, "p.layerloom.yaml");
  const node = `{ uses: http, ${settings}, with: { url: "http://127.0.0.1:${port}/" } }`;
  writeFileSync(path, `layerloom: 1\nname: resting\nnodes:\n  call: ${node}\nedges: []\n`);
  return path;
}

/** The first printed event that is wanted. */
function seen({ process }: Child, wanted: (event: PrintedEvent) => boolean): Promise<PrintedEvent> {
  let text = "";
  return new Promise((resolve) => {
    process.stdout?.on("data", (chunk: Buffer) => {
      text += chunk;
      const events = text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as PrintedEvent);
      const found = events.find(wanted);
      if (found) resolve(found);
    });
  });
}

async function killed(child: Child): Promise<void> {
  child.process.kill("SIGKILL");
  expect((await child.ended).signal).toBe("SIGKILL");
}

function runIds(): readonly string[] {
  const store = openSqliteStore(database);
  try {
    return store.runs(10).map(({ id }) => id);
  } finally {
    store.close();
  }
}

const start = (path: string): Child => startCli(["run", path, "--db", database, "--json"], folder);
const resume = (id: string | undefined): Child =>
  startCli(["runs", "resume", id ?? "", "--db", database, "--json"], folder);

test("a retry comes at its recorded time, once, though the process was killed while it waited", async () => {
  answers = [ill({ "retry-after": "3" })];
  const first = start(pipeline("retry: { retries: 2 }"));
  const { fireAt } = await seen(first, ({ event }) => event === "TimerSet");
  await killed(first);
  const due = Date.parse(String(fireAt));
  expect(due - (calledAt[0] ?? 0)).toBeGreaterThanOrEqual(3_000);
  expect(Date.now()).toBeLessThan(due);
  const { code, lines } = await resume(runIds()[0]).ended;
  expect(code).toBe(0);
  expect(calledAt).toHaveLength(2);
  expect(calledAt[1]).toBeGreaterThanOrEqual(due);
  expect(calledAt[1]).toBeLessThan(due + LATE_MS);
  expect(lines.filter((line) => line.includes('"event":"TimerFired"'))).toHaveLength(1);
});

test("an open breaker stays open for the next run, and a probe lost in a crash gives way to another", async () => {
  const hung = Promise.withResolvers<void>();
  answers = [ill(), ill(), () => hung.resolve()];
  const path = pipeline("retry: { initial: 1ms, retries: 5 }, breaker: { failures: 2, cooldown: 3s }");
  const first = start(path);
  const { until } = await seen(first, ({ event }) => event === "BreakerChanged");
  await killed(first);
  const due = Date.parse(String(until));

  const second = start(path);
  const { state, at } = await seen(second, ({ event }) => event === "BreakerChanged");
  await hung.promise;
  expect(state).toBe("half-open");
  expect(Date.parse(at)).toBeGreaterThanOrEqual(due);
  expect(Date.parse(at)).toBeLessThan(due + LATE_MS);
  expect(calledAt).toHaveLength(3);
  await killed(second);

  const probed = Date.now();
  const ended = await resume(runIds()[0]).ended;
  expect(ended.code).toBe(0);
  expect(calledAt).toHaveLength(4);
  expect(calledAt[3]).toBeLessThan(probed + LATE_MS);
  const list = startCli(["breakers", "list", "--db", database], folder);
  expect((await list.ended).lines).toEqual(["No service has failed."]);
});
