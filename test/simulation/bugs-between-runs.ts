/** Planted bugs in what runs have to do with people, services, stored results, each other, and their own past. */
import type { admit, elapsed, failed } from "#core/breaker.ts";
import type { skipCause } from "#core/expected.ts";
import { release, type reserve, type writeOff } from "#core/transitions/money.ts";
import type { isPaid } from "#core/view.ts";
import { Attempts } from "#runtime/attempts.ts";
import { Budgets } from "#runtime/budgets.ts";
import type { childRun } from "#runtime/child-run.ts";
import { Committer } from "#runtime/committer.ts";
import { Host } from "#runtime/host.ts";
import type { LiveRun } from "#runtime/live-run.ts";
import type { planPart } from "#runtime/part.ts";
import { ResultCache } from "#runtime/result-cache.ts";
import type { resultKey } from "#runtime/result-key.ts";
import type { retryPart } from "#runtime/retry.ts";
import type { Finishing } from "#runtime/scope.ts";
import type { resolveSettings } from "#runtime/settings.ts";
import { Speculation } from "#runtime/speculation.ts";
import type { sharedSource } from "#runtime/sub-pipeline.ts";
import type { restoreFile } from "#store/restore.ts";
import { plant, plantMethod } from "./hooks.ts";
import { afterStep, inCommit, inFunction, type Plant, type Transition, withoutEffect } from "./planting.ts";

export const BUGS_BETWEEN_RUNS: Readonly<Record<string, Plant>> = {
  // pausing, people, other runs
  "a pause stops nothing": afterStep("RunPaused", (state) => {
    state.paused = false;
  }),
  "what a pause held back is not asked for again": inFunction<Transition>(
    "transition",
    (real) => (plan, state, event, at) => {
      const step = real(plan, state, event, at);
      return event.event === "RunResumed" ? { ...step, effects: [] } : step;
    },
  ),
  "the time a person has never runs out": withoutEffect(
    (type, timer) => type === "SetTimer" && timer === "human",
  ),
  "a decision is confirmed before it is on disk": () => ({
    undo: plantMethod(Host, "act", (real) => {
      return function (this: Host, act) {
        return Promise.race([real.call(this, act), Promise.resolve()]);
      };
    }),
  }),
  "what a node remembers is kept twice": () => ({
    undo: plantMethod(Committer, "remember", (real) => {
      return function (this: Committer, write) {
        real.call(this, write);
        real.call(this, write);
      };
    }),
  }),
  "calls with other settings share a stored result": inFunction<typeof resultKey>(
    "resultKey",
    () => (run, _sources, node) => `${run.program.definition.name}/${node}`,
  ),
  "a guess is held against the partial output that it was made on": () => {
    const partial = new WeakMap<LiveRun, Finishing>();
    let taking = false;
    const undo = [
      plantMethod(Speculation, "partial", (real) => {
        return function (this: Speculation, run, of, output) {
          partial.set(run, { node: of.node, outcome: "ok", output });
          real.call(this, run, of, output);
        };
      }),
      plantMethod(Speculation, "take", (real) => {
        return function (this: Speculation, ...args) {
          taking = true;
          const taken = real.apply(this, args);
          taking = false;
          return taken;
        };
      }),
      plant<typeof resolveSettings>("resolveSettings", (real) => (run, sources, ...rest) => {
        const assumed = taking ? partial.get(run) : undefined;
        return real(run, assumed ? { ...sources, assumed } : sources, ...rest);
      }),
    ];
    return {
      undo: () => {
        for (const each of undo) each();
      },
    };
  },
  "a service that rests is called": inFunction<typeof admit>("admit", (real) => (...args) => ({
    to: "go",
    state: real(...args).state,
  })),
  "the rest of a service is not kept": inCommit((commit) => ({ ...commit, breakers: [] })),
  "who waits for a service is not queued again": inFunction<typeof elapsed>(
    "elapsed",
    () => (state, now) => ({ ...state, until: now + 1_000 }),
  ),
  "a rest is cut short": inFunction<typeof failed>("failed", (real) => (...args) => {
    const state = real(...args);
    return state.until === null ? state : { ...state, until: state.until - state.cooldownMs / 2 };
  }),
  "a breaker that was closed is open again after a crash": inCommit((commit) => ({
    ...commit,
    breakers: (commit.breakers ?? []).filter(({ state }) => state !== null),
  })),
  "equal work is done by all who want it": () => ({
    undo: plantMethod(ResultCache, "answer", (real) => {
      return function (this: ResultCache, ...args) {
        const { node, activation } = args[2];
        const answer = real.call(this, ...args);
        return answer ?? { event: "SkipDeclined", node, activation, reason: "not-cached" };
      };
    }),
  }),
  "who waits for equal work is not told of it": () => ({
    undo: plantMethod(ResultCache, "answer", (real) => {
      return function (this: ResultCache, run, sources, effect) {
        return real.call(this, run, sources, effect, () => {});
      };
    }),
  }),
  "an attempt that is called off goes on": () => ({
    undo: plantMethod(Attempts, "callOff", () => () => true),
  }),

  // parts, and runs that grow from others
  "a part runs what it leaves out": afterStep("RunStarted", (state) => {
    state.excluded.fill(0);
  }),
  "a preview promises results that nobody has": inFunction<typeof planPart>(
    "planPart",
    (real) =>
      (...args) => {
        const part = real(...args);
        const nodes = part.nodes.map(({ node, does }) =>
          does === "runs"
            ? ({ node, does: "taken-over", why: "result" } as const)
            : { node, does, why: "result" as const },
        );
        return { ...part, nodes };
      },
  ),
  "a pinned node runs": inFunction<typeof skipCause>("skipCause", (real) => (...args) => {
    const cause = real(...args);
    return cause?.by === "pin" ? undefined : cause;
  }),
  "a retry takes over what failed": inFunction<typeof retryPart>(
    "retryPart",
    (real) => (run, from, edited) => {
      const part = real(run, from, edited);
      const failed = run.program.plan.nodes.filter(({ index }) => run.state.outcome[index] === "error");
      return { ...part, reuse: [...part.reuse, ...failed.map(({ id }) => id)] };
    },
  ),
  "a fork goes on with what was recorded": afterStep("RunStarted", (state) => {
    state.edited = null;
  }),

  // children
  "children stand where their parent does": inFunction<typeof childRun>("childRun", (real) => (...args) => {
    const child = real(...args);
    const [parent] = args;
    const { row } = child.run;
    if (row.parent) Object.assign(row.parent, { depth: parent.depth });
    return child;
  }),
  "nobody asks how deep a pipeline stands": inFunction<typeof sharedSource>(
    "sharedSource",
    (real) =>
      (run, ...rest) =>
        real(
          new Proxy(run, { get: (target, key) => (key === "depth" ? 0 : Reflect.get(target, key, target)) }),
          ...rest,
        ),
  ),
  "the end of a child is taken in a second time": inFunction<Transition>(
    "transition",
    (real) => (plan, state, event, at) => {
      try {
        return real(plan, state, event, at);
      } catch (error) {
        if (event.event !== "ChildEnded") throw error;
        return { effects: [], derived: [], nodes: [], edges: [] };
      }
    },
  ),

  // backups
  "a backup is not put in the place of what is there": inFunction<typeof restoreFile>(
    "restoreFile",
    () => () => ({ keptAs: "nowhere" }),
  ),

  // money
  "child runs spend beside the budget": () => ({
    undo: plantMethod(Budgets, "admit", (real) => {
      return function (this: Budgets, run, item) {
        return run.parent ? 0 : real.call(this, run, item);
      };
    }),
  }),
  "attempts side by side do not see what is set aside for the others": inFunction<typeof reserve>(
    "reserve",
    () => (state, node, usd) => {
      state.nodeReservedUsd[node] = usd;
    },
  ),
  "what broke off costs nothing": inFunction<typeof writeOff>(
    "writeOff",
    () => (state, node) => release(state, node),
  ),
  "what a crash cut off costs nothing": afterStep("AttemptLost", (state) => {
    state.unsettledUsd = 0;
  }),
  "who waits for money is not queued again": () => ({
    undo: plantMethod(Budgets, "released", () => () => {}),
  }),
  "a pure attempt that is paid begins before that is on disk": inFunction<typeof isPaid>(
    "isPaid",
    () => () => false,
  ),
};
