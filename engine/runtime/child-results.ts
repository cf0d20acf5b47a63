/** What child runs leave: the end of one as its parent records it, and what a node's output is made of. */
import type { ChildEnd, Failure, ValueRef } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { ChildrenState } from "#core/state.ts";
import { firstUnhandled, runEnd } from "#core/view.ts";
import { AttemptError } from "#ports/failure.ts";
import type { LiveRun } from "./live-run.ts";
import { costOf } from "./picture.ts";
import type { ValueStore } from "./values.ts";

const CALLED_OFF: Failure = {
  code: "RUN_CANCELLED",
  message: "the child run was cancelled",
  class: "permanent",
};
const NOTHING: ValueRef = { value: null };

/** Of a run that ended. A failure in a sub-pipeline names the node that it came from. */
export function endOf(child: LiveRun): ChildEnd {
  const end = runEnd(child.state);
  const status = child.state.ended ?? "cancelled";
  const cost = costOf(child);
  const failure = status === "cancelled" ? CALLED_OFF : status === "failed" ? failureIn(child) : undefined;
  return {
    status,
    output: end?.output ?? NOTHING,
    ...(failure ? { failure } : {}),
    ...(child.state.marked > 0 ? { degraded: true } : {}),
    ...(cost.usd > 0 || cost.tokens > 0 ? { usage: cost } : {}),
    ...(child.state.unsettledUsd > 0 ? { unsettledUsd: child.state.unsettledUsd } : {}),
  };
}

/** Of a child that could not be started, or that is gone. */
export function endWithout(failure: Failure): ChildEnd {
  return { status: "failed", output: NOTHING, failure };
}

/** Throws the failure of an item where none may fail, naming it. `list`: with `forEach`, else there is one child. */
export function collected(
  { ends, runs }: ChildrenState,
  values: ValueStore,
  list: boolean,
  collect: boolean,
): Json {
  if (collect) return counted(ends, values);
  const index = firstFailure(ends);
  if (index !== -1) {
    const failure = ends[index]?.failure ?? CALLED_OFF;
    throw asFailureOfNode(failure, list ? index : undefined, runs[index] ?? undefined);
  }
  const outputs = ends.map((end) => values.get(end?.output ?? NOTHING));
  return list ? outputs : (outputs[0] ?? null);
}

function counted(ends: ChildrenState["ends"], values: ValueStore): Json {
  const results: Json[] = [];
  const errors: Json[] = [];
  for (const [index, end] of ends.entries()) {
    if (end && !hasFailed(end)) {
      results.push(values.get(end.output));
      continue;
    }
    const { code, message } = end?.failure ?? CALLED_OFF;
    results.push(null);
    errors.push({ index, code, message });
  }
  const [total, failed] = [ends.length, errors.length];
  return { ok: total - failed, failed, total, results, errors };
}

/** The one that made the others be called off, if it is there. */
function firstFailure(ends: ChildrenState["ends"]): number {
  const failed = ends.findIndex((end) => end?.status === "failed");
  return failed === -1 ? ends.findIndex((end) => end?.status === "cancelled") : failed;
}

function hasFailed({ status }: ChildEnd): boolean {
  return status === "failed" || status === "cancelled";
}

function failureIn(child: LiveRun): Failure {
  const unhandled = firstUnhandled(child.program.plan, child.state);
  const failure = child.state.failure ?? unhandled?.failure ?? CALLED_OFF;
  if (child.settings.item === true || child.state.failure || !unhandled) return failure;
  return { ...failure, message: `${unhandled.node}: ${failure.message}` };
}

/** Permanent: the child had its own tries, and the node as a whole is not tried again. */
function asFailureOfNode(
  { code, message, hint, status, class: kind, rule }: Failure,
  item: number | undefined,
  runId: string | undefined,
): AttemptError {
  const text = item === undefined ? message : `item ${item}: ${message}`;
  return new AttemptError(code, text, { hint, status, child: { item, runId, class: kind, rule } });
}
