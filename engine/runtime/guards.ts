/** Which nodes of a pipeline depend on a service that a breaker watches, and how: worked out once a program. */
import { type BreakerDefinition, DEFAULT_BREAKER } from "#contract/definition.ts";
import { parseDuration } from "#contract/duration.ts";
import type { BreakerPolicy } from "#core/breaker.ts";
import type { ExecutionPlan, PlanNode } from "#core/plan.ts";
import { type ActivityDefinition, type ActivityRegistry, isPure } from "#ports/activity.ts";
import type { Guard } from "./service.ts";

/** A probe's own time-out speaks first. */
const GRACE_MS = 1_000;

/** By node. Empty for a pipeline that depends on no service. */
export function guardsOf(plan: ExecutionPlan, registry: ActivityRegistry): ReadonlyMap<string, Guard> {
  const guards = new Map<string, Guard>();
  for (const node of plan.nodes) {
    const guard = guardOf(node, registry.get(node.definition.uses));
    if (guard) guards.set(node.id, guard);
  }
  return guards;
}

function guardOf(node: PlanNode, activity: ActivityDefinition | undefined): Guard | undefined {
  const { breaker } = node.definition;
  // What is done by child runs calls nobody itself.
  if (breaker === false || node.children || !activity || isPure(activity, node.definition.with))
    return undefined;
  if (breaker === undefined && activity.service === undefined) return undefined;
  const policy = policyOf(breaker ?? {});
  const timeoutMs = node.timeoutMs ?? activity.defaultTimeoutMs;
  return {
    policy,
    leaseMs: timeoutMs === undefined ? policy.cooldownMs : timeoutMs + GRACE_MS,
    named: breaker?.service ?? (activity.service ? undefined : node.definition.uses),
  };
}

function policyOf(breaker: Exclude<BreakerDefinition, false>): BreakerPolicy {
  const { failures, cooldown } = breaker;
  return {
    failures: failures ?? DEFAULT_BREAKER.failures,
    cooldownMs: parseDuration(cooldown ?? DEFAULT_BREAKER.cooldown) ?? 0,
  };
}
