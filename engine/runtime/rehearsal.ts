/**
 * A run that is only thought through: it starts, takes over what it is given and what is pinned, and stops there. What
 * then stands ready is what would run. It is moved by the core itself, so it cannot differ from the run.
 */
import type { EventBody } from "#contract/events.ts";
import type { Effect } from "#core/effect.ts";
import { isOutstanding } from "#core/outstanding.ts";
import { transition } from "#core/transition.ts";
import { nodeView } from "#core/view.ts";
import type { Store } from "#ports/store.ts";
import type { LiveRun } from "./live-run.ts";
import type { ScopeSources } from "./scope.ts";
import { judgeSkip } from "./skip.ts";

/** `ready`: runs next. `open`: it depends on what runs. */
export type Rehearsed = "ready" | "given" | "not-reached" | "open";

/** Moves `run`, which no host knows, by its first event and all that is given. Answers by node index. */
export function rehearse(
  run: LiveRun,
  first: EventBody,
  sources: ScopeSources,
  store: Store,
): readonly Rehearsed[] {
  const { plan } = run.program;
  const asked: Effect[] = [];
  const feed = (event: EventBody): void => {
    asked.push(...transition(plan, run.state, event, sources.now).effects);
  };
  feed(first);
  for (const effect of asked) {
    if (effect.type !== "JudgeSkip" || (effect.cause.by !== "run" && effect.cause.by !== "pin")) continue;
    // A loop that what is given takes may have taken it back.
    if (!isOutstanding(plan, run.state, effect)) continue;
    feed(judgeSkip(run, sources, store, effect));
  }
  return plan.nodes.map((_, index) => {
    const { status } = nodeView(plan, run.state, index);
    if (status === "queued") return "ready";
    if (status === "idle") return "open";
    return status === "not_reached" ? "not-reached" : "given";
  });
}
