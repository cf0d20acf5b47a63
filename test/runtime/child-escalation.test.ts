/** A child run that needs a person raises the runs above it, on a real database, over a restart, and goes back. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunSummary } from "#contract/run.ts";
import type { Engine } from "#engine/open.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";

let bench: Bench;
let engine: Engine;
beforeEach(() => {
  bench = engineBench();
  engine = bench.open();
});
afterEach(async () => {
  await engine.close();
  bench.clean();
});

/** Two sub-pipelines in each other; in the inner one the second of two items ends its chain with a person. */
const NESTED = `
layerloom: 1
name: top
nodes:
  sub:
    uses: pipeline
    with:
      pipeline:
        nodes:
          each:
            uses: gate
            forEach: [1, -1]
            with: { rules: [{ when: "item < 0 && int('x') > 0", outcome: never }], otherwise: fine }
            fallback: [human]
`;

const level = ({ escalation }: RunSummary): string =>
  escalation === undefined
    ? "0"
    : `${escalation.level} ${escalation.reason} ${[escalation.node, ...(escalation.path ?? []).map(({ node, item }) => `${item}:${node}`)].join(" ")}`;

test("the level comes up through all runs above, stays over a restart, and goes back when a person has answered", async () => {
  const { runId } = await engine.api.startRun({ text: NESTED });
  const stuck = await until(engine.api, runId, ({ summary }) => summary.escalation !== undefined);
  expect(level(stuck.summary)).toBe("4 chain-ended sub null:each 1:each");
  const [child] = await engine.api.listRuns({ parent: runId });
  expect(child && level(child)).toBe("4 chain-ended each 1:each");
  await engine.close();
  engine = bench.open({ recover: "all" });
  const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 1);
  expect((await engine.api.listRuns({}))[0]?.escalation).toEqual(stuck.summary.escalation);
  await engine.api.decide({ runId: tasks[0]?.runId ?? "", node: "each", outcome: "ok" });
  const { summary } = await ended(engine.api, runId);
  expect(summary.status).toBe("completed");
  const events = await engine.api.getEvents({ runId });
  const told = events.filter(({ event }) => event === "EscalationChanged");
  expect(told.map((event) => `${event.level} ${event.node}`)).toEqual(["4 sub", "0 sub", "2 sub"]);
});

test("an ended run shows the highest level that it stood at, also after a restart", async () => {
  const { runId } = await engine.api.startRun({ text: NESTED });
  const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 1);
  await engine.api.decide({ runId: tasks[0]?.runId ?? "", node: "each", outcome: "ok" });
  await ended(engine.api, runId);
  await engine.close();
  engine = bench.open();
  expect((await engine.api.listRuns({}))[0]?.highestLevel).toBe(4);
  const calm = await engine.api.startRun({
    text: "{ layerloom: 1, name: calm, nodes: { a: { uses: simulate } } }",
  });
  await ended(engine.api, calm.runId);
  expect((await engine.api.listRuns({}))[0]?.highestLevel).toBeUndefined();
});

test("a failure that the parent collects raises nobody", async () => {
  const text = NESTED.replace("            fallback: [human]\n", "            onItemError: collect\n");
  const { runId } = await engine.api.startRun({ text });
  expect((await ended(engine.api, runId)).summary.status).toBe("partial");
  const events = await engine.api.getEvents({ runId });
  expect(events.filter(({ event }) => event === "ChildEscalated" || event === "EscalationChanged")).toEqual(
    [],
  );
});

test("a failed item is named with its run, its class and the rule that gave it", async () => {
  const text = NESTED.replace("            fallback: [human]\n", "");
  const { runId } = await engine.api.startRun({ text });
  await ended(engine.api, runId);
  const failureOf = async (of: string) => (await engine.api.getRun({ runId: of })).nodes[0]?.failure;
  const [sub] = await engine.api.listRuns({ parent: runId });
  const items = await engine.api.listRuns({ parent: sub?.id ?? "" });
  const failed = items.find(({ status }) => status === "failed");
  expect(await failureOf(sub?.id ?? "")).toMatchObject({
    class: "permanent",
    rule: "built-in: child run",
    child: { item: 1, runId: failed?.id, class: "permanent", rule: "built-in: anything else" },
  });
  expect(await failureOf(runId)).toMatchObject({
    rule: "built-in: child run",
    child: { runId: sub?.id, class: "permanent", rule: "built-in: child run" },
  });
  const events = await engine.api.getEvents({ runId: sub?.id ?? "" });
  expect(events.find(({ event }) => event === "AttemptFailed")?.error).toMatchObject({ child: { item: 1 } });
});
