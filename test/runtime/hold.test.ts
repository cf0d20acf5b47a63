/** A database without room: nothing starts, nothing unrecorded is shown, and all goes on when there is room. */
import { expect, test, vi } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import type { EngineUpdate } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { RunUpdate } from "#contract/run.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { Store } from "#ports/store.ts";
import { VirtualClock } from "#runtime/clocks.ts";
import { Host } from "#runtime/host.ts";
import { Programs } from "#runtime/programs.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";
import { openMemoryStore } from "#store/memory-store.ts";

const language = createExpressionLanguage();
const registry = createRegistry();

/** A host on virtual time whose store has room, or not. */
function hostOnSmallDisk(refusal = new LayerloomError("DATABASE_FULL", "no room")) {
  const inner = openMemoryStore();
  const disk = { full: false, tries: [] as number[], refusal };
  const store: Store = new Proxy(inner, {
    get(target, key) {
      if (key === "commit" && disk.full) {
        return () => {
          disk.tries.push(clock.now());
          throw disk.refusal;
        };
      }
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const clock = new VirtualClock();
  const fatal: unknown[] = [];
  const host: Host = new Host({
    store,
    clock,
    programs: new Programs({
      registry,
      language,
      read: (text) => readDocument(text, { registry, language }),
    }),
    simulated: false,
    onCommitted: (runs) => publisher.committed(runs),
    onHeld: (runs) => publisher.held(runs),
    onFatal: (error) => fatal.push(error),
  });
  const publisher: Publisher = new Publisher(host.values, () => ({
    runs: service.recent(),
    inbox: [],
    database: host.health,
  }));
  const service: RunService = new RunService({
    host,
    store,
    publisher,
    hasSecret: () => false,
    folders: [],
    simulated: false,
  });
  const still = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (!host.idle);
  };
  return { inner, disk, clock, host, service, fatal, still };
}

const TWO = `layerloom: 1
name: two
nodes:
  first: { uses: simulate, with: { script: [{ output: 1 }], delay: 10s } }
  second: { uses: simulate, with: { script: [{ output: 2 }], delay: 10s } }
edges: [first -> second]
`;

test("tries again after 1, 2, 4 … 30 s; what was done before is committed then, and the run goes on", async () => {
  const { disk, clock, service, still, inner } = hostOnSmallDisk();
  const { runId } = await service.startRun({ text: TWO });
  await still();
  disk.full = true;
  clock.advance();
  await still();
  for (let time = 0; time < 8; time += 1) {
    clock.advance();
    await still();
  }
  // What finishes meanwhile has it tried at once.
  const times = [...new Set(disk.tries)];
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(inner.events(runId, 0, 100).at(-1)?.event).toBe("AttemptStarted");

  disk.full = false;
  clock.advance();
  await still();
  clock.advance();
  await still();
  const journal = inner.events(runId, 0, 100);
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1));
  expect(journal.filter(({ event }) => event === "AttemptStarted")).toHaveLength(2);
  expect((await service.getRun({ runId })).summary.status).toBe("completed");
});

test("shows what is on disk and nothing more, says why, and takes no new run", async () => {
  const { disk, clock, service, still, host } = hostOnSmallDisk();
  const { runId } = await service.startRun({ text: TWO });
  await still();
  const updates: RunUpdate[] = [];
  const engine: EngineUpdate[] = [];
  service.watchRun({ runId }, (update) => updates.push(update));
  service.watchEngine((update) => engine.push(update));
  disk.full = true;
  clock.advance();
  await still();
  const { nodes, held, seq } = await service.getRun({ runId });
  expect(held).toMatchObject({ code: "DATABASE_FULL", message: "no room" });
  expect(nodes.map(({ status }) => status)).toEqual(["running", "idle"]);
  expect(updates.at(-1)).toMatchObject({ seq, held: { code: "DATABASE_FULL" } });
  expect((await service.listRuns({}))[0]?.status).toBe("running");
  await expect(service.startRun({ text: TWO })).rejects.toMatchObject({ code: "DATABASE_FULL" });
  expect(host.health).toMatchObject({ state: "full", error: { code: "DATABASE_FULL" } });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(engine.at(-1)?.database?.state).toBe("full");

  disk.full = false;
  await service.startRun({ text: TWO });
  await still();
  expect(host.health).toEqual({ state: "ok" });
  expect(updates.at(-1)).not.toHaveProperty("held");
  expect((await service.getRun({ runId })).nodes.map(({ status }) => status)).toEqual([
    "succeeded",
    "running",
  ]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(engine.at(-1)?.database?.state).toBe("ok");
});

test("a run whose first row finds no room is refused, and was never there; those beside it go on", async () => {
  const { disk, clock, service, still, inner, host } = hostOnSmallDisk();
  const { runId: before } = await service.startRun({ text: TWO });
  disk.full = true;
  const refused = { code: "DATABASE_FULL" };
  await Promise.all(
    [1, 2, 3].map(() => expect(service.startRun({ text: TWO })).rejects.toMatchObject(refused)),
  );
  expect([...host.runs.keys()]).toEqual([before]);
  disk.full = false;
  const { runId: after } = await service.startRun({ text: TWO });
  while (host.runs.size > 0) {
    await still();
    clock.advance();
  }
  await still();
  expect(inner.runs(10).map(({ id, status }) => [id, status])).toEqual([
    [after, "completed"],
    [before, "completed"],
  ]);
});

test("an id is told once its run is on disk, and nothing of it begins before", async () => {
  const { service, inner, host } = hostOnSmallDisk();
  const commit = vi.spyOn(inner, "commit");
  const started = Array.from({ length: 10 }, () => service.startRun({ text: TWO }));
  expect(host.runs.size).toBe(0);
  for (const { runId } of await Promise.all(started)) expect(inner.run(runId)).toBeDefined();
  // All of one turn in one commit.
  expect(commit.mock.calls.map(([{ created, events }]) => [created?.length, events?.length])).toEqual([
    [10, 10],
  ]);
  expect(commit.mock.calls[0]?.[0].events?.map(({ events }) => events.map(({ event }) => event))).toEqual(
    Array.from({ length: 10 }, () => ["RunStarted"]),
  );
});

test("what is asked for while nothing can be recorded is refused at once, and never done later", async () => {
  const { disk, clock, service, still, inner } = hostOnSmallDisk();
  const { runId } = await service.startRun({ text: TWO });
  await still();
  disk.full = true;
  clock.advance();
  await still();
  const refused = { code: "DATABASE_FULL" };
  await expect(service.pauseRun({ runId })).rejects.toMatchObject(refused);
  await expect(service.cancelRun({ runId })).rejects.toMatchObject(refused);
  disk.full = false;
  clock.advance();
  await still();
  await service.pauseRun({ runId });
  expect(inner.run(runId)?.status).toBe("paused");
});

test("who waits for a record when the engine stops is told so", async () => {
  const { disk, clock, service, still, host } = hostOnSmallDisk();
  const { runId } = await service.startRun({ text: TWO });
  await still();
  disk.full = true;
  const paused = expect(service.pauseRun({ runId })).rejects.toMatchObject({ code: "DATABASE_FULL" });
  const late = expect(service.startRun({ text: TWO })).rejects.toMatchObject({ code: "DATABASE_FULL" });
  host.stop();
  await Promise.all([paused, late]);
  await expect(service.pauseRun({ runId })).rejects.toMatchObject({ code: "DATABASE_FULL" });
  // Nobody tries again.
  expect(clock.advance()).toBe(false);
});

test("a decision is not answered before it is recorded", async () => {
  const { disk, clock, service, still } = hostOnSmallDisk();
  const text =
    "layerloom: 1\nname: h\nnodes: { ask: { uses: human, with: { title: Sure? } }, after: { uses: transform, with: { value: 1 } } }\nedges: [{ from: ask, on: approved, to: after }]\n";
  const { runId } = await service.startRun({ text });
  await still();
  disk.full = true;
  let answered = false;
  const decision = service.decide({ runId, node: "ask", outcome: "approved" }).then(() => {
    answered = true;
  });
  await still();
  expect(answered).toBe(false);
  expect(await service.inbox()).toHaveLength(1);
  disk.full = false;
  clock.advance();
  await decision;
  await still();
  expect((await service.getRun({ runId })).summary.status).toBe("completed");
});

test("queued nodes of runs that have nothing to record wait for the disk as well", async () => {
  const { disk, clock, service, still } = hostOnSmallDisk();
  const wide = `layerloom: 1
name: wide
maxConcurrent: 1
nodes:
  a: { uses: simulate, with: { script: [{ output: 1 }], delay: 60s } }
  b: { uses: simulate, with: { script: [{ output: 1 }], delay: 60s } }
edges: []
`;
  const { runId } = await service.startRun({ text: wide });
  await service.startRun({ text: TWO });
  await still();
  expect((await service.getRun({ runId })).nodes[1]?.waitsFor).toEqual({ kind: "slot" });
  disk.full = true;
  clock.advance();
  await still();
  expect((await service.getRun({ runId })).nodes[1]?.waitsFor).toEqual({ kind: "disk" });
});

test("a lock is tried every 2 s at the longest; what waits says so, also where a full disk turns into a lock", async () => {
  const { disk, clock, service, still, host } = hostOnSmallDisk();
  const { runId } = await service.startRun({ text: TWO });
  await still();
  disk.full = true;
  clock.advance();
  await still();
  expect(host.health.state).toBe("full");
  disk.refusal = new LayerloomError("DATABASE_LOCKED", "somebody writes");
  clock.advance();
  await still();
  expect(host.health).toMatchObject({ state: "locked", error: { code: "DATABASE_LOCKED" } });
  expect((await service.getRun({ runId })).held).toMatchObject({ code: "DATABASE_LOCKED" });
  await expect(service.startRun({ text: TWO })).rejects.toMatchObject({ code: "DATABASE_LOCKED" });
  disk.tries.length = 0;
  for (let time = 0; time < 4; time += 1) {
    clock.advance();
    await still();
  }
  expect(disk.tries.map((at) => at - (disk.tries[0] ?? 0))).toEqual([0, 2_000, 4_000, 6_000]);
  disk.full = false;
  clock.advance();
  await still();
  expect(host.health).toEqual({ state: "ok" });
});

test("damage ends all work; runs are shown as they are on disk and nothing can be started", async () => {
  const damage = new LayerloomError("DATABASE_DAMAGED", "a page is gone");
  const { disk, clock, service, still, host, fatal } = hostOnSmallDisk(damage);
  const { runId } = await service.startRun({ text: TWO });
  await still();
  disk.full = true;
  clock.advance();
  await still();
  expect(fatal).toEqual([damage]);
  expect(host.health).toMatchObject({ state: "read-only", error: { code: "DATABASE_DAMAGED" } });
  disk.full = false;
  expect((await service.getRun({ runId })).nodes[0]?.status).toBe("running");
  const refused = { code: "DATABASE_DAMAGED" };
  await expect(service.startRun({ text: TWO })).rejects.toMatchObject(refused);
  await expect(service.cancelRun({ runId })).rejects.toMatchObject(refused);
});
