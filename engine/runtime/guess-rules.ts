/** When a node is started ahead, and for how long its guess may still be confirmed. Reads states, moves nothing. */
import { LayerloomError } from "#contract/errors.ts";
import type { JsonObject } from "#contract/json.ts";
import { onMatches } from "#core/leaving.ts";
import { IDLE, isLive, PENDING, RUNNING } from "#core/status.ts";
import type { Expression } from "#ports/expression.ts";
import type { GuessCount } from "#ports/store.ts";
import type { AttemptIdentity } from "./attempt.ts";
import type { LiveRun } from "./live-run.ts";
import { type Finishing, type ScopeSources, scopeFor } from "./scope.ts";

/** Guesses for a node while its source is in one activation. */
export const GUESSES_PER_ACTIVATION = 3;
/** Guesses that show whether guessing pays, and the share of them that must have been right. */
const ENOUGH = 5;
const RIGHT_ENOUGH = 0.3;

/** What a node is taken to give: all that it gave last, or what its attempt has given so far. */
export type Likely = Finishing &
  ({ readonly basis: "last" } | { readonly basis: "partial"; readonly output: JsonObject });

export function isWorthWhile({ confirmed, refuted }: GuessCount): boolean {
  const all = confirmed + refuted;
  return all < ENOUGH || confirmed >= RIGHT_ENOUGH * all;
}

/** The node waits for the source alone, and nothing but running can give its result. */
export function isDue(run: LiveRun, source: number, node: number): boolean {
  const { plan } = run.program;
  const { status, edgeState, excluded, reusable, activations, paused } = run.state;
  if (paused || status[source] !== RUNNING || status[node] !== IDLE || excluded[node] === 1) return false;
  if (reusable[node] === 1 && activations[node] === 0) return false;
  const target = plan.nodes[node];
  if (!target || target.definition.pin !== undefined) return false;
  return target.in.every((edge) => plan.edges[edge]?.from === source || edgeState[edge] !== PENDING);
}

/** Is the attempt still the one that runs? What it gave before its end, or before a loop, says nothing of another. */
export function isUnderWay(run: LiveRun, { node, activation, attempt }: AttemptIdentity): boolean {
  const running = run.attempts.get(node);
  return running?.activation === activation && running.attempt === attempt;
}

/** Is all there that the expressions read of the output? What is still to come must not look as if it were not there. */
export function tellsAll(likely: Likely, expressions: readonly Expression[]): boolean {
  if (likely.basis === "last") return true;
  return expressions.every(({ reads }) =>
    reads.outputs.every(
      ({ node, field }) => node !== likely.node || (field !== null && Object.hasOwn(likely.output, field)),
    ),
  );
}

/** Would an edge lead from the source to the node, if it gave this? */
export function mayLeadTo(run: LiveRun, assumed: ScopeSources, likely: Likely, node: string): boolean {
  const { plan } = run.program;
  const target = plan.nodes[plan.indexOf.get(node) ?? -1];
  return (target?.in ?? []).some((index) => {
    const edge = plan.edges[index];
    if (edge?.definition.from !== likely.node || (edge.kind !== "flow" && edge.kind !== "branch"))
      return false;
    if (!onMatches(edge, likely.outcome)) return false;
    if (edge.when === undefined) return true;
    try {
      const condition = run.program.condition(edge.when);
      return (
        tellsAll(likely, [condition]) &&
        condition.evaluate(scopeFor(run, assumed, [condition], likely.node)) === true
      );
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError)) throw thrown;
      return false;
    }
  });
}

/** The source still runs in the activation that the guess was made in, or the node has become ready since. */
export function isAwaited(
  { state }: LiveRun,
  source: number,
  sourceActivation: number,
  node: number,
  nodeActivation: number,
): boolean {
  if (state.ending !== null) return false;
  const status = state.status[node] ?? IDLE;
  if (state.activations[node] === nodeActivation) return isLive(status) && (state.attempt[node] ?? 0) <= 1;
  if (status !== IDLE || state.activations[source] !== sourceActivation) return false;
  return isLive(state.status[source] ?? IDLE);
}
