import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReadyQueue } from "#core/schedule/ready-queue.ts";

const item = (runId: string, node: string, limit = 10, attempt = 1) => ({
  runId,
  node,
  activation: 1,
  attempt,
  limit,
});
const drain = (queue: ReadyQueue): string => {
  const taken: string[] = [];
  for (let next = queue.take(1); next; next = queue.take(1)) taken.push(next.runId + next.node);
  return taken.join(" ");
};

describe("ReadyQueue", () => {
  it("goes round the runs and keeps the order inside each", () => {
    const queue = new ReadyQueue();
    for (const node of "123") queue.enqueue(item("a", node));
    for (const node of "12") queue.enqueue(item("b", node));
    queue.enqueue(item("c", "1"));
    expect(queue.size).toBe(6);
    expect(drain(queue)).toBe("a1 b1 c1 a2 b2 a3");
    expect(queue.size).toBe(0);
  });

  it("takes nothing without a slot", () => {
    const queue = new ReadyQueue();
    queue.enqueue(item("a", "1"));
    expect(queue.take(0)).toBeUndefined();
    expect(queue.take(3)).toEqual(item("a", "1"));
  });

  it("holds a run to its limit until one is released", () => {
    const queue = new ReadyQueue();
    for (const node of "123") queue.enqueue(item("a", node, 1));
    queue.enqueue(item("b", "1", 1));
    expect(drain(queue)).toBe("a1 b1");
    queue.release("a");
    expect(drain(queue)).toBe("a2");
    queue.release("x");
    queue.release("b");
    queue.release("b");
    expect(drain(queue)).toBe("");
  });

  it("keeps one place a node: the newest, at the end", () => {
    const queue = new ReadyQueue();
    queue.enqueue(item("a", "1"));
    queue.enqueue(item("a", "2"));
    queue.enqueue(item("a", "1", 10, 2));
    expect(queue.size).toBe(2);
    expect(queue.take(1)).toMatchObject({ node: "2" });
    expect(queue.take(1)).toMatchObject({ node: "1", attempt: 2 });
  });

  it("takes a node or a run out", () => {
    const queue = new ReadyQueue();
    for (const node of "1234") queue.enqueue(item("a", node));
    queue.enqueue(item("b", "1"));
    queue.remove("a", "2");
    queue.remove("a", "4");
    queue.remove("a", "9");
    queue.remove("x");
    expect(queue.take(1)).toMatchObject({ node: "1" });
    queue.remove("b");
    expect(drain(queue)).toBe("a3");
    queue.enqueue(item("a", "5"));
    queue.remove("a");
    expect(drain(queue)).toBe("");
    expect(queue.size).toBe(0);
  });

  it("agrees with a plain list, whatever is done to it", () => {
    const command = fc.record({
      do: fc.constantFrom("enqueue", "enqueue", "take", "take", "release", "remove", "removeRun"),
      run: fc.constantFrom("a", "b", "c"),
      node: fc.constantFrom("1", "2", "3"),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const queue = new ReadyQueue();
        const running = new Map<string, number>();
        let waiting: { runId: string; node: string }[] = [];
        for (const { do: what, run, node } of commands) {
          const others = waiting.filter((entry) => entry.runId !== run || entry.node !== node);
          if (what === "enqueue") {
            queue.enqueue(item(run, node, 2));
            waiting = [...others, { runId: run, node }];
          } else if (what === "release") {
            queue.release(run);
            running.set(run, Math.max(0, (running.get(run) ?? 0) - 1));
          } else if (what === "remove") {
            queue.remove(run, node);
            waiting = others;
          } else if (what === "removeRun") {
            queue.remove(run);
            waiting = waiting.filter((entry) => entry.runId !== run);
          } else {
            const taken = queue.take(1);
            const able = waiting.filter((entry) => (running.get(entry.runId) ?? 0) < 2);
            expect(taken === undefined).toBe(able.length === 0);
            if (!taken) continue;
            expect(waiting.find((entry) => entry.runId === taken.runId)?.node).toBe(taken.node);
            waiting = waiting.filter((entry) => entry.runId !== taken.runId || entry.node !== taken.node);
            running.set(taken.runId, (running.get(taken.runId) ?? 0) + 1);
          }
          expect(queue.size).toBe(waiting.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
