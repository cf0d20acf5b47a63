/** What every store promises, whatever it is made of. Each store's test file runs it against a fresh, empty one. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalEvent } from "#contract/events.ts";
import type { GuessKind, RunRow, Store, StoredResult } from "#ports/store.ts";

export function runRow(id: string, more: Partial<RunRow> = {}): RunRow {
  return {
    id,
    pipeline: "churn",
    status: "running",
    simulated: false,
    file: "/work/churn.layerloom.yaml",
    text: "apiVersion: layerloom/v1\n",
    settings: { provider: "simulated", seed: 7 },
    startedAt: 1_763_700_000_000,
    endedAt: null,
    cost: { usd: 0, tokens: 0 },
    openTasks: 0,
    highestLevel: 0,
    parent: null,
    ...more,
  };
}

export function events(from: number, count: number): JournalEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: from + index,
    at: 1_763_700_000_000 + index / 2,
    event: "AttemptStarted",
    node: `node-${index % 3}`,
    activation: index,
    attempt: 1,
  }));
}

export function storeContract(name: string, open: () => Store): void {
  describe(`the store contract: ${name}`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
    });
    afterEach(() => store.close());

    test("an empty store answers everything with nothing", () => {
      expect(store.run("r1")).toBeUndefined();
      expect(store.runs(10)).toEqual([]);
      expect(store.openRuns()).toEqual([]);
      expect(store.events("r1", 0, 10)).toEqual([]);
      expect(store.checkpoint("r1")).toBeUndefined();
      expect(store.blob("00")).toBeUndefined();
      expect(store.lastOutput("churn", "reason")).toBeUndefined();
      expect(store.result("k")).toBeUndefined();
      expect(store.results({}, 10)).toEqual([]);
      expect(store.clearResults({})).toBe(0);
      expect(store.memory("m")).toBeUndefined();
      expect(store.memoryNames()).toEqual([]);
      expect(store.memoryHistory("m", 10)).toEqual([]);
      expect(store.drafts()).toEqual([]);
      store.commit({});
    });

    test("a run comes back as it was created", () => {
      const full = runRow("r1", {
        simulated: true,
        file: null,
        text: "日本語 🧵\n",
        cost: { usd: 0.25, tokens: 12 },
      });
      store.commit({ created: [full] });
      expect(store.run("r1")).toEqual(full);
      expect(store.openRuns()).toEqual([full]);
    });

    test("a patch changes what may change, and a final status closes the run", () => {
      store.commit({ created: [runRow("r1"), runRow("r2", { text: "other" })] });
      const patch = {
        status: "waiting",
        endedAt: null,
        cost: { usd: 1.5, tokens: 10 },
        openTasks: 2,
        highestLevel: 3,
      } as const;
      store.commit({ patches: [{ id: "r1", ...patch }] });
      expect(store.run("r1")).toEqual(runRow("r1", patch));
      const end = { ...patch, status: "failed", endedAt: 5, openTasks: 0 } as const;
      store.commit({ patches: [{ id: "r1", ...end }] });
      expect(store.run("r1")).toEqual(runRow("r1", end));
      expect(store.openRuns().map(({ id }) => id)).toEqual(["r2"]);
      store.commit({ patches: [{ id: "r1", ...patch }] });
      expect(new Set(store.openRuns().map(({ id }) => id))).toEqual(new Set(["r1", "r2"]));
    });

    test("lists runs newest first, page by page, without their texts", () => {
      store.commit({ created: ["a", "b", "c"].map((id) => runRow(id)) });
      store.commit({ created: ["d", "e"].map((id) => runRow(id, { startedAt: 1 })) });
      const ids = (limit: number, before?: string) => store.runs(limit, before).map(({ id }) => id);
      expect(ids(10)).toEqual(["e", "d", "c", "b", "a"]);
      expect(ids(2)).toEqual(["e", "d"]);
      expect(ids(2, "d")).toEqual(["c", "b"]);
      expect(ids(2, "a")).toEqual([]);
      expect(ids(2, "nobody")).toEqual([]);
      expect(store.runs(1)[0]).not.toHaveProperty("text");
      expect(store.openRuns().map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
    });

    test("events come back in order, from any place, in any amount", () => {
      const all = events(1, 200);
      store.commit({
        created: [runRow("r1"), runRow("r2")],
        events: [{ runId: "r1", events: all.slice(0, 3) }],
      });
      store.commit({
        events: [
          { runId: "r1", events: all.slice(3, 100) },
          { runId: "r2", events: events(1, 40) },
          { runId: "r1", events: all.slice(100) },
        ],
      });
      expect(store.events("r1", 0, 1000)).toEqual(all);
      expect(store.events("r1", 150, 10)).toEqual(all.slice(150, 160));
      expect(store.events("r1", 200, 10)).toEqual([]);
      expect(store.events("r2", 0, 1000)).toEqual(events(1, 40));
      expect([...store.tail("r1", 0)]).toEqual(all);
      expect([...store.tail("r1", 100)]).toEqual(all.slice(100));
      expect([...store.tail("r2", 40)]).toEqual([]);
    });

    test("an event keeps every field, in whatever order it came", () => {
      const odd: JournalEvent = {
        event: "AttemptSucceeded",
        node: "reason",
        at: 1.25,
        activation: 1,
        attempt: 2,
        outcome: "ok",
        output: { value: { text: 'quotes " and \\ and \u2028 🧵', none: null, list: [1, -0.5, 1e300] } },
        verdicts: { "3": false },
        usage: { usd: 0.001 },
        seq: 1,
      };
      store.commit({ created: [runRow("r1")], events: [{ runId: "r1", events: [odd] }] });
      expect(store.events("r1", 0, 1)).toEqual([odd]);
    });

    test.each([
      ["a gap", [{ runId: "r1", events: events(4, 1) }], "ILLEGAL_EVENT"],
      ["a repetition", [{ runId: "r1", events: events(2, 1) }], "ILLEGAL_EVENT"],
      ["a gap within", [{ runId: "r1", events: [...events(3, 1), ...events(5, 1)] }], "ILLEGAL_EVENT"],
      ["an unknown run", [{ runId: "r9", events: events(1, 1) }], "NOT_FOUND"],
    ] as const)("a journal with %s is refused, and nothing of that commit is written", (_, bad, code) => {
      store.commit({ created: [runRow("r1")], events: [{ runId: "r1", events: events(1, 2) }] });
      const commit = {
        created: [runRow("r2")],
        blobs: [{ hash: "aa", json: "1" }],
        memory: [{ name: "m", op: "put", value: 1, at: 1, runId: "r1" }],
        checkpoints: [{ runId: "r1", seq: 2, state: "s" }],
        lastOutputs: [{ pipeline: "churn", node: "n", outcome: "ok", output: { value: 1 }, at: 1 }],
        patches: [
          {
            id: "r1",
            status: "completed",
            endedAt: 1,
            cost: { usd: 9, tokens: 9 },
            openTasks: 0,
            highestLevel: 0,
          },
        ],
        events: [{ runId: "r2", events: events(1, 1) }, ...bad],
      } as const;
      expect(() => store.commit(commit)).toThrowError(expect.objectContaining({ code }));
      expect(store.run("r2")).toBeUndefined();
      expect(store.run("r1")).toEqual(runRow("r1"));
      expect(store.blob("aa")).toBeUndefined();
      expect(store.memory("m")).toBeUndefined();
      expect(store.checkpoint("r1")).toBeUndefined();
      expect(store.lastOutput("churn", "n")).toBeUndefined();
      expect(store.events("r1", 0, 10)).toHaveLength(2);
      store.commit({ created: [runRow("r2")], events: [{ runId: "r1", events: events(3, 1) }] });
      expect(store.events("r1", 0, 10)).toHaveLength(3);
      expect(store.events("r2", 0, 10)).toEqual([]);
    });

    test("refuses what refers to nothing or is there already", () => {
      store.commit({ created: [runRow("r1")] });
      const refused = (action: () => void, code: string) =>
        expect(action).toThrowError(expect.objectContaining({ code }));
      refused(() => store.commit({ created: [runRow("r1")] }), "CONFLICT");
      refused(() => store.commit({ created: [runRow("r2"), runRow("r2")] }), "CONFLICT");
      refused(() => store.commit({ checkpoints: [{ runId: "r9", seq: 1, state: "" }] }), "NOT_FOUND");
      const patch = {
        status: "paused",
        endedAt: null,
        cost: { usd: 0, tokens: 0 },
        openTasks: 0,
        highestLevel: 0,
      } as const;
      refused(() => store.commit({ patches: [{ id: "r9", ...patch }] }), "NOT_FOUND");
      expect(store.runs(10).map(({ id }) => id)).toEqual(["r1"]);
    });

    test("the newest checkpoint counts, however many there were", () => {
      store.commit({ created: [runRow("r1"), runRow("r2")] });
      for (let seq = 10; seq <= 50; seq += 10) {
        store.commit({ checkpoints: [{ runId: "r1", seq, state: `state-${seq}` }] });
      }
      expect(store.checkpoint("r1")).toEqual({ runId: "r1", seq: 50, state: "state-50" });
      store.commit({ checkpoints: [{ runId: "r1", seq: 50, state: "again" }] });
      expect(store.checkpoint("r1")?.state).toBe("again");
      expect(store.checkpoint("r2")).toBeUndefined();
    });

    test("a blob is stored once", () => {
      const blob = { hash: "ab".repeat(32), json: JSON.stringify("x".repeat(10_000)) };
      store.commit({ blobs: [blob, blob] });
      store.commit({ blobs: [blob] });
      expect(store.blob(blob.hash)).toBe(blob.json);
    });

    test("the last output of a node is the newest committed one", () => {
      const output = (node: string, value: number, at: number) =>
        ({ pipeline: "churn", node, outcome: "ok", output: { value }, at }) as const;
      store.commit({ lastOutputs: [output("a", 1, 1), output("b", 2, 1), output("a", 3, 2)] });
      expect(store.lastOutput("churn", "a")).toEqual(output("a", 3, 2));
      const large = { ...output("a", 0, 3), outcome: "fail", output: { hash: "cd", size: 9 } };
      store.commit({ lastOutputs: [large] });
      expect(store.lastOutput("churn", "a")).toEqual(large);
      expect(store.lastOutput("churn", "b")).toEqual(output("b", 2, 1));
      expect(store.lastOutput("other", "a")).toBeUndefined();
    });

    test("memory: put replaces, append makes and lengthens lists, each is a version", () => {
      store.commit({ created: [runRow("r1")] });
      const write = (
        name: string,
        op: "put" | "append",
        value: string | readonly number[] | null,
        at: number,
      ) => store.commit({ memory: [{ name, op, value, at, runId: "r1" }] });
      write("m", "put", "first", 1);
      expect(store.memory("m")).toEqual({ name: "m", value: "first", at: 1, version: 1 });
      write("m", "append", "second", 2);
      expect(store.memory("m")).toEqual({ name: "m", value: ["first", "second"], at: 2, version: 2 });
      write("m", "put", [1, 2], 3);
      write("m", "append", null, 4);
      write("m", "append", [3], 5);
      expect(store.memory("m")).toEqual({ name: "m", value: [1, 2, null, [3]], at: 5, version: 5 });
      write("m", "put", null, 6);
      expect(store.memory("m")).toEqual({ name: "m", value: null, at: 6, version: 6 });
      write("list", "append", [1], 7);
      write("list", "append", "x", 8);
      expect(store.memory("list")?.value).toEqual([[1], "x"]);
      expect(store.memoryNames()).toEqual(["list", "m"]);
      expect(store.memoryHistory("m", 3)).toEqual([
        { version: 6, at: 6, op: "put", value: null, runId: "r1" },
        { version: 5, at: 5, op: "append", value: [3], runId: "r1" },
        { version: 4, at: 4, op: "append", value: null, runId: "r1" },
      ]);
      expect(store.memoryHistory("m", 100).map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
    });

    test("stored results are listed newest first and removed by who made them", () => {
      const stored = (key: string, node: string, storedAt: number, more: Partial<StoredResult> = {}) => ({
        ...{
          key,
          scope: "pipeline" as const,
          pipeline: "churn",
          node,
          outcome: "ok",
          output: { value: key },
        },
        ...{ storedAt, expiresAt: storedAt + 100, usd: 0.25, tokens: 9, ...more },
      });
      const a = stored("k1", "a", 10, { output: { hash: "cd".repeat(32), size: 9_000 }, outcome: "fail" });
      const b = stored("k2", "b", 20, { scope: "all" });
      const other = stored("k3", "a", 30, { pipeline: "other", scope: "run" });
      store.commit({ results: [a, stored("k2", "b", 5), b] });
      store.commit({ results: [other] });
      expect(store.result("k1")).toEqual(a);
      expect(store.results({}, 10)).toEqual([other, b, a]);
      expect(store.results({}, 2)).toEqual([other, b]);
      expect(store.results({ node: "a" }, 10)).toEqual([other, a]);
      expect(store.results({ pipeline: "churn", node: "a" }, 10)).toEqual([a]);
      expect(store.clearResults({ key: "k1", pipeline: "other" })).toBe(0);
      expect(store.clearResults({ key: "k1" })).toBe(1);
      expect(store.clearResults({ pipeline: "churn" })).toBe(1);
      expect(store.clearResults({})).toBe(1);
      expect(store.result("k3")).toBeUndefined();
    });

    test("breakers are kept by service until they are closed and unharmed", () => {
      const state = { failures: 5, until: 300.5, cooldownMs: 300, probe: null };
      expect(store.breakers()).toEqual([]);
      store.commit({
        breakers: [
          { service: "b/1", state },
          { service: "a", state: { ...state, until: null } },
        ],
      });
      store.commit({
        breakers: [
          { service: "b/1", state: { ...state, failures: 6 } },
          { service: "c", state: null },
        ],
      });
      expect(store.breakers()).toEqual([
        { service: "a", state: { ...state, until: null } },
        { service: "b/1", state: { ...state, failures: 6 } },
      ]);
      store.commit({ breakers: [{ service: "b/1", state: null }] });
      expect(store.breakers().map(({ service }) => service)).toEqual(["a"]);
    });

    test("guesses are counted together by what they rest on, and can be counted anew", () => {
      const kind = (node: string, basis: GuessKind["basis"] = "last", pipeline = "churn"): GuessKind => ({
        pipeline,
        source: "reason",
        node,
        basis,
      });
      const count = (of: GuessKind, confirmed: number, refuted: number) => ({ ...of, confirmed, refuted });
      const [a, b] = [kind("a"), kind("b")];
      const partial = kind("a", "partial");
      const other = kind("a", "last", "other");
      expect(store.guesses(a)).toBeUndefined();
      store.commit({ guesses: [count(a, 1, 0), count(a, 0, 1), count(b, 0, 1), count(partial, 0, 1)] });
      store.commit({ guesses: [count(a, 2, 0), count(other, 5, 0), count(partial, 4, 0)] });
      expect(store.guesses(a)).toEqual(count(a, 3, 1));
      expect(store.guesses(partial)).toEqual(count(partial, 4, 1));
      store.forgetGuesses({ pipeline: "churn", node: "a" });
      expect([a, partial].map((of) => store.guesses(of))).toEqual([undefined, undefined]);
      expect(store.guesses(b)).toEqual(count(b, 0, 1));
      store.forgetGuesses({ pipeline: "other" });
      expect(store.guesses(other)).toBeUndefined();
      store.forgetGuesses({});
      expect(store.guesses(b)).toBeUndefined();
    });

    test("drafts are kept under their key, the newest first", () => {
      const draft = (key: string, savedAt: number) => ({
        key,
        text: `text of ${key}`,
        baseHash: null,
        savedAt,
      });
      store.putDraft(draft("a", 1));
      store.putDraft(draft("b", 2));
      store.putDraft({ ...draft("a", 3), baseHash: "ff" });
      expect(store.drafts()).toEqual([{ ...draft("a", 3), baseHash: "ff" }, draft("b", 2)]);
      store.dropDraft("a");
      store.dropDraft("nobody");
      expect(store.drafts()).toEqual([draft("b", 2)]);
    });

    test("a closed store says so, and may be closed again", () => {
      store.close();
      store.close();
      for (const use of [() => store.runs(1), () => store.commit({})]) {
        expect(use).toThrowError(
          expect.objectContaining({ code: "INTERNAL", message: expect.stringContaining("closed") }),
        );
      }
    });
  });
}
