/**
 * Small defects, each planted into an engine that is otherwise as it is: what the simulation has to find. A bug is planted
 * anew for every scenario, so that what it counts starts from nothing.
 */
import type { markDegraded } from "#core/degraded.ts";
import type { joinOf } from "#core/join.ts";
import type { edgesToJudge } from "#core/judge.ts";
import type { inFlight } from "#core/outstanding.ts";
import type { retryDelay } from "#core/retry.ts";
import { ReadyQueue } from "#core/schedule/ready-queue.ts";
import { RUNNING } from "#core/status.ts";
import type { Commit } from "#ports/store.ts";
import type { performAttempt } from "#runtime/attempt.ts";
import { Attempts } from "#runtime/attempts.ts";
import type { endRun } from "#runtime/end-run.ts";
import { Hold } from "#runtime/hold.ts";
import type { completionOf } from "#runtime/judge.ts";
import { Program } from "#runtime/program.ts";
import type { seededRandom } from "#runtime/random.ts";
import type { readRun } from "#runtime/recover.ts";
import { ValueStore } from "#runtime/values.ts";
import { plantMethod } from "./hooks.ts";
import { overriding } from "./life.ts";
import {
  afterCrash,
  afterCrashWithout,
  afterStep,
  everyThird,
  inClock,
  inCommit,
  inFunction,
  inStore,
  type Plant,
  type Transition,
} from "./planting.ts";

export const BUGS: Readonly<Record<string, Plant>> = {
  // the store
  "the last event of a write is lost": inCommit((commit) => ({
    ...commit,
    events: (commit.events ?? []).map(({ runId, events }) => ({
      runId,
      events: events.length > 2 ? events.slice(0, -1) : events,
    })),
  })),
  "two events of a write change places": inCommit((commit) => ({
    ...commit,
    events: (commit.events ?? []).map(({ runId, events }) => {
      const [first, second, ...rest] = events;
      if (first === undefined || second === undefined || first.seq === 1) return { runId, events };
      const swapped = [{ ...second, seq: first.seq }, { ...first, seq: second.seq }, ...rest];
      return { runId, events: swapped };
    }),
  })),
  "the last event is read twice after a crash": inStore((store) => ({
    tail: (runId, after) => {
      const events = [...store.tail(runId, after)];
      return [...events, ...events.slice(-1)];
    },
  })),
  "large values are not written": inCommit((commit) => ({ ...commit, blobs: [] })),
  "memory is written with the commit after": () => {
    let late: Commit["memory"] = [];
    return {
      seams: {
        store: (store) =>
          overriding(store, {
            commit: (commit) => {
              store.commit({ ...commit, memory: late ?? [] });
              late = commit.memory;
            },
          }),
      },
    };
  },
  "memory is written twice": inCommit((commit) => ({
    ...commit,
    memory: (commit.memory ?? []).flatMap((write) => [write, write]),
  })),
  "memory is written apart from its commit, before it": inStore((store) => ({
    commit: (commit) => {
      store.commit({ memory: commit.memory ?? [] });
      store.commit({ ...commit, memory: [] });
    },
  })),
  "reuse takes the newest output of any pipeline": () => {
    const byNode = new Map<string, string>();
    return {
      seams: {
        store: (store) =>
          overriding(store, {
            commit: (commit) => {
              store.commit(commit);
              for (const { node, pipeline } of commit.lastOutputs ?? []) byNode.set(node, pipeline);
            },
            lastOutput: (pipeline, node) => store.lastOutput(byNode.get(node) ?? pipeline, node),
          }),
      },
    };
  },
  "a checkpoint holds an older state than it says": () => {
    const before = new Map<string, string>();
    return {
      seams: {
        store: (store) =>
          overriding(store, {
            commit: (commit) => {
              const checkpoints = (commit.checkpoints ?? []).map((checkpoint) => {
                const older = before.get(checkpoint.runId);
                before.set(checkpoint.runId, checkpoint.state);
                return older === undefined ? checkpoint : { ...checkpoint, state: older };
              });
              store.commit({ ...commit, checkpoints });
            },
          }),
      },
    };
  },
  "a checkpoint is said to be one event older than it is": inCommit((commit) => ({
    ...commit,
    checkpoints: (commit.checkpoints ?? []).map((checkpoint) => ({ ...checkpoint, seq: checkpoint.seq - 1 })),
  })),
  "a run that waits is not found again after a crash": inStore((store) => ({
    openRuns: () => store.openRuns().filter(({ status }) => status !== "waiting"),
  })),
  "every third change of a run's row is lost": () => {
    const third = everyThird();
    return inCommit((commit) => (third() ? { ...commit, patches: [] } : commit))();
  },
  "a stored result is always fresh": inStore((store) => ({
    result: (key) => {
      const found = store.result(key);
      return found && { ...found, expiresAt: Number.MAX_SAFE_INTEGER, storedAt: found.storedAt + 1_800_000 };
    },
  })),

  // the clock
  "every third timer is dropped": () => {
    const third = everyThird();
    return inClock((clock, at, callback) => (third() ? () => {} : clock.at(at, callback)))();
  },
  "timers fire twice": inClock((clock, at, callback) => {
    const stops = [clock.at(at, callback), clock.at(at + 1, callback)];
    return () => {
      for (const stop of stops) stop();
    };
  }),
  "timers fire early": inClock((clock, at, callback) => clock.at(at - 5, callback)),

  // recovery
  "attempts in flight are not said to be lost": afterCrash<typeof inFlight>("inFlight", () => () => []),
  "timers are not set again after a crash": afterCrashWithout("SetTimer"),
  "what was queued is forgotten in a crash": afterCrashWithout("Enqueue"),
  "people are not asked again after a crash": afterCrashWithout("OpenHumanTask"),
  "skips are not judged again after a crash": afterCrashWithout("JudgeSkip"),
  "the next event after a crash has a wrong number": inFunction<typeof readRun>(
    "readRun",
    (real) =>
      (...args) => {
        const run = real(...args);
        run.seq += 1;
        return run;
      },
  ),
  "a lost attempt uses up its number": inFunction<Transition>(
    "transition",
    (real) => (plan, state, event, at) => {
      const step = real(plan, state, event, at);
      if (event.event === "AttemptLost") state.attempts[plan.indexOf.get(event.node) ?? -1]! += 1;
      return step;
    },
  ),
  "nobody tries again after a full disk": () => ({
    undo: plantMethod(Hold, "untilItPasses", () => () => {}),
  }),

  // attempts
  "an attempt is performed twice": inFunction<typeof performAttempt>(
    "performAttempt",
    (real) =>
      (...args) => {
        real(...args);
        real(...args);
      },
  ),
  "effects begin before their start is on disk": () => ({
    undo: plantMethod(Program, "activity", (real) => {
      return function (this: Program, node) {
        const activity = real.call(this, node);
        return {
          ...activity,
          input: activity.input,
          output: activity.output,
          info: { ...activity.info, pure: true },
        };
      };
    }),
  }),
  "a result of an earlier round is accepted": inFunction<Transition>(
    "transition",
    (real) => (plan, state, event, at) => {
      if (event.event !== "AttemptSucceeded") return real(plan, state, event, at);
      const index = plan.indexOf.get(event.node) ?? -1;
      if (state.status[index] !== RUNNING) return real(plan, state, event, at);
      const current = { activation: state.activations[index]!, attempt: state.attempt[index]! };
      return real(plan, state, { ...event, ...current }, at);
    },
  ),
  "attempts that are taken back go on": () => ({ undo: plantMethod(Attempts, "cancel", () => () => {}) }),
  "a failed attempt costs nothing": inFunction<Transition>(
    "transition",
    (real) => (plan, state, event, at) =>
      real(plan, state, event.event === "AttemptFailed" ? { ...event, usage: undefined } : event, at),
  ),
  "cost is counted twice": inFunction<Transition>("transition", (real) => (plan, state, event, at) => {
    const { usd, tokens } = state;
    const step = real(plan, state, event, at);
    if (event.event === "AttemptSucceeded") {
      state.usd += state.usd - usd;
      state.tokens += state.tokens - tokens;
    }
    return step;
  }),
  "retries wait a thousand times as long": inFunction<typeof retryDelay>(
    "retryDelay",
    (real) =>
      (...args) =>
        real(...args) * 1_000,
  ),
  "chance is not seeded": inFunction<typeof seededRandom>("seededRandom", () => () => Math.random()),
  "large values of one size are taken for one": () => {
    const bySize = new Map<number, ReturnType<ValueStore["put"]>>();
    return {
      undo: plantMethod(ValueStore, "put", (real) => {
        return function (this: ValueStore, value) {
          const ref = real.call(this, value);
          if (!("hash" in ref)) return ref;
          const first = bySize.get(ref.size) ?? ref;
          bySize.set(ref.size, first);
          return first;
        };
      }),
    };
  },

  // the queue
  "every third slot is never given back": () => {
    const third = everyThird();
    return {
      undo: plantMethod(ReadyQueue, "release", (real) => {
        return function (this: ReadyQueue, runId) {
          if (!third()) real.call(this, runId);
        };
      }),
    };
  },
  "one attempt more than allowed runs at once": () => ({
    undo: plantMethod(ReadyQueue, "enqueue", (real) => {
      return function (this: ReadyQueue, item) {
        real.call(this, { ...item, limit: item.limit + 1 });
      };
    }),
  }),
  "every third node that is ready is not queued": () => {
    const third = everyThird();
    return {
      undo: plantMethod(ReadyQueue, "enqueue", (real) => {
        return function (this: ReadyQueue, item) {
          if (!third()) real.call(this, item);
        };
      }),
    };
  },

  // what a graph means
  "a loop's counter does not rise": afterStep("any", (state, before) => {
    for (const [edge, count] of before.entries())
      if (state.loopCount[edge] === count + 1) state.loopCount[edge] = count;
  }),
  "counters of inner loops are not reset": afterStep("any", (state, before) => {
    for (const [edge, count] of before.entries())
      if (state.loopCount[edge] === 0) state.loopCount[edge] = count;
  }),
  "skip edges are judged the other way round": inFunction<typeof completionOf>(
    "completionOf",
    (real) =>
      (...args) => {
        const completion = real(...args);
        const { edges } = args[0].program.plan;
        const verdicts = Object.entries(completion.verdicts ?? {}).map(([edge, holds]) => [
          edge,
          edges[Number(edge)]?.kind === "skip" ? !holds : holds,
        ]);
        return { ...completion, verdicts: Object.fromEntries(verdicts) as Record<string, boolean> };
      },
  ),
  "conditions of loops are not judged": inFunction<typeof edgesToJudge>(
    "edgesToJudge",
    (real) =>
      (...args) => {
        const judged = real(...args);
        const [plan] = args;
        return { ...judged, conditions: judged.conditions.filter(({ edge }) => !plan.edges[edge]?.loop) };
      },
  ),
  "a join of all goes on with the first": inFunction<typeof joinOf>(
    "joinOf",
    (real) => (plan, state, index) =>
      state.inTaken[index]! > 0 && state.inBlocked[index] === 0 ? "ready" : real(plan, state, index),
  ),
  "a failure that nobody took does not block": inFunction<typeof joinOf>(
    "joinOf",
    (real) => (plan, state, index) => {
      const node = plan.nodes[index]!;
      const all = state.inResolved[index] === node.in.length;
      return all && node.need === 0 && state.inTaken[index]! > 0 ? "ready" : real(plan, state, index);
    },
  ),
  "the degraded mark is lost": inFunction<typeof markDegraded>("markDegraded", () => () => {}),
  "a failed run is said to be completed": inFunction<typeof endRun>(
    "endRun",
    (real) => (run, sources, status) => real(run, sources, status === "failed" ? "completed" : status),
  ),
};
