/**
 * What must hold between any two steps, recomputed the slow way: O(nodes + edges). For tests and for hunting defects;
 * no step relies on it.
 */
import { HUMAN_LINK, linkInUse } from "./chain.ts";
import { mayCollect } from "./children.ts";
import { inheritsDegraded, OWN } from "./degraded.ts";
import { nodesAt, standingOf } from "./escalation.ts";
import { joinOf } from "./join.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import {
  ASKING,
  BLOCKED,
  CANCELLED,
  DEGRADED,
  FAILED,
  IDLE,
  isForPeople,
  isLive,
  isWaiting,
  JUDGING,
  PARENTING,
  PENDING,
  RETRYING,
  RUNNING,
  SLEEPING,
  STUCK,
  TAKEN,
} from "./status.ts";

/** One sentence for each that is broken; empty when all hold. */
export function checkInvariants(plan: ExecutionPlan, state: RunState): readonly string[] {
  const broken: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };
  checkCounts(plan, state, expect);
  for (const { index } of plan.nodes) {
    checkNode(plan, state, index, expect);
    checkRecovery(plan, state, index, expect);
  }
  for (const edge of plan.edges) {
    const name = `edge ${edge.index}`;
    const count = state.loopCount[edge.index]!;
    expect(count <= (edge.loop?.max ?? 0), `${name}: its counter ${count} is over its bound`);
    expect(count <= state.edgeTaken[edge.index]!, `${name}: its counter is over the times it was taken`);
    if (edge.loop || state.edgeState[edge.index] === PENDING) continue;
    const source = state.status[edge.from]!;
    expect(source !== IDLE && !isLive(source), `${name}: resolved while its source is not settled`);
  }
  if (state.ending !== null) expect(state.live === 0, "the run is ending with live nodes");
  else if (state.started) expect(state.live > 0, "the run goes on with nothing live");
  if (state.ended !== null) expect(state.ending !== null, "the run ended without ending");
  return broken;
}

type Expect = (holds: boolean, what: string) => void;

function checkCounts(plan: ExecutionPlan, state: RunState, expect: Expect): void {
  const count = (is: (status: number) => boolean): number =>
    state.status.filter((status) => is(status)).length;
  expect(state.live === count(isLive), `live is ${state.live}, counted ${count(isLive)}`);
  expect(state.waiting === count(isWaiting), `waiting is ${state.waiting}, counted ${count(isWaiting)}`);
  expect(state.people === count(isForPeople), `people is ${state.people}, counted ${count(isForPeople)}`);
  const unhandled = state.unhandledAt.filter((flag) => flag === 1).length;
  expect(state.unhandled === unhandled, `unhandled is ${state.unhandled}, counted ${unhandled}`);
  const open = plan.nodes.filter(({ index }) => state.cards[index] !== null).length;
  const items = state.children.reduce((sum, children) => sum + (children?.runs.length ?? 0), 0);
  expect(state.items === items, `items is ${state.items}, counted ${items}`);
  expect(state.tasks.size === open, `tasks holds ${state.tasks.size}, counted ${open}`);
  const marked = state.degraded.filter((mark) => mark > 0).length;
  expect(state.marked === marked, `marked is ${state.marked}, counted ${marked}`);
  const reserved = state.nodeReservedUsd.reduce((sum, usd) => sum + usd, 0);
  expect(Math.abs(state.reservedUsd - reserved) < 1e-9, `${state.reservedUsd} reserved, counted ${reserved}`);
  if (state.ending === "cancelled") return;
  const level = Math.max(0, ...state.level);
  expect((state.escalation?.level ?? 0) === level, `the run is not at level ${level}`);
}

const isGuessed = (plan: ExecutionPlan, id: string): boolean =>
  plan.nodes.some(({ definition }) => definition.speculate?.includes(id));

/** Chain, degraded mark, level and guesses of one node. */
function checkRecovery(plan: ExecutionPlan, state: RunState, index: number, expect: Expect): void {
  const { id, fallback, need } = plan.nodes[index]!;
  const status = state.status[index]!;
  const say = (holds: boolean, what: string): void => expect(holds, `node ${id}: ${what}`);
  const guesses = state.guessedRight[index]! + state.guessedWrong[index]! + state.guessedUsd[index]!;
  say(guesses === 0 || isGuessed(plan, id), "was guessed for though nobody speculates on it");
  say(state.guessedUsd[index]! <= state.nodeUsd[index]!, "wrong guesses cost more than the node");
  say(state.nodeReservedUsd[index] === 0 || status === RUNNING, "money is set aside for no attempt");
  say(state.link[index]! <= fallback.length, "is behind the end of its chain");
  say(state.triesBefore[index]! <= state.attempt[index]!, "more tries before its link than tries");
  say(
    status !== STUCK || linkInUse(plan, state, index) === HUMAN_LINK,
    "waits for a person that its chain does not name",
  );
  const settled = status !== IDLE && !isLive(status);
  say(status !== DEGRADED || state.degraded[index] === OWN, "degraded without its mark");
  say(state.degraded[index] === 0 || settled, "a mark on what is not there");
  // What comes after the node became ready is no part of the result: a join of some, a loop that waits for no join.
  const hadAll = need === 0 && state.loopBy[index] === -1;
  if (settled && hadAll && status < CANCELLED && inheritsDegraded(plan, state, index))
    say(state.degraded[index]! > 0, "does not carry the mark on");
  if (state.ending === "cancelled") return;
  const { level } = standingOf(state, index);
  say(state.level[index] === level, `stands at level ${state.level[index]}, should at ${level}`);
  for (const at of [1, 2, 3, 4] as const)
    say(nodesAt(state, at)!.has(index) === (at === level), `wrongly listed at level ${at}`);
}

function checkChildren(
  plan: ExecutionPlan,
  state: RunState,
  index: number,
  say: (holds: boolean, what: string) => void,
): void {
  const children = state.children[index]!;
  say(state.status[index] !== PARENTING || children !== null, "waits for children that it does not have");
  if (children === null) return;
  const { count, running, done, failed, partial, next, runs, ends, risen = [] } = children;
  const ended = ends.filter((end) => end !== null).length;
  say(plan.nodes[index]!.children !== undefined, "has children that it may not have");
  const held = state.status[index] === PARENTING || runs.length > 0 ? count : 0;
  say(runs.length === held && ends.length === held && next <= count, "its items do not agree in number");
  if (held === 0) return;
  say(done === ended, `done is ${done}, counted ${ended}`);
  say(
    running === runs.filter((run, item) => run !== null && ends[item] === null).length,
    "running does not agree with its items",
  );
  say(failed + partial <= done, "more items failed than ended");
  const stands = risen.filter(({ item, level }) => level > 2 && runs[item] !== null && ends[item] === null);
  say(
    new Set(stands.map(({ item }) => item)).size === risen.length,
    "a child has risen that does not run, or twice",
  );
  if (state.status[index] !== PARENTING) return;
  say(next - done <= plan.nodes[index]!.children!.limit, "more children at once than it may have");
  say(state.paused || mayCollect(plan, state, index) || next > done, "waits for children that nobody starts");
}

function checkNode(plan: ExecutionPlan, state: RunState, index: number, expect: Expect): void {
  const node = plan.nodes[index]!;
  const status = state.status[index]!;
  const inState = (wanted: number): number =>
    node.in.filter((edge) => state.edgeState[edge] === wanted).length;
  const resolved = node.in.length - inState(PENDING);
  const say = (holds: boolean, what: string): void => expect(holds, `node ${node.id}: ${what}`);
  say(state.inResolved[index] === resolved, `inResolved is ${state.inResolved[index]}, counted ${resolved}`);
  say(state.inTaken[index] === inState(TAKEN), "inTaken does not agree with its edges");
  say(state.inBlocked[index] === inState(BLOCKED), "inBlocked does not agree with its edges");
  say(state.attempts[index]! >= state.attempt[index]!, "more attempts in the activation than in the run");
  say(status !== RUNNING || state.attempt[index]! > 0, "runs without an attempt");
  say(!isLive(status) || state.activations[index]! > 0, "live without an activation");
  const mayRun = state.excluded[index] === 0 || node.definition.pin !== undefined;
  say(mayRun || !isLive(status) || status === JUDGING, "left out, and yet it runs");
  say(state.unhandledAt[index] === 0 || status === FAILED, "an unhandled failure that did not fail");
  say(state.cards[index] === null || isForPeople(status), "a task that nobody waits for");
  checkChildren(plan, state, index, say);
  say(status !== ASKING || state.cards[index] !== null, "waits for a person without a task");
  const timed = status === RETRYING || status === SLEEPING;
  say(!timed || state.fireAt[index]! >= 0, "waits for a timer that is not set");
  say(state.fireAt[index]! < 0 || timed || state.cards[index] !== null, "a timer that nobody waits for");
  if (!state.started || state.ending !== null || status !== IDLE) return;
  say(node.in.length > 0, "a root that never became ready");
  say(joinOf(plan, state, index) === "open", "idle though its join is decided");
}
