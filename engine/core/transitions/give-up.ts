/** What follows when no try is left of the link in use: the next link of the chain, or failing for good. */
import type { EventOf, Failure } from "#contract/events.ts";
import { HUMAN_LINK, linkName, nextLink } from "#core/chain.ts";
import { QUEUED, STUCK } from "#core/status.ts";
import { illegal, nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { failForGood, type Judged } from "./finish.ts";

export function giveUp(turn: Turn, node: number, failure: Failure, judged: Judged): void {
  if (nextLink(turn.plan, turn.state, node) === undefined) failForGood(turn, node, failure, judged);
  else takeNextLink(turn, node, failure);
}

/** Nothing was tried: the service is known to be down and the chain has another link, or there is no money left for it. */
export function attemptRefused(turn: Turn, event: EventOf<"AttemptRefused">): void {
  const node = nodeOf(turn, event, QUEUED);
  if (turn.state.paused) throw illegal(`AttemptRefused of ${event.node}: the run is paused`);
  // What rests is waited for, unless there is another way.
  if (event.failure.class !== "permanent" && nextLink(turn.plan, turn.state, node) === undefined)
    throw illegal(`AttemptRefused of ${event.node}: its chain has no other link`);
  giveUp(turn, node, event.failure, event);
}

/** Each link has tries of its own. */
function takeNextLink(turn: Turn, index: number, failure: Failure): void {
  const { plan, state } = turn;
  const to = nextLink(plan, state, index)!;
  state.failures[index] = failure;
  state.link[index]! += 1;
  state.triesBefore[index] = state.attempt[index]!;
  const { id: node } = plan.nodes[index]!;
  const activation = state.activations[index]!;
  const link = state.link[index]!;
  turn.derived.push({ event: "FallbackTaken", node, activation, link, to: linkName(to), failure });
  setStatus(turn, index, to === HUMAN_LINK ? STUCK : QUEUED);
  requestExpected(turn, index);
}
