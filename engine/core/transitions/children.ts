/**
 * Attempts that are done by child runs: one for each item of `forEach`, or one sub-pipeline. A step costs O(1) however
 * many items there are. The node holds no slot; `maxConcurrent` bounds how many children it has at once.
 */
import type { ChildEnd, EventOf, FinalRunStatus } from "#contract/events.ts";
import { isUnstarted, mayAsk, mayTakeOver } from "#core/children.ts";
import type { ChildrenState } from "#core/state.ts";
import { PARENTING, RUNNING } from "#core/status.ts";
import { illegal, nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { countUsage, running } from "./attempt.ts";
import { holdItems, rise } from "./items.ts";
import { release } from "./money.ts";

export function childrenStarted(turn: Turn, event: EventOf<"ChildrenStarted">): void {
  const { plan, state } = turn;
  const node = running(turn, event, RUNNING);
  const { count } = event;
  if (plan.nodes[node]!.children === undefined)
    throw illegal(`ChildrenStarted of ${event.node}: it has none`);
  if (!Number.isSafeInteger(count) || count < 0)
    throw illegal(`ChildrenStarted of ${event.node}: count is ${count}`);
  release(state, node);
  holdItems(state, node, event);
  setStatus(turn, node, PARENTING);
  askForChildren(turn, node);
}

export function childStarted(turn: Turn, event: EventOf<"ChildStarted">): void {
  const { plan, state } = turn;
  const node = nodeOf(turn, event, PARENTING);
  const children = state.children[node]!;
  const { item } = event;
  if (!isUnstarted(plan, state, node, item))
    throw illegal(`ChildStarted of ${event.node}: item ${item} was not asked for`);
  children.runs[item] = event.childRunId;
  children.running += 1;
  turn.nodes.push(node);
}

/** The child had succeeded in the run that this one grew from: its end is taken over and nothing starts. */
export function childTakenOver(turn: Turn, event: EventOf<"ChildTakenOver">): void {
  const { plan, state } = turn;
  const node = nodeOf(turn, event, PARENTING);
  const { item, activation, childRunId, status, output, degraded } = event;
  if (!isUnstarted(plan, state, node, item) || !mayTakeOver(plan, state, event.node, activation))
    throw illegal(`ChildTakenOver of ${event.node}: item ${item} is not to be taken over`);
  if (status !== "completed" && status !== "partial")
    throw illegal(`ChildTakenOver of ${event.node}: item ${item} was ${status}`);
  const children = state.children[node]!;
  children.runs[item] = childRunId;
  children.taken = (children.taken ?? 0) + 1;
  settleChild(children, item, { status, output, degraded });
  turn.nodes.push(node);
  requestExpected(turn, node);
  askForChildren(turn, node);
}

/**
 * Taken in as long as the run is there: a child that was called off after its node moved on only adds what it cost. One
 * that could not be started ends without having run.
 * Under `onItemError: fail` the first failure calls the others off; the node waits until they are gone.
 */
export function childEnded(turn: Turn, event: EventOf<"ChildEnded">): void {
  const { plan, state } = turn;
  const { node: id, activation, item, status, output, failure, usage, degraded } = event;
  const node = plan.indexOf.get(id);
  const children = node === undefined ? null : state.children[node]!;
  if (node === undefined || children?.activation !== activation)
    throw illegal(`ChildEnded of ${id}#${activation}: it has no such children`);
  const unstarted = isUnstarted(plan, state, node, item);
  const ran = (children.runs[item] ?? null) !== null || (unstarted && status === "failed");
  if (!ran || children.ends[item] !== null)
    throw illegal(`ChildEnded of ${id}#${activation}: item ${item} does not run`);
  countUsage(turn, node, usage);
  state.unsettledUsd += event.unsettledUsd ?? 0;
  if (!unstarted) children.running -= 1;
  settleChild(children, item, { status, output, failure, usage, degraded });
  rise(children, item, undefined);
  turn.nodes.push(node);
  const failed = hasFailed(status);
  if (state.status[node] !== PARENTING || activation !== state.activations[node]) return;
  if (failed && children.failed === 1 && children.running > 0 && !plan.nodes[node]!.children!.collect)
    turn.effects.push({ type: "CancelChildren", node: id, activation });
  requestExpected(turn, node);
  askForChildren(turn, node);
}

function settleChild(children: ChildrenState, item: number, end: ChildEnd): void {
  children.done += 1;
  children.ends[item] = end;
  if (hasFailed(end.status)) children.failed += 1;
  else if (end.status === "partial") children.partial += 1;
  if (end.degraded === true) children.degraded += 1;
}

const hasFailed = (status: FinalRunStatus): boolean => status === "failed" || status === "cancelled";

/** Where a child that runs stands, its node stands too. */
export function childEscalated(turn: Turn, event: EventOf<"ChildEscalated">): void {
  const node = nodeOf(turn, event, PARENTING);
  const children = turn.state.children[node]!;
  const { item, level, reason, path } = event;
  if ((children.runs[item] ?? null) === null || children.ends[item] !== null)
    throw illegal(`ChildEscalated of ${event.node}: item ${item} does not run`);
  rise(children, item, level === 0 ? undefined : { item, level, reason, path });
  turn.nodes.push(node);
}

/** As many as may run at once; none while the run is paused. */
export function askForChildren(turn: Turn, index: number): void {
  const { plan, state } = turn;
  const children = state.children[index]!;
  const { id: node } = plan.nodes[index]!;
  const activation = state.activations[index]!;
  while (mayAsk(plan, state, index)) {
    turn.effects.push({ type: "StartChild", node, activation, item: children.next });
    children.next += 1;
  }
  if (children.count === 0) requestExpected(turn, index);
}
