/** What guesses have come to. They move no node: only their count and what they cost are kept. */
import type { EventOf } from "#contract/events.ts";
import { illegal, type Turn } from "#core/turn.ts";
import { countUsage } from "./attempt.ts";

/** A confirmed guess is paid for by its attempt, any other here. */
export function speculationEnded(turn: Turn, event: EventOf<"SpeculationEnded">): void {
  const { plan, state } = turn;
  const node = plan.indexOf.get(event.node);
  const source = plan.indexOf.get(event.of);
  const named = source !== undefined && plan.nodes[source]!.definition.speculate?.includes(event.node);
  if (node === undefined || named !== true) {
    throw illegal(`SpeculationEnded of ${event.node}: ${event.of} does not speculate on it`);
  }
  if (event.verdict === "confirmed") {
    if (event.usage !== undefined)
      throw illegal(`SpeculationEnded of ${event.node}: its attempt says what a confirmed guess cost`);
    state.guessedRight[node]! += 1;
  } else {
    if (event.verdict === "refuted") state.guessedWrong[node]! += 1;
    state.guessedUsd[node]! += event.usage?.usd ?? 0;
    countUsage(turn, node, event.usage);
  }
  turn.nodes.push(node);
}
