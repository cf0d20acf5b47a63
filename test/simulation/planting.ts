/** How small defects are planted into an engine that is otherwise as it is: in its store, its clock, its functions. */
import type { EventBody } from "#contract/events.ts";
import type { outstanding } from "#core/outstanding.ts";
import type { RunState } from "#core/state.ts";
import type { transition } from "#core/transition.ts";
import type { Clock } from "#ports/clock.ts";
import type { Commit, Store } from "#ports/store.ts";
import { Host } from "#runtime/host.ts";
import { plant, plantMethod } from "./hooks.ts";
import { overriding } from "./life.ts";
import type { Seams } from "./world.ts";

/** Plants it; the answer takes it out again. */
export type Plant = () => { readonly seams?: Seams; readonly undo?: () => void };

export type Transition = typeof transition;

export const everyThird = (): (() => boolean) => {
  let count = 0;
  return () => ++count % 3 === 0;
};

export function inStore(methods: (store: Store) => Partial<Store>): Plant {
  return () => ({ seams: { store: (store) => overriding(store, methods(store)) } });
}

export function inCommit(change: (commit: Commit) => Commit): Plant {
  return inStore((store) => ({ commit: (commit) => store.commit(change(commit)) }));
}

export function inClock(at: (clock: Clock, ...args: Parameters<Clock["at"]>) => () => void): Plant {
  return () => ({
    seams: { clock: (clock) => ({ now: () => clock.now(), at: (...args) => at(clock, ...args) }) },
  });
}

export function inFunction<F extends (...args: never[]) => unknown>(
  name: string,
  make: (real: F) => F,
): Plant {
  return () => ({ undo: plant(name, make) });
}

/** After the real transition, with what the loop counters were before. */
export function afterStep(
  name: EventBody["event"] | "any",
  change: (state: RunState, before: Int32Array, event: EventBody) => void,
): Plant {
  return inFunction<Transition>("transition", (real) => (plan, state, event, at) => {
    const before = state.loopCount.slice();
    const step = real(plan, state, event, at);
    if (name === "any" || event.event === name) change(state, before, event);
    return step;
  });
}

export const withoutEffect = (wanted: (type: string, timer: string) => boolean): Plant =>
  inFunction<Transition>("transition", (real) => (plan, state, event, at) => {
    const step = real(plan, state, event, at);
    const effects = step.effects.filter(
      (effect) => !wanted(effect.type, effect.type === "SetTimer" ? effect.timer : ""),
    );
    return { ...step, effects };
  });

/** Only for the host that recovers: whoever else asks gets the real answer. */
export function afterCrash<F extends (...args: never[]) => unknown>(
  name: string,
  make: (real: F) => F,
): Plant {
  return () => {
    let recovers = false;
    const undo = [
      plant<F>(name, (real) => ((...args: never[]) => (recovers ? make(real) : real)(...args)) as F),
      plantMethod(Host, "recover", (real) => {
        return function (this: Host, run) {
          recovers = true;
          try {
            real.call(this, run);
          } finally {
            recovers = false;
          }
        };
      }),
    ];
    return {
      undo: () => {
        for (const each of undo) each();
      },
    };
  };
}

export const afterCrashWithout = (type: string): Plant =>
  afterCrash<typeof outstanding>(
    "outstanding",
    (real) => (plan, state) => real(plan, state).filter((effect) => effect.type !== type),
  );
