/** What a node that is done by child runs waits for, read-only. Moving it on is `transitions/children.ts`. */
import type { Effect } from "./effect.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RisenChild, RunState } from "./state.ts";
import { PARENTING, SUCCEEDED } from "./status.ts";

/** Of the children that run: the one at the highest level, and there the longest. */
export function highestChild(state: RunState, node: number): RisenChild | undefined {
  return state.children[node]?.risen?.reduce((high, child) => (child.level > high.level ? child : high));
}

/** One failed that may not: no other child is started. */
function isBroken(plan: ExecutionPlan, state: RunState, node: number): boolean {
  return state.children[node]!.failed > 0 && !plan.nodes[node]!.children!.collect;
}

/** May one more child be asked for? */
export function mayAsk(plan: ExecutionPlan, state: RunState, node: number): boolean {
  const { next, count, done } = state.children[node]!;
  if (state.paused || next === count || next - done >= plan.nodes[node]!.children!.limit) return false;
  return !isBroken(plan, state, node);
}

/** All ended, or one failed that may not and the others are gone. */
export function mayCollect(plan: ExecutionPlan, state: RunState, node: number): boolean {
  const { running, done, count } = state.children[node]!;
  return done === count || (running === 0 && isBroken(plan, state, node));
}

/** Children that were asked for and have not started. O(items), for recovery. */
export function unstarted(plan: ExecutionPlan, state: RunState, index: number): readonly Effect[] {
  const node = plan.nodes[index]!.id;
  const activation = state.activations[index]!;
  if (state.status[index] !== PARENTING || isBroken(plan, state, index)) return [];
  const { runs, ends, next } = state.children[index]!;
  return runs
    .slice(0, next)
    .flatMap((run, item) =>
      run === null && ends[item] === null ? [{ type: "StartChild" as const, node, activation, item }] : [],
    );
}

/** Does the node still wait for this child to start? */
export function isUnstarted(plan: ExecutionPlan, state: RunState, index: number, item: number): boolean {
  if (state.status[index] !== PARENTING || isBroken(plan, state, index)) return false;
  const { runs, ends, next } = state.children[index]!;
  return item < next && runs[item] === null && ends[item] === null;
}

/** May children of the run that this one grew from stand in for those of the node now? */
export function mayTakeOver(plan: ExecutionPlan, state: RunState, node: string, activation: number): boolean {
  return activation === 1 && state.continued[plan.indexOf.get(node)!] === 1;
}

/**
 * Did a node succeed though items of it failed and were collected, or with a child that was itself partial? O(nodes),
 * once a run. Failed items that were not collected failed their node: what it is then left by is whole.
 */
export function isPartial(plan: ExecutionPlan, state: RunState): boolean {
  return plan.nodes.some(({ index, children: policy }) => {
    const children = state.children[index]!;
    if (children === null || state.status[index] !== SUCCEEDED) return false;
    // A later round may have ended without children of its own.
    if (children.activation !== state.activations[index]) return false;
    return children.partial > 0 || (children.failed > 0 && policy!.collect);
  });
}

export type StartedChild = {
  readonly node: string;
  readonly activation: number;
  readonly item: number;
  readonly childRunId: string;
};

/** Children that were started and whose end was not taken in. O(items), for recovery. */
export function startedChildren(plan: ExecutionPlan, state: RunState): readonly StartedChild[] {
  return plan.nodes.flatMap(({ id: node, index }) => {
    const children = state.children[index]!;
    if (children === null) return [];
    const { activation, runs, ends } = children;
    return runs.flatMap((childRunId, item) =>
      childRunId === null || ends[item] !== null ? [] : [{ node, activation, item, childRunId }],
    );
  });
}

/** Where the parent has the child stand; undefined: at no level that it was told of. O(children that have risen). */
export function risenChild(
  plan: ExecutionPlan,
  state: RunState,
  { node, activation, item }: StartedChild,
): RisenChild | undefined {
  const children = state.children[plan.indexOf.get(node)!]!;
  if (children?.activation !== activation) return undefined;
  return children.risen?.find((child) => child.item === item);
}

/** Does the node go on with this child? If not, the child is called off. */
export function expectsChild(plan: ExecutionPlan, state: RunState, child: StartedChild): boolean {
  const index = plan.indexOf.get(child.node)!;
  if (state.status[index] !== PARENTING || state.activations[index] !== child.activation) return false;
  return !isBroken(plan, state, index);
}
