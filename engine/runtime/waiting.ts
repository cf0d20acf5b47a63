/** What ends the waits of a node: timers and people. Says which event; feeding it is the host's. */
import type { Completion, EventBody, Failure, HumanTaskCard } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Effect } from "#core/effect.ts";
import { GIVE_UP } from "#core/leaving.ts";
import { CUT_OFF } from "#core/transitions/waiting.ts";
import { nodeView, openTasks, outputOf } from "#core/view.ts";
import { failureOf } from "#ports/failure.ts";
import { completionOf, failureJudgement } from "./judge.ts";
import type { LiveRun } from "./live-run.ts";
import type { ScopeSources } from "./scope.ts";

type SetTimer = Extract<Effect, { readonly type: "SetTimer" }>;
type OpenHumanTask = Extract<Effect, { readonly type: "OpenHumanTask" }>;

/** A person may always decide so over an exhausted loop, whatever its edges are called. */
const ESCALATION_OUTCOMES = ["approved", "rejected"] as const;

const UNANSWERED: Failure = {
  code: "HUMAN_TIMEOUT",
  message: "nobody decided in time",
  class: "permanent",
  rule: "built-in: HUMAN_TIMEOUT",
  hint: "Give the node onTimeout, a default, or an error edge.",
};

/** What a timer says when it is due. An out-edge that cannot be judged fails the node, not the engine. */
export function timerFired(
  run: LiveRun,
  sources: ScopeSources,
  { node, activation, timer, fireAt }: SetTimer,
): EventBody {
  const fired = { event: "TimerFired", node, activation, timer } as const;
  if (timer === "retry") return fired;
  try {
    if (timer === "wait") {
      const output = { until: new Date(fireAt).toISOString() };
      return { ...fired, completion: completionOf(run, sources, node, "ok", output) };
    }
    const task = openTasks(run.program.plan, run.state).find((open) => open.node === node);
    const outcome = task?.card.onTimeout;
    if (!task || outcome === undefined)
      return { ...fired, failure: UNANSWERED, ...failureJudgement(run, sources, node, UNANSWERED) };
    const decision = { outcome, comment: "", value: null, by: "timeout" };
    return { ...fired, completion: decided(run, sources, node, task.card, outcome, decision) };
  } catch (thrown) {
    return { ...fired, failure: failureOf(thrown) };
  }
}

/**
 * A decision over an exhausted loop keeps the node's own output: what follows reads the draft, not the signature. At the
 * end of a chain the value that the person gives is the output. An answer by which the node tries again or fails is no
 * result: its edges are judged as after a failure.
 */
export function decided(
  run: LiveRun,
  sources: ScopeSources,
  node: string,
  card: HumanTaskCard,
  outcome: string,
  decision: JsonObject,
): Completion {
  const failure = refusal(run, node, card, outcome);
  if (failure !== undefined) {
    const output = sources.values.put(decision);
    return { outcome, output, ...failureJudgement(run, sources, node, failure) };
  }
  if (card.reason === "fallback")
    return completionOf(run, sources, node, outcome, decision.value ?? decision);
  const own = card.reason === "exhausted" ? outputOfNode(run, sources, node) : null;
  return completionOf(run, sources, node, outcome, own ?? decision);
}

/** The failure by which a node is left that a person does not let go on. */
function refusal(run: LiveRun, node: string, card: HumanTaskCard, outcome: string): Failure | undefined {
  if (card.reason === "unsafe") return CUT_OFF;
  return card.reason === "fallback" && outcome === GIVE_UP ? failureOfNode(run, node) : undefined;
}

/** The card of a task that the core asks for. */
export function cardOf(
  run: LiveRun,
  sources: ScopeSources,
  { node, reason, outcomes }: OpenHumanTask,
): HumanTaskCard {
  const failure = reason === "fallback" ? failureOfNode(run, node) : undefined;
  return {
    title: run.program.definition.nodes[node]?.title ?? node,
    ...(failure === undefined ? {} : { instructions: `${failure.code}: ${failure.message}` }),
    reason,
    outcomes: reason === "exhausted" ? [...new Set([...outcomes, ...ESCALATION_OUTCOMES])] : outcomes,
    payload: outputOfNode(run, sources, node),
  };
}

function failureOfNode(run: LiveRun, node: string): Failure | undefined {
  const { plan } = run.program;
  return nodeView(plan, run.state, plan.indexOf.get(node) ?? -1).failure;
}

function outputOfNode(run: LiveRun, sources: ScopeSources, node: string): Json {
  const output = outputOf(run.state, run.program.plan.indexOf.get(node) ?? -1);
  return output ? sources.values.get(output) : null;
}
